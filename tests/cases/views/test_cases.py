import pytest
from django.test import Client

from cases.models import Case, Goal, RedFlagNote
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_draft, a_physio, staff
from treatments.actions.sessions import sign_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by)


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response
    return response.content.decode()


def test_red_flags_are_asked_acted_upon_and_resolved(client: Client, case: Case) -> None:
    address, home = f"/cases/{case.pk}/red-flags/", f"/cases/{case.pk}/"
    assert "Red flags not asked yet" in read(client, home)
    client.post(address, {"flag-RF_DVT_PE": "yes", "flag-RF_CES": "no"})
    assert "treatments cannot be signed" in read(client, home)
    page = read(client, address)
    assert "treatments wait for it" in page
    assert "Absent when last asked" in page
    client.post(address, {"flag-RF_DVT_PE": "yes", "flag-RF_DVT_PE-action": "Sent to A&E", "flag-RF_DVT_PE-told": "GP"})
    assert "treatments cannot be signed" not in read(client, home)
    note = RedFlagNote.objects.filter(kind_code="RF_DVT_PE").latest("created_at")
    assert "Sent to A&amp;E · told: GP" in read(client, address)
    client.post(f"/red-flags/{note.pk}/resolve/")
    assert "over since" in read(client, address)
    assert "No red flags when last asked" in read(client, home)
    assert "not open any more" in client.post(f"/red-flags/{note.pk}/resolve/", follow=True).content.decode()


def test_nothing_tapped_is_told(client: Client, case: Case) -> None:
    answer = client.post(f"/cases/{case.pk}/red-flags/", {})
    assert answer.status_code == 422
    assert "Nothing is answered yet" in answer.content.decode()


def test_an_open_emergency_withholds_treatments_and_never_the_note(client: Client, by: StaffMember, case: Case) -> None:
    client.post(f"/cases/{case.pk}/red-flags/", {"flag-RF_DVT_PE": "yes"})
    treated, spoken = a_draft(case, by), a_draft(case, by, applications=[])

    with pytest.raises(RuleBroken, match="waits for its action"):
        sign_session(session=treated, draft_version=treated.draft_version, by=by)
    assert sign_session(session=spoken, draft_version=spoken.draft_version, by=by).status == "SIGNED"


def test_goals_are_set_and_closed(client: Client, case: Case) -> None:
    address = f"/cases/{case.pk}/goals/"
    assert "No goal is set yet" in read(client, address)
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "Run", "due_on": "2020-01-01"}).status_code == 422
    client.post(address, {"text": "Run 5 km", "target": "no flare", "due_on": "2099-01-01"})
    goal = Goal.objects.get()
    client.post(address, {"goal": goal.pk, "version": "1", "state": "MET"})
    assert "met" in read(client, address)
    for told in ({"version": "1", "state": "OPEN"}, {"version": "x", "state": "OPEN"}, {"version": "2", "state": "?"}):
        client.post(address, {"goal": goal.pk, **told})
        goal.refresh_from_db()
        assert (goal.state, goal.version) == ("MET", 2)
    assert "Run 5 km" in read(client, f"/cases/{case.pk}/")


def test_an_operation_during_the_course_is_added(client: Client, case: Case) -> None:
    address = f"/cases/{case.pk}/tried/"
    assert "Tried elsewhere" in read(client, address)
    told = {
        "prior_treatments-TOTAL_FORMS": "1",
        "prior_treatments-INITIAL_FORMS": "0",
        "prior_treatments-0-kind": "INJ_STEROID",
        "prior_treatments-0-started": "2024-05",
        "prior_treatments-0-benefit": "SHORT",
        "prior_treatments-0-benefit_pain": "LASTING",
    }
    assert client.post(address, {**told, "prior_treatments-0-kind": ""}).status_code == 422
    refused = client.post(address, {**told, "prior_treatments-0-started": "1950"})
    assert refused.status_code == 422
    assert "before the date of birth" in refused.content.decode()
    client.post(address, told)
    page = read(client, f"/cases/{case.pk}/")
    assert "Steroid injection" in page
    assert "pain: lasting benefit" in page


def test_strangers_and_reception_find_nothing(client: Client, case: Case) -> None:
    paths = [f"/cases/{case.pk}/{name}/" for name in ("red-flags", "goals", "tried", "state")]
    client.force_login(a_physio())
    assert {client.get(path).status_code for path in paths} == {404}
    client.force_login(staff(Role.RECEPTIONIST, site=case.site))
    assert {client.get(path).status_code for path in paths} <= {403, 404}


def test_another_injury_is_added(client: Client) -> None:
    by = a_physio()
    case = a_case(by)
    client.force_login(by)
    assert "Another injury" in client.get(f"/cases/{case.pk}/").content.decode()
    rows = {"injuries-TOTAL_FORMS": "1", "injuries-INITIAL_FORMS": "0"}
    address = f"/cases/{case.pk}/another-injury/"
    assert client.post(address, rows).status_code == 422
    told = {"injuries-0-kind": "OTHER", "injuries-0-diagnosis": "Heel pad", "injuries-0-region": "REG_ANKLE"}
    done = client.post(address, {**rows, **told, "injuries-0-side": "RIGHT"}, follow=True)
    assert "Heel pad" in done.content.decode()
    assert case.injuries.count() == 2
