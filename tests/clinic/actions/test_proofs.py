from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from clinic import audit, clock
from clinic.actions.proofs import Held, give_proof, held, lock_browser, refuse_proof, require_proof
from clinic.errors import RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from clinic.rules.proofs import GOOD_FOR, IDLE_AFTER, Standing, Why
from tests.factories.records import staff


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    token = held.set(None)
    yield
    held.reset(token)


def a_browser(proven: timedelta = timedelta(0), active: timedelta = timedelta(0), **told: Any) -> Held:
    present = Held(Standing(clock.now() - proven, clock.now() - active, **told))
    held.set(present)
    return present


def test_a_fresh_proof_is_enough() -> None:
    present = a_browser()
    require_proof()
    assert present.asked is None


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"proven": GOOD_FOR}, Why.OLD),
        ({"active": IDLE_AFTER}, Why.IDLE),
        ({"is_locked": True}, Why.LOCKED),
        ({"used_by_another": True}, Why.ANOTHER_PERSON),
    ],
)
def test_otherwise_it_is_asked_for(told: dict[str, Any], why: Why) -> None:
    present = a_browser(**told)
    with pytest.raises(RuleBroken, match="Confirm that it is you") as no:
        require_proof()
    assert (no.value.code, no.value.conflict, present.asked) == ("proof_needed", True, why)


def test_commands_and_keys_prove_nothing_anew() -> None:
    require_proof()
    a_browser(is_locked=True)
    before = audit.origin.get()
    audit.came_by("api", None)
    audit.with_key(uuid4(), frozenset())
    try:
        require_proof()
    finally:
        audit.origin.set(before)


def test_some_things_want_it_from_just_now() -> None:
    a_browser(proven=timedelta(minutes=6))
    require_proof()
    with pytest.raises(RuleBroken):
        require_proof(good_for=timedelta(minutes=5))


@pytest.mark.django_db
def test_each_is_an_event_without_a_secret() -> None:
    by = staff(Role.PHYSIOTHERAPIST)
    give_proof(means="password", because="OLD", by=by)
    refuse_proof(means="passkey", code="passkey", by=by)
    lock_browser(by=by)
    told = AuditEvent.objects.filter(staff=by, row_id=by.pk).order_by("at").values_list("action", "details")
    assert list(told) == [
        ("proof.given", {"means": "password", "because": "OLD"}),
        ("proof.refused", {"means": "passkey", "code": "passkey"}),
        ("browser.locked", {}),
    ]
