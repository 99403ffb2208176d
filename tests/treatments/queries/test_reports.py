import json
from datetime import timedelta
from typing import Any

import pytest

from cases.actions.cases import NewInjury
from cases.actions.goals import NewGoal
from cases.models import Case
from clinic import clock
from clinic.models import StaffMember
from tests.factories.pictures import LENGTHWISE, a_calcified_case, a_picture, measured
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session
from tests.factories.stories import a_story
from treatments.actions.addenda import mark_in_error
from treatments.actions.discharges import discharge_case
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.queries import story_of
from treatments.queries.plain_reports import plain_report_of
from treatments.queries.reports import report_of, told_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> StaffMember:
    return a_physio(name="Giulia Renna")


def read(case: Case) -> Case:
    return story_of(Case.objects.filter(pk=case.pk)).select_related("patient__merged_into").get()


def full(case: Case, by: StaffMember) -> dict[str, Any]:
    return report_of(told_of(read(case)), by)


def plain(case: Case, by: StaffMember) -> dict[str, Any]:
    return plain_report_of(told_of(read(case)), by)


def rows(report: dict[str, Any], code: str) -> dict[str, list[str]]:
    return {
        row[0].replace("\u00a0", " "): [c.replace("\u00a0", " ") for c in row[1:]]
        for row in report["sections"][code]["rows"]
    }


def test_only_what_is_signed_and_how_much_is_not(by: StaffMember) -> None:
    case = a_case(by)
    a_draft(case, by, objective="Swollen", measurements=[{"measure": "NPRS", "context": "LOAD", "value": "9"}])
    told = full(case, by)
    assert told["is_empty"]
    assert "No visit is signed yet. 1 note is not signed yet; nothing of it is in this report." in told["origin"]
    assert (told["visits"], told["panels"], told["timeline"], told["glance"]) == ([], [], None, [])
    assert told["sections"]["outcomes"]["text"] == "Nothing was measured."
    for each in (told, plain(case, by)):
        assert "Swollen" not in json.dumps(each)
    a_signed_session(case, by)
    told = full(case, by)
    assert not told["is_empty"]
    assert f"from the records signed until {clock.today():%-d %B %Y}. 1 note is" in told["origin"]


def test_corrected_values_are_used_and_what_was_in_error_is_not(by: StaffMember) -> None:
    story = a_story(by)
    found = rows(full(story.case, by), "outcomes")
    assert found["Knee to wall, right"][0].startswith("4.2 cm, "), "the corrected value"
    assert found["Knee to wall, right"][1].startswith("8 cm, ")
    assert found["Knee to wall, right"][2:] == ["+3.8", found["Knee to wall, right"][3], "±1.9"]
    assert found["Pain, load"][2] == "−4"
    mark_in_error(session=story.visits[-1], error="NOT_DONE", reason="He did not come.", by=by)
    told = full(story.case, by)
    assert rows(told, "outcomes")["Pain, load"][1].startswith("4/10, ")
    assert len(told["visits"]) == 4
    assert "=Blister" not in json.dumps(told)


def test_visits_with_their_place_doses_and_sums(by: StaffMember) -> None:
    told = full(a_story(by).case, by)
    assert [v["place"] for v in told["visits"]] == [
        *("Assessment", "Block 1, 1 of 2", "Block 1, 2 of 2", "Block 2, 1 of 3", "Block 2, 2 of 3")
    ]
    assert told["visits"][1]["lines"] == [
        ["IASTM", "5 min · curved"],
        ["Focused shockwave", "0.15 mJ/mm² · 2000 impulses · 4 Hz"],
    ]
    assert rows(told, "sums")["Focused shockwave"] == [
        *("3", "0.15–0.25 mJ/mm² · 2000 impulses · 4 Hz", "6000 impulses; dose index 1200 mJ/mm²")
    ]
    (plan,) = told["plans"]
    assert plan["blocks"][0]["told"].startswith("2 of 2 sessions, ")
    (review,) = told["sections"]["reviews"]["rows"]
    assert review[1:] == ["Block 1", "Continue", "Better.", "Giulia Renna"]
    assert "=Blister, mild, not over" in told["sections"]["adverse_events"]["text"]
    assert "flare after the visit, pain 6/10 the next morning, Ran 5 km." in told["sections"]["adverse_events"]["text"]
    lanes = {lane["name"]: lane for lane in told["timeline"]["lanes"]}
    assert [high for _at, high in lanes["Focused shockwave"]["bars"]] == [0.6, 0.8, 1.0]
    assert lanes["Focused shockwave"]["said"] == "0.15–0.25 mJ/mm²"


def test_a_treatment_that_was_not_given_says_why(by: StaffMember) -> None:
    case = a_case(by)
    a_signed_session(
        case, by, applications=[{"modality": "IASTM", "was_given": False, "not_given_because": "Skin broken"}]
    )
    told = full(case, by)
    assert told["visits"][0]["lines"] == [["IASTM", "not given: Skin broken"]]
    assert told["sections"]["sums"]["text"] == "Nothing was given."


