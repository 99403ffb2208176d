"""What is done with a second factor is recorded, and nothing of it is known to the log."""

from typing import Any

import pytest

from clinic.actions.factors import add_app, refuse_code, remove_app, renew_recovery_codes, use_code
from clinic.errors import RuleBroken
from clinic.models import AuditEvent
from tests.factories.accounts import code_now
from tests.factories.records import a_physio

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


def test_each_step_is_recorded_and_no_code_is() -> None:
    by = a_physio()
    codes = add_app(secret=SECRET, code=code_now(SECRET), by=by)
    assert use_code(code=codes[0], by=by) == "recovery"
    assert use_code(code=codes[0], by=by) == ""
    assert use_code(code=code_now(SECRET, 1), by=by) == "app"
    refuse_code(because="wrong", by=by)
    new = renew_recovery_codes(by=by)
    remove_app(by=by)
    rows = AuditEvent.objects.filter(staff=by, action__startswith="factor.").order_by("at")
    assert [row.action for row in rows] == [
        *("factor.added", "factor.made_codes", "factor.used_code", "factor.used_code", "factor.refused"),
        *("factor.made_codes", "factor.removed"),
    ]
    told = str([row.details for row in rows])
    assert not any(secret in told for secret in (SECRET, *codes, *new))


def test_a_second_app_is_refused_and_nothing_is_removed_twice() -> None:
    by = a_physio()
    add_app(secret=SECRET, code=code_now(SECRET), by=by)
    with pytest.raises(RuleBroken) as no:
        add_app(secret=SECRET, code=code_now(SECRET, 1), by=by)
    assert no.value.code == "there_already"
    remove_app(by=by)
    for gone in (remove_app, renew_recovery_codes):
        with pytest.raises(RuleBroken):
            gone(by=by)


@pytest.mark.parametrize("code", ["", "0", "١٢٣٤٥٦", "x" * 100, "\x00", "None"])
def test_nonsense_is_no_code(code: str) -> None:
    by = a_physio()
    add_app(secret=SECRET, code=code_now(SECRET), by=by)
    assert use_code(code=code, by=by) == ""


def test_a_new_key_of_the_site_reads_on_with_the_old_one_beside_it(settings: Any) -> None:
    by = a_physio()
    codes = add_app(secret=SECRET, code=code_now(SECRET), by=by)
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 10
    assert (use_code(code=code_now(SECRET, 1), by=by), use_code(code=codes[0], by=by)) == ("", "")
    settings.SECRET_KEY_FALLBACKS = [old]
    assert (use_code(code=code_now(SECRET, 1), by=by), use_code(code=codes[0], by=by)) == ("app", "recovery")
