from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from cases.actions.cases import AskedMeasure, NewInjury
from cases.actions.prior_treatments import NewPriorTreatment
from cases.models import Case
from clinic import clock
from clinic.models import StaffMember, shelf
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, a_signed_session, site_of, staff
from treatments.actions.addenda import correct_session, mark_in_error
from treatments.actions.plans import PlannedBlock, start_plan
from treatments.models import Measure
from treatments.queries import progress_of
from treatments.queries.clinic import clinic_of
from treatments.queries.responses import IN_WORDS, NO_PLAN, NO_TEMPLATE, Answers, Span, answers_of, rows_of, values_of
from treatments.rules.responses import FAILED, NOT_FAILED, Group, Kind, Outcome, outcome_of

pytestmark = pytest.mark.django_db
PAIN, KNEE = ("NPRS", "LOAD"), ("KTW_CM", "")


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def year() -> Span:
    return Span(ago(364), ago(0))


def pain(value: int, *more: dict[str, Any]) -> dict[str, Any]:
    return {"measurements": [{"measure": "NPRS", "context": "LOAD", "value": str(value)}, *more]}


def knee(side: str, value: str) -> dict[str, Any]:
    return {"measure": "KTW_CM", "side": side, "value": value}


def treated(by: StaffMember, *values: int, last: int = 0, **told: Any) -> Case:
    """A case with a value of pain a week, the last of them so many days ago."""
    case = a_case(by, opened_on=ago(last + 7 * len(values)), **told)
    for n, value in enumerate(reversed(values)):
        a_signed_session(case, by, ago(last + 7 * n), **pain(value))
    return case


def answers(by: StaffMember, span: Span | None = None) -> Answers:
    span = span or year()
    rows = rows_of(Case.objects.visible_to(by))
    return answers_of(rows, values_of(rows, span), shelf(Measure).all_rules, span)


def outcomes(by: StaffMember, span: Span | None = None, slot: tuple[str, str] = PAIN) -> dict[Any, Outcome]:
    return {r.case: r.outcome for r in answers(by, span).by_measure[slot]}


def test_a_case_is_judged_as_on_its_page(by: StaffMember) -> None:
    cases = {treated(by, 7, 6, 2): "IMPROVED", treated(by, 3, 9, 6): "WORSE", treated(by, 5, 1, 5): "UNCHANGED"}
    found = outcomes(by)
    assert found == {case.pk: outcome for case, outcome in cases.items()}
    for case in cases:
        series = next(s for s in progress_of(case).series if s.measure.code == "NPRS")
        assert found[case.pk] is outcome_of(series.verdict)


def test_what_was_measured_after_treatment_is_not_compared(by: StaffMember) -> None:
    after = {"measure": "NPRS", "context": "LOAD", "value": "2", "moment": "AFTER"}
    once = a_case(by, opened_on=ago(9))
    a_signed_session(once, by, ago(8), **pain(8, after))
    twice = treated(by, 8, last=7)
    a_signed_session(twice, by, ago(0), **pain(8, after))
    assert outcomes(by) == {twice.pk: Outcome.UNCHANGED}


def test_who_was_measured_once_is_not_counted(by: StaffMember) -> None:
    treated(by, 7)
    assert outcomes(by) == {}


def test_both_values_lie_between_the_days(by: StaffMember) -> None:
    case = treated(by, 8, 7, 2, last=10)  # 24, 17 and 10 days ago
    assert outcomes(by, Span(ago(24), ago(0)))[case.pk] is Outcome.IMPROVED
    assert outcomes(by, Span(ago(24), ago(11)))[case.pk] is Outcome.UNCHANGED, "what came later is not known yet"
    assert outcomes(by, Span(ago(24), ago(18))) == {}
    cut = answers(by, Span(ago(23), ago(0)))
    assert (cut.by_measure, cut.began_before) == ({}, {case.pk})
    gone = answers(by, Span(ago(9), ago(0)))
    assert (gone.by_measure, gone.began_before) == ({}, set())


def test_what_counts_is_what_was_corrected_and_not_what_was_in_error(by: StaffMember) -> None:
    case = treated(by, 7, 2)
    last = case.sessions.order_by("-occurred_on").first()
    value = last.measurements.get()
    told = {"measurements": [{"id": str(value.pk), "value": "7"}]}
    correct_session(session=last, told=told, reason="Read from the wrong line.", by=by)
    assert outcomes(by)[case.pk] is Outcome.UNCHANGED
    mark_in_error(session=last, error="NOT_DONE", reason="Another day.", by=by)
    assert outcomes(by) == {}


def test_the_affected_side_counts_where_no_key_measure_names_one(by: StaffMember) -> None:
    case = a_case(by, opened_on=ago(9), key_measures=[AskedMeasure("NPRS", "LOAD")])
    a_signed_session(case, by, ago(8), **pain(5, knee("LEFT", "4"), knee("RIGHT", "10")))
    a_signed_session(case, by, ago(1), **pain(5, knee("LEFT", "12"), knee("RIGHT", "4")))
    assert outcomes(by, slot=KNEE) == {case.pk: Outcome.WORSE}, "the right side is the affected one"