def test_pictures_with_their_change_or_why_they_are_not_compared(by: StaffMember) -> None:
    told = full(a_story(by).case, by)["sections"]["imaging"]
    by_size = {row[3].replace("\u00a0", " "): row[4:] for row in told["rows"]}
    assert by_size["158 mm², 34 × 9 mm"][:1] == ["−27.5\u00a0%"]
    assert by_size["158 mm², 34 × 9 mm"][1].startswith("partial reduction (error ±10 %")
    assert by_size["150 mm², 34 × 9 mm"][:2] == ["–", "not comparable (another kind of picture)"]
    assert by_size["218 mm², 34 × 9 mm"] == ["–", "the reference", "measured by us, by the estimated magnification"]


def test_answers_that_hold_and_answers_that_ran_out(by: StaffMember) -> None:
    case = a_case(by)
    complete_screening(
        case=case, answers=[NewAnswer("PREGNANT", is_yes=False), NewAnswer("CANCER", is_yes=True, detail="2001")], by=by
    )
    told = full(case, by)["sections"]["screening"]["text"]
    assert "(2001)" in told
    assert "1 answer of “no” holds, the first until " in told
    assert "run out" not in told
    with clock.set_to(clock.now() + timedelta(days=400)):
        told = full(case, by)["sections"]["screening"]["text"]
    assert "1 answer of “no” has run out: to be asked again before treatment." in told
    assert "holds" not in told


def test_how_it_ended(by: StaffMember) -> None:
    case = a_case(by, goals=[NewGoal("Run 5 km", "usual the morning after")])
    assert full(case, by)["sections"]["ending"]["text"] == "Treatment goes on."
    assert full(case, by)["sections"]["goals"]["rows"] == [["Run 5 km", "usual the morning after", "–", "open"]]
    discharge_case(case=case, outcome="GOALS_PARTLY_MET", reason="Runs 3 km.", by=by)
    assert full(case, by)["sections"]["ending"]["text"].endswith(". Runs 3 km.")
    said = plain(case, by)
    assert said["ended"].endswith(": goals partly met.")
    assert "Runs 3 km." not in json.dumps(said), "a remark of ours"


def test_the_patient_reads_plain_words_and_no_remarks(by: StaffMember) -> None:
    story = a_story(by)
    texts = dict.fromkeys(("subjective", "objective", "assessment", "plan"), "Zyzzyva")
    given = [{"modality": "IASTM", "parameters": {"total_time_min": "5", "tool_type": "CURVED"}}]
    a_signed_session(story.case, by, kind="UNPLANNED", applications=given, **texts)
    told = plain(story.case, by)
    assert told["wrong"] == ["Right ankle, Achilles tendon: a chalky deposit (calcification)"]
    words = {row[0]: row[-1] for row in told["measures"]}
    assert words["Pain when you load it"] == "no clear change", "7 at the start, 6 at the last visit"
    assert words["Morning stiffness"] == "no agreed yardstick"
    assert {row[0]: row[2] for row in told["treatments"]} == {
        "Massage with a steel tool": "6 times",
        "Shockwave (focused)": "3 times",
    }
    pictures = " ".join(told["pictures"]).replace("\u00a0", " ")
    assert "the deposit is smaller: 218 mm² then, 158 mm² now, 27.5 % less" in pictures
    assert told["unwanted"] == "1 unwanted effect was noted. 1 is not over yet."
    assert [what for _day, what in told["decisions"]] == ["We decided to go on with the treatment."]
    said = json.dumps(told)
    for internal in ("Zyzzyva", "=Blister", "Better.", "IASTM", "M65", "suspected", "RES_", "mJ"):
        assert internal not in said, internal


def test_pictures_that_cannot_be_compared_are_said_to_be(by: StaffMember) -> None:
    case = a_calcified_case(by)
    measured(a_picture(case, by, 60), by, "218")
    measured(a_picture(case, by, 10, LENGTHWISE), by, "150", "D1", calibration="US_REGION")
    (said,) = plain(case, by)["pictures"]
    assert said.endswith("cannot be compared for the deposit: another kind of picture.")


def test_a_bare_case_has_reports(by: StaffMember) -> None:
    case = a_case(
        by,
        injuries=[NewInjury("OTHER", "REG_ANKLE", "MIDLINE", diagnosis="Ache")],
        prior_treatments=[],
        key_measures=[],
    )
    assert full(case, by)["is_empty"]
    said = plain(case, by)
    assert (said["came"], said["measures"], said["panel"]) == ("", [], None)
    a_signed_session(case, by, measurements=[], applications=[])
    assert full(case, by)["visits"][0]["lines"] == []
    assert plain(case, by)["came"].startswith("You came once, on ")
