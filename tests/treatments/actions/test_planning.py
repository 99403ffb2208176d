import pytest

from cases.models import Case
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, site_of, staff
from treatments.actions.planning import (
    PlannedDose,
    as_stored,
    blocked_today,
    content_of,
    offered_modalities,
    repeated,
)
from treatments.actions.rules import approve_rules
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.models import ContraindicationRule
from treatments.queries import story_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def case(by: StaffMember) -> Case:
    return story_of(Case.objects.filter(pk=a_case(by).pk)).get()


def test_a_dose_is_kept_as_text_and_empty_entries_are_left_out() -> None:
    rule = offered_modalities()["RSWT"]
    typed = {"pressure_bar": "2,3", "impulses": 2000, "guidance": "", "local_anaesthetic": "no", "frequency_hz": None}
    assert as_stored(rule, typed) == {"pressure_bar": "2.3", "impulses": "2000", "local_anaesthetic": False}


def test_lines_with_one_dose_become_one() -> None:
    doses = [
        PlannedDose("RSWT", (3, 1), {"pressure_bar": "2,0"}),
        PlannedDose("RSWT", (5,), {"pressure_bar": "2.0"}),
        PlannedDose("RSWT", (2,), {"pressure_bar": "2.5"}),
    ]
    assert [(c["numbers"], c["parameters"]["pressure_bar"]) for c in content_of(doses, offered_modalities())] == [
        ([1, 3, 5], "2.0"),
        ([2], "2.5"),
    ]


def test_what_is_blocked_today_is_named(case: Case, by: StaffMember) -> None:
    assert blocked_today(case) == {}
    lead = staff(Role.CLINICAL_LEAD, site=site_of(by))
    approve_rules(these=list(ContraindicationRule.objects.filter(retired_on=None)), by=lead)
    complete_screening(case=case, answers=[NewAnswer("PREGNANT", is_yes=True, weeks=22)], by=by)
    assert blocked_today(case, ["TECAR", "IASTM"]) == {"TECAR": "TECAR"}
    assert {"TECAR", "RSWT", "FSWT"} <= set(blocked_today(case))


def test_what_would_be_repeated_is_named(case: Case) -> None:
    assert repeated(case, ["IASTM"]) == ""
    assert repeated(case, ["IASTM", "RSWT"]) == ("Radial shockwave repeats 10 × Shockwave elsewhere, without benefit.")
