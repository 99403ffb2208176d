import pytest
from django.test import Client

from clinic.actions.logins import end_browser, end_other_browsers
from clinic.errors import RuleBroken
from clinic.models import BrowserLogin
from clinic.models.records import new_id
from tests.factories.accounts import type_password
from tests.factories.records import a_physio

pytestmark = pytest.mark.django_db


def test_only_ones_own_are_ended() -> None:
    ann, ben = a_physio(), a_physio()
    for person in (ann, ann, ben):
        type_password(Client(), person)
    theirs = BrowserLogin.objects.get(person=ben)
    for unknown in (theirs.public_id, new_id()):
        with pytest.raises(RuleBroken):
            end_browser(public_id=unknown, by=ann)
    first = BrowserLogin.objects.filter(person=ann).first()
    assert first is not None
    assert end_other_browsers(this=first.session_key, by=ann) == 1
    end_browser(public_id=first.public_id, by=ann)
    assert list(BrowserLogin.objects.filter(person__isnull=False)) == [theirs]
