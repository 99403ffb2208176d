import re
from typing import Any

import pytest
from django.test import Client

from cases.models import Case
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


def posted(by: StaffMember, **change: Any) -> dict[str, Any]:
    management = {
        f"{n}-{k}": v
        for n in ("injuries", "prior_treatments", "goals")
        for k, v in (("TOTAL_FORMS", 6), ("INITIAL_FORMS", 0))
    }
    return {
        **management,
        "injuries-TOTAL_FORMS": 3,
        "title": "Left shoulder",
        "onset": "2025-03",
        "site": str(site_of(by).pk),
        "injuries-0-kind": "OTHER",
        "injuries-0-diagnosis": "Frozen shoulder",
        "injuries-0-region": "REG_SHOULDER",
        "injuries-0-side": "LEFT",
        "prior_treatments-1-kind": "INJ_STEROID",
        "prior_treatments-1-sessions": "2",
        "prior_treatments-1-started": "2024",
        "prior_treatments-1-benefit": "SHORT",
        "key_measures": ["NPRS|NIGHT|"],
        **{f"prior_treatments-{i}-benefit": "UNKNOWN" for i in (0, 2, 3, 4, 5)},
        **change,
    }


def test_starting_a_case(client: Client, by: StaffMember) -> None:
    patient = a_patient(by)
    assert client.get(f"/patients/{patient.pk}/cases/start/").status_code == 200
    answer = client.post(f"/patients/{patient.pk}/cases/start/", posted(by))
    case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/"
    page = client.get(answer["Location"]).content.decode()
    for text in (
        "Left shoulder",
        "Frozen shoulder",
        "2 × Steroid injection",
        "short benefit",
        "2025-03",
        "Log session",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"onset": "long ago"}, "Write 2022, 2022-03 or 2022-03-14"),
        ({"onset": "1950"}, "This is before the date of birth."),
        ({"injuries-0-region": "REG_MOON"}, "Select a valid choice"),
        ({"injuries-0-diagnosis": ""}, "Name the diagnosis"),
        ({"injuries-1-kind": "OTHER"}, "This field is required"),
        ({"prior_treatments-1-started": "1950"}, "This is before the date of birth."),
        ({"prior_treatments-1-sessions": "900"}, "less than or equal to 500"),
        ({"prior_treatments-1-ended": "2023"}, "This is before the treatment began."),
        ({"key_measures": ["NPRS|LOAD|", "NPRS|REST|", "NPRS|NIGHT|", "VISA_A||", "KTW_CM||LEFT"]}, "at most four"),
        ({"key_measures": ["IQ||"]}, "Select a valid choice"),
        (
            {"injuries-0-kind": "", "injuries-0-diagnosis": "", "injuries-0-region": "", "injuries-0-side": ""},
            "at least one injury",
        ),
        ({"injuries-TOTAL_FORMS": "x"}, "ManagementForm data is missing"),
        ({"injuries-TOTAL_FORMS": "90000"}, "Please submit at most"),
        ({"history": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_what_is_refused_is_told_beside_its_field(
    client: Client, by: StaffMember, change: dict[str, Any], told: str
) -> None:
    patient = a_patient(by)
    page = client.post(f"/patients/{patient.pk}/cases/start/", posted(by, **change))
    assert page.status_code == 422
    assert told in page.content.decode()
    assert page.content.decode().count('value="Left shoulder"') == (0 if "title" in change else 1)
    assert not Case.objects.exists()


def test_who_starts_none(client: Client) -> None:
    by = a_physio()
    patient = a_patient(by)
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(by)))
    assert client.get(f"/patients/{patient.pk}/cases/start/").status_code == 403
    assert client.post(f"/patients/{patient.pk}/cases/start/", posted(by)).status_code == 403


def test_a_case_without_sessions_says_what_belongs_there(client: Client, by: StaffMember) -> None:
    page = client.get(f"/cases/{a_case(by).pk}/").content.decode()
    for text in (
        "10 × Shockwave elsewhere",
        "no benefit",
        "Nothing is measured yet",
        "The chart begins with the first signed session",
    ):
        assert text in page