def test_the_side_of_the_key_measure_comes_first(by: StaffMember) -> None:
    case = a_case(by, opened_on=ago(9), key_measures=[AskedMeasure("KTW_CM", "", "LEFT")])
    a_signed_session(case, by, ago(8), **pain(5, knee("LEFT", "4"), knee("RIGHT", "10")))
    a_signed_session(case, by, ago(1), **pain(5, knee("LEFT", "12"), knee("RIGHT", "4")))
    assert outcomes(by, slot=KNEE) == {case.pk: Outcome.IMPROVED}


def test_a_rating_of_change_counts_by_itself(by: StaffMember) -> None:
    case = treated(by, 5)
    a_signed_session(case, by, ago(2), **pain(5, {"measure": "GROC_15", "value": "5"}))
    assert outcomes(by, slot=("GROC_15", "")) == {case.pk: Outcome.IMPROVED}


def test_what_a_case_is_grouped_by(by: StaffMember) -> None:
    injuries = [
        NewInjury("CALCIFICATION", "REG_ANKLE", "RIGHT", "CALC_TENDON_ACHILLES_MID", ""),
        NewInjury(kind="OTHER", diagnosis="Something else", region="REG_ANKLE", side="RIGHT"),
    ]
    before = [
        NewPriorTreatment(kind="SHOCKWAVE_ELSEWHERE", benefit="NONE"),
        NewPriorTreatment(kind="INJ_STEROID", benefit="WORSE"),
        NewPriorTreatment(kind="SURG_TENDON_REPAIR", benefit="PARTIAL"),
    ]
    one = a_case(by, injuries=injuries, prior_treatments=before)
    start_plan(case=one, blocks=[PlannedBlock(2)], repeats_accepted=True, by=by)
    other = a_case(by, prior_treatments=[NewPriorTreatment(kind="SHOCKWAVE_ELSEWHERE", benefit="UNKNOWN")])
    rows = rows_of(Case.objects.all())
    assert rows[one.pk].groups == {
        Group(Kind.PATHOLOGY, "CALC_TENDON_ACHILLES_MID"),
        Group(Kind.PATHOLOGY, IN_WORDS),
        Group(Kind.PROTOCOL, NO_TEMPLATE),
        FAILED,
        Group(Kind.FAILED_KIND, "SHOCKWAVE_ELSEWHERE"),
        Group(Kind.FAILED_KIND, "INJ_STEROID"),
    }
    assert rows[other.pk].groups == {Group(Kind.PATHOLOGY, IN_WORDS), Group(Kind.PROTOCOL, NO_PLAN), NOT_FAILED}


def test_cases_are_counted_by_what_they_have_and_were_given(by: StaffMember) -> None:
    treated(by, 7, 2)
    a_case(by, opened_on=ago(3))
    old = treated(by, 7, last=400)
    found = clinic_of(by, year(), None)
    assert (found.total.open, found.total.closed) == (2, 0)
    assert [(c.label, c.total) for c in found.by_pathology] == [("Diagnosis in words only", 2)]
    assert {c.label: c.total for c in found.by_modality} == {"Radial shockwave": 1, "IASTM": 1}
    a_signed_session(old, by, ago(1), applications=[], **pain(4))
    later = clinic_of(by, year(), None)
    assert later.total.total == 3
    assert {c.total for c in later.by_modality} == {1}, "what was given before these days does not count"
    assert later.began_before == 1


def test_each_site_is_counted_apart_and_others_not_at_all(by: StaffMember) -> None:
    other = a_physio()
    mine, theirs = site_of(by).pk, site_of(other).pk
    lead = staff(Role.CLINICAL_LEAD, site=site_of(by))
    for _ in range(5):
        treated(by, 7, 2)
    treated(other, 7, 2)
    alone = clinic_of(lead, year(), None)
    assert (alone.total.total, alone.measured[0].all.improved) == (5, 5)
    assert clinic_of(lead, year(), theirs).total.total == 0
    assert clinic_of(lead, year(), mine).measured[0].all.improved == 5
    assert clinic_of(other, year(), uuid4()).measured == []


def test_a_measure_without_thresholds_is_counted_apart(by: StaffMember) -> None:
    case = a_case(by, opened_on=ago(9))
    for days, minutes in ((8, "40"), (1, "10")):
        a_signed_session(case, by, ago(days), measurements=[{"measure": "MORNING_STIFF_MIN", "value": minutes}])
    found = clinic_of(by, year(), None)
    assert found.not_judged == [("Morning stiffness", 1)]
    assert found.measured == []


def test_values_are_read_with_what_a_verdict_needs(by: StaffMember) -> None:
    case = treated(by, 7, 6, 5, 2)
    values = list(values_of([case.pk], year()))
    assert [v.value for v in values] == [Decimal(7), Decimal(2)], "the first and the last"
    assert values[0].by == by.name
