from datetime import timedelta
from typing import Any

import pytest

from cases.actions.case_steps import hold_case
from cases.actions.imaging import request_imaging
from cases.models import Case
from clinic import clock
from tests.factories.pictures import LENGTHWISE
from tests.factories.records import a_case, a_consent, a_draft, a_physio, a_signed_session, signed_sessions, site_of
from treatments.actions.plans import PlannedBlock, end_plan, start_plan
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.models import ScreeningAnswer
from treatments.queries import Progress, ended_plans, plans_of, progress_of, story_of, surroundings_of, today_of
from treatments.rules.progress import Word

pytestmark = pytest.mark.django_db


def course(case: Case) -> Progress:
    return progress_of(story_of(Case.objects.filter(pk=case.pk)).get())


def knee(value: str, moment: str = "BEFORE") -> dict[str, Any]:
    return {"measure": "KTW_CM", "side": "RIGHT", "value": value, "moment": moment}


def test_before_and_after_are_told_apart() -> None:
    by = a_physio()
    case = a_case(by)
    a_signed_session(case, by, clock.today() - timedelta(days=1), measurements=[knee("4"), knee("9", "AFTER")])
    a_signed_session(case, by, measurements=[knee("6"), knee("11", "AFTER")])
    (series,) = course(case).series
    assert [float(p.value) for p in series.points] == [4, 9, 6, 11]
    assert series.change is not None
    assert float(series.change) == 2


def test_what_was_not_given_is_in_no_lane() -> None:
    by = a_physio()
    case = a_case(by)
    a_signed_session(case, by, applications=[{"modality": "RSWT", "was_given": False, "not_given_because": "Declined"}])
    found = course(case)
    assert found.lanes == ()
    assert found.sessions[0].lines == ["Radial shockwave: not given (Declined)"]


def test_drafts_are_no_facts() -> None:
    by = a_physio()
    a_draft(case := a_case(by), by)
    assert course(case).series == ()
    assert course(case).sessions == ()


def test_the_measures_of_the_case_come_first_and_in_their_order() -> None:
    by = a_physio()
    case = a_case(by)
    heel = {"measure": "HEEL_RAISE_SL", "side": "RIGHT", "value": 4}
    a_signed_session(case, by, measurements=[heel, knee("4"), {"measure": "NPRS", "context": "LOAD", "value": 7}])
    assert [s.name for s in course(case).series] == ["Pain, load", "Knee to wall, right", "Heel raises, right"]
    assert course(case).sessions[0].key_figure == "Pain 7/10"


def test_what_stands_around_costs_three_statements_more(django_assert_num_queries: Any) -> None:
    by = a_physio()
    for how_many in (2, 12):
        case = story_of(Case.objects.filter(pk=a_case(by).pk)).get()
        signed_sessions(case, by, how_many)
        progress = progress_of(case)
        with django_assert_num_queries(2):
            plans = plans_of(progress)
            surroundings_of(progress, courses=[], studies=[], plans=plans)


def test_changes_are_counted_from_the_last_value_on_or_before_a_day() -> None:
    by, today = a_physio(), clock.today()
    case = a_case(by)
    for ago, value in ((20, "4"), (10, "6"), (0, "7")):
        a_signed_session(case, by, today - timedelta(days=ago), measurements=[knee(value)])
    for ago, change in ((30, 3), (20, 3), (11, 3), (10, 1), (1, 1)):
        (series,) = course(case).counted_from(today - timedelta(days=ago)).series
        assert series.change == change, ago
    (series,) = course(case).counted_from(today).series
    assert (series.change, series.verdict.word) == (None, Word.NO_START)
    assert series.change_of(series.course[0]) is None, "what came before the day has no change since it"
    assert series.error_band == (series.start.value - series.error, series.start.value + series.error)


def test_today_is_mine() -> None:
    by = a_physio()
    colleague = a_physio(site_of(by))
    mine, theirs = a_case(by), a_case(colleague)
    a_draft(mine, by)
    a_draft(theirs, colleague)
    waiting = today_of(by, clock.today())
    assert [d.case for d in waiting.drafts] == [mine]
    assert waiting.cases == (mine,)
    assert (waiting.quiet, waiting.imaging, waiting.expiring) == ((), (), ())


def test_what_waits_of_ones_open_cases() -> None:
    by, today = a_physio(), clock.today()
    fresh = a_case(by, opened_on=today - timedelta(days=20))
    quiet = a_case(by, opened_on=today - timedelta(days=21))
    seen = a_case(by, opened_on=today - timedelta(days=90))
    a_signed_session(seen, by, today - timedelta(days=20))
    hold_case(case=a_case(by, opened_on=today - timedelta(days=90)), reason="Abroad", by=by)
    request = request_imaging(case=seen, picture=LENGTHWISE, why="Size", due_on=today, by=by)
    complete_screening(case=fresh, answers=[NewAnswer("PREGNANT", is_yes=False)], by=by)
    until = ScreeningAnswer.objects.get().valid_until
    waiting = today_of(by, today)
    assert waiting.quiet == (quiet,)
    assert waiting.imaging == (request,)
    assert waiting.expiring == ()
    assert today_of(by, until - timedelta(days=15)).expiring == ()
    assert today_of(by, until - timedelta(days=14)).expiring == ((fresh, until),)
    complete_screening(case=fresh, answers=[NewAnswer("PREGNANT", is_yes=True)], by=by)
    assert today_of(by, until).expiring == ()


def test_doses_are_summed_in_the_units_of_the_device() -> None:
    """C 9.1.2: focused shockwave 300 + 400 + 500 mJ/mm²; what was not given is in no sum."""
    by = a_physio()
    case = a_case(by)
    a_consent(case, by, "FSWT")
    for back, energy in ((21, "0.15"), (14, "0.20"), (7, "0.25")):
        focused = {"energy_mj_mm2": energy, "impulses": "2000", "frequency_hz": "4"}
        rows = [
            {"modality": "FSWT", "parameters": focused},
            {"modality": "IASTM", "parameters": {"total_time_min": "5"}},
            {"modality": "EX_HSR", "parameters": {"sets": "4", "reps": "8"}},
            {"modality": "HILT", "was_given": False, "not_given_because": "Declined"},
        ]
        a_signed_session(case, by, clock.today() - timedelta(days=back), applications=rows)
    sums = {
        lane.modality.code: [(float(s.amount), s.unit, s.is_index) for s in lane.in_all] for lane in course(case).lanes
    }
    assert sums == {
        "FSWT": [(6000, "impulses", False), (1200, "mJ/mm²", True)],
        "IASTM": [(15, "min", False)],
        "EX_HSR": [],
    }


def test_ended_plans_cost_the_same_for_one_and_for_three(django_assert_num_queries: Any) -> None:
    by = a_physio()
    case = a_case(by)
    for _ in range(3):
        plan = start_plan(case=case, blocks=[PlannedBlock(2)], by=by)
        a_signed_session(case, by)
        end_plan(plan=plan, reason="Changed our minds", by=by)
        with django_assert_num_queries(4):
            found = ended_plans(case)
        assert [held for _, held in found[0].blocks_held] == [1]
    assert len(found) == 3