def test_the_chart_and_its_twin_say_the_same(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    done = a_signed_session(case, by)
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert f'<a href="/sessions/{done.pk}/"><title>Pain, load: 6/10, ' in page
    assert "Radial shockwave · 2.3 bar · 2000 impulses · 8 Hz" in page
    assert '4.3 <span class="unit">cm</span>' in page
    assert "measured once" in page


def test_a_case_is_held_discharged_reopened_and_linked(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    earlier = a_case(by, case.patient)
    address = f"/cases/{case.pk}/state/"

    def press(**told: str) -> Any:
        return client.post(address, told)

    assert client.get(address).status_code == 200
    assert press(do="hold", reason="").status_code == 422
    assert press(do="hold", reason="Abroad").status_code == 302
    assert "on hold" in client.get(f"/cases/{case.pk}/").content.decode()
    assert press(do="resume").status_code == 302
    assert press(do="link", continues=str(earlier.pk)).status_code == 302
    assert earlier.number in client.get(f"/cases/{case.pk}/").content.decode()
    assert press(do="discharge", outcome="").status_code == 422
    assert press(do="discharge", outcome="GOALS_MET").status_code == 302
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "discharged" in page
    assert "Log session" not in page
    assert press(do="reopen", reason="Pain is back").status_code == 302
    page = client.get(address).content.decode()
    for text in ("Pain is back", "Abroad", "goals met"):
        assert text in page
    assert press(do="nonsense").status_code == 302


def test_a_case_with_red_flags_goals_and_causes(client: Client, by: StaffMember) -> None:
    told = posted(
        by,
        title="",
        **{
            "flag-RF_CES": "no",
            "flag-RF_FRACTURE": "yes",
            "flag-RF_FRACTURE-action": "X-ray today",
            "goals-0-text": "Sleep through",
            "goals-0-due_on": "2099-01-01",
            "injuries-0-structure": "STR_ROTATOR_CUFF_TENDONS",
        },
    )
    answer = client.post(f"/patients/{a_patient(by).pk}/cases/start/", told)
    case = Case.objects.get()
    assert answer.status_code == 302
    assert case.title == "Left: Frozen shoulder"
    assert case.red_flag_notes.count() == 2
    page = client.get(f"/cases/{case.pk}/").content.decode()
    for text in ("Sleep through", "Fracture", "Rotator cuff tendons"):
        assert text in page


def test_a_goal_in_the_past_is_told_beside_its_field(client: Client, by: StaffMember) -> None:
    told = posted(by, **{"goals-0-text": "Sleep", "goals-0-due_on": "2020-01-01"})
    answer = client.post(f"/patients/{a_patient(by).pk}/cases/start/", told)
    assert answer.status_code == 422
    assert "This day is over already." in answer.content.decode()


def test_a_case_entered_later_has_its_own_day(client: Client, by: StaffMember) -> None:
    goal = {"goals-0-text": "Sleep", "goals-0-due_on": "2026-02-01"}
    patient = a_patient(by)
    told = posted(by, **goal, opened_on="2026-01-05", onset="2025-03")
    assert client.post(f"/patients/{patient.pk}/cases/start/", told).status_code == 302
    assert str(Case.objects.get().opened_on) == "2026-01-05"
    early = client.post(f"/patients/{patient.pk}/cases/start/", posted(by, **goal, opened_on="2026-03-01"))
    assert "This day is over already." in early.content.decode()
    future = client.post(f"/patients/{patient.pk}/cases/start/", posted(by, opened_on="2099-01-01"))
    assert "This is in the future." in future.content.decode()


def test_a_refused_case_unfolds_only_what_is_ticked(client: Client, by: StaffMember) -> None:
    page = client.post(
        f"/patients/{a_patient(by).pk}/cases/start/", posted(by, onset="long ago", key_measures=["KTW_CM||LEFT"])
    ).content.decode()
    areas = re.findall(r'<details class="fold"( open)? data-area="([^"]+)">', page)
    assert {area for is_open, area in areas if is_open} == {"Pain", "Ankle and foot"}


def test_the_treated_side_stands_against_the_other(client: Client, by: StaffMember) -> None:
    """C 9.1.1: 8.2 of 11.5 cm is 71 % of left."""
    case = a_case(by)
    sides = [{"measure": "KTW_CM", "side": s, "value": v} for s, v in (("RIGHT", "8.2"), ("LEFT", "11.5"))]
    rated = {"measure": "GROC_15", "value": "5"}
    a_signed_session(case, by, measurements=[*sides, rated])
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "71 % of left" in page
    assert "% of right" not in page, "the other side is not the treated one"
    assert "≥ 3, small change" in page
