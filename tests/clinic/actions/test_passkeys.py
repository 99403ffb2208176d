import pytest
from allauth.mfa.models import Authenticator

from clinic.actions.passkeys import add_passkey, name_passkey, passkeys_of, remove_passkey
from clinic.errors import RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import staff

pytestmark = pytest.mark.django_db


def test_added_named_and_removed_with_an_event_each() -> None:
    by = staff(Role.PHYSIOTHERAPIST)
    passkey = add_passkey(name=" Tablet ", credential={"id": "x"}, by=by)
    assert (str(passkey), passkey.user) == ("Tablet", by)
    assert str(name_passkey(passkey=passkey, name="Key on my ring", by=by)) == "Key on my ring"
    assert [str(p) for p in passkeys_of(by)] == ["Key on my ring"]
    remove_passkey(passkey=passkey, by=by)
    assert passkeys_of(by) == []
    told = AuditEvent.objects.filter(row_id=by.pk, action__startswith="passkey.").order_by("at")
    assert [e.action for e in told] == ["passkey.added", "passkey.named", "passkey.removed"]
    assert all(set(e.details) == {"passkey"} for e in told)


@pytest.mark.parametrize(("name", "code"), [(" ", "missing"), ("x" * 61, "too_long"), ("a\x00b", "too_long")])
def test_a_name_is_a_name(name: str, code: str) -> None:
    by = staff(Role.PHYSIOTHERAPIST)
    with pytest.raises(RuleBroken) as no:
        add_passkey(name=name, credential={}, by=by)
    assert (no.value.code, no.value.field) == (code, "name")
    assert not Authenticator.objects.exists()


def test_ten_are_enough() -> None:
    by = staff(Role.PHYSIOTHERAPIST)
    for n in range(10):
        add_passkey(name=str(n), credential={}, by=by)
    with pytest.raises(RuleBroken, match="remove one"):
        add_passkey(name="one more", credential={}, by=by)


def test_nobody_touches_another_persons() -> None:
    passkey = add_passkey(name="Mine", credential={}, by=staff(Role.PHYSIOTHERAPIST))
    stranger = staff(Role.PHYSIOTHERAPIST)
    with pytest.raises(RuleBroken, match="not there"):
        name_passkey(passkey=passkey, name="Yours", by=stranger)
    with pytest.raises(RuleBroken, match="not there"):
        remove_passkey(passkey=passkey, by=stranger)
    assert Authenticator.objects.get().data["name"] == "Mine"
