import pytest
from django.test import Client

from cases.actions.red_flags import NewRedFlag, note_red_flags
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent
from clinic.models.records import new_id
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_draft, a_physio, site_of, staff
from treatments.actions.sessions import attest_session, save_draft, sign_session
from treatments.models import Session

pytestmark = pytest.mark.django_db


def test_another_checks_the_note_of_a_leaver(client: Client) -> None:
    author = a_physio(name="Ada Left")
    checker = a_physio(site_of(author), name="Ben Stays")
    case = a_case(author)
    draft = a_draft(case, author)
    client.force_login(checker)
    assert "A note of Ada Left is not signed" in client.get(f"/cases/{case.pk}/").content.decode()
    assert f"/sessions/{draft.pk}/attest/" in client.get(f"/sessions/{draft.pk}/").content.decode()
    address = f"/sessions/{draft.pk}/attest/"
    page = client.get(address).content.decode()
    for text in ("Better on the stairs.", "Radial shockwave · 2.3 bar", "You do not sign for them", "6/10"):
        assert text in page
    version = str(draft.draft_version)
    assert client.post(address, {"draft_version": version, "reason": ""}).status_code == 422
    assert client.post(address, {"draft_version": "x", "reason": "Left"}).status_code == 422
    assert client.post(address, {"draft_version": version, "reason": "Left the clinic"}).status_code == 302
    page = client.get(f"/sessions/{draft.pk}/").content.decode()
    assert "written by Ada Left, not signed (Left the clinic); checked by Ben Stays" in page
    assert "signed by Ada" not in page
    session = Session.objects.get(pk=draft.pk)
    assert (session.author, session.signed_by, session.is_attested) == (author, checker, True)
    assert AuditEvent.objects.filter(action="session.attested", row_id=draft.pk, staff=checker).exists()
    assert "checked by Ben Stays" in client.get(f"/cases/{case.pk}/").content.decode()
    assert client.get(address).status_code == 404


def test_nobody_signs_for_another_and_nobody_attests_their_own() -> None:
    author = a_physio()
    draft = a_draft(a_case(author), author)
    told = {"session": draft, "draft_version": draft.draft_version}
    with pytest.raises(NotAllowed):
        sign_session(by=a_physio(site_of(author)), **told)
    with pytest.raises(RuleBroken, match="sign it"):
        attest_session(by=author, reason="Ill", **told)
    with pytest.raises(NotAllowed):
        attest_session(by=staff(Role.CLINIC_ADMIN, site=site_of(author)), reason="Ill", **told)
    with pytest.raises(Stale):
        attest_session(by=a_physio(site_of(author)), reason="Ill", session=draft, draft_version=99)


def test_a_red_flag_holds_it_too() -> None:
    author = a_physio()
    case = a_case(author)
    draft = a_draft(case, author)
    note_red_flags(case=case, flags=[NewRedFlag("RF_DVT_PE", is_present=True)], by=author)
    with pytest.raises(RuleBroken, match="waits for its action"):
        attest_session(session=draft, draft_version=draft.draft_version, reason="Ill", by=a_physio(site_of(author)))


def test_a_note_that_cannot_be_read_is_told(client: Client) -> None:
    author = a_physio()
    draft = save_draft(
        case=a_case(author),
        session_id=new_id(),
        document={"kind": "TREATMENT", "occurred_on": "someday"},
        draft_version=0,
        by=author,
    )
    client.force_login(a_physio(site_of(author)))
    page = client.get(f"/sessions/{draft.pk}/attest/").content.decode()
    assert "cannot become part of the record" in page
    assert "I have checked" not in page


def test_strangers_find_nothing(client: Client) -> None:
    author = a_physio()
    draft = a_draft(a_case(author), author)
    client.force_login(a_physio())
    assert client.get(f"/sessions/{draft.pk}/attest/").status_code == 404
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(author)))
    assert client.get(f"/sessions/{draft.pk}/attest/").status_code == 403
