from typing import Any

import pytest
from django.test import Client

from cases.models import Case, RedFlagCheck, RedFlagNote
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_draft, a_physio, site_of, staff
from tests.treatments.views.test_sessions import address, fields
from treatments.models import Session

pytestmark = pytest.mark.django_db
FLAG = {
    "do": "red_flag",
    "red_flag-kind": "RF_DVT_PE",
    "red_flag-action": "Sent to the emergency department",
    "red_flag-told": "GP",
}


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by)


def post(client: Client, case: Case, **told: Any) -> str:
    """Posts the note; answers with the page that is shown."""
    return client.post(address(case), fields(**told), follow=True).content.decode()


def test_none_today_is_one_tap_and_is_seen_with_the_visit(client: Client, case: Case, by: StaffMember) -> None:
    assert "Red flags: none today</button>" in client.get(address(case)).content.decode()
    page = post(client, case, do="no_red_flag")
    assert "Red flags: none today." in page
    assert f"Asked by {by.name}" in page
    assert "Red flags: none today</button>" not in page
    assert "typed by somebody" in page
    session = Session.objects.get()
    assert RedFlagCheck.objects.get().contact == session.pk
    client.post(address(case), fields(session=str(session.pk), draft_version="1", do="sign"))
    assert "Red flags asked: none" in client.get(f"/sessions/{session.pk}/").content.decode()
    assert "No red flags, asked " in client.get(f"/cases/{case.pk}/").content.decode()
    assert "Red flags: none today</button>" in client.get(f"{address(case)}?new=1").content.decode()


def test_a_red_flag_is_recorded_beside_the_note_open_for_every_colleague_until_closed(
    client: Client, case: Case, by: StaffMember
) -> None:
    page = post(client, case, **FLAG)
    assert "Red flag open:" in page
    assert "Sent to the emergency department · told: GP" in page
    assert "typed by somebody" in page
    assert 'name="red_flag-action" value=""' in page
    note = RedFlagNote.objects.get()
    client.force_login(a_physio(site_of(by)))
    theirs = client.get(address(case)).content.decode()
    assert f"{note.noted_by.name}</span>" in theirs
    assert "No new red flag today" in theirs
    closed = post(client, case, do=f"red_flag_over-{note.pk}")
    assert "Red flag open:" not in closed
    assert case.red_flag_notes.latest("created_at").resolved_on is not None


def test_an_emergency_without_an_action_withholds_the_signing_and_never_the_note(client: Client, case: Case) -> None:
    page = post(client, case, **{**FLAG, "red_flag-action": "", "red_flag-told": ""})
    assert "treatments wait for it" in page
    assert "It is over" not in page
    assert '<option value="RF_DVT_PE" data-first-step="Same day; Wells score" selected>' in page
    session = Session.objects.get()
    sent = fields(session=str(session.pk), draft_version="1", do="sign")
    assert client.post(address(case), sent).status_code == 422
    answer = client.post(address(case), {**sent, "draft_version": "2", **FLAG}, follow=True)
    assert "treatments wait" not in answer.content.decode()
    assert client.post(address(case), {**sent, "draft_version": "3"}).status_code == 302
    session.refresh_from_db()
    assert session.status == "SIGNED"


@pytest.mark.parametrize(
    "change", [{"red_flag-kind": ""}, {"red_flag-kind": "NO_SUCH"}, {"red_flag-action": "not\x00storable"}]
)
def test_a_refused_red_flag_loses_nothing(client: Client, case: Case, change: dict[str, str]) -> None:
    answer = client.post(address(case), fields(**{**FLAG, **change}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "typed by somebody" in page
    assert 'name="red_flag-told" value="GP"' in page
    if "red_flag-kind" in change:
        assert 'href="#id-red_flag-kind"' in page
        assert 'id="id-red_flag-kind_error"' in page
    assert Session.objects.get().status == "DRAFT"
    assert not RedFlagNote.objects.exists()


def test_those_of_the_region_are_offered_first(client: Client, by: StaffMember) -> None:
    page = client.get(address(a_case(by))).content.decode()
    groups = [page.index(f'<optgroup label="{name}">') for name in ("Of this region", "Anywhere", "Elsewhere")]
    places = [page.index(f'value="{code}"') for code in ("RF_TENDON_RUPTURE", "RF_MALIGNANCY", "RF_CES")]
    assert sorted([*groups, *places]) == [groups[0], places[0], groups[1], places[1], groups[2], places[2]]


def test_no_flag_of_another_case_is_closed_from_here(client: Client, case: Case, by: StaffMember) -> None:
    post(client, other := a_case(by), **FLAG)
    foreign = RedFlagNote.objects.get(case=other)
    for pk in (foreign.pk, "x", ""):
        assert client.post(address(case), fields(do=f"red_flag_over-{pk}")).status_code == 404


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINICAL_LEAD, Role.AUDITOR])
def test_who_does_not_treat_records_none(client: Client, case: Case, by: StaffMember, role: Role) -> None:
    a_draft(case, by)
    client.force_login(staff(role, site=site_of(by)))
    assert client.post(address(case), fields(**FLAG)).status_code in (403, 404)
    assert not RedFlagNote.objects.exists()


def test_somebody_elses_patient_is_not_found(client: Client, case: Case) -> None:
    client.force_login(a_physio())
    assert client.post(address(case), fields(do="no_red_flag")).status_code == 404
    assert not RedFlagCheck.objects.exists()
