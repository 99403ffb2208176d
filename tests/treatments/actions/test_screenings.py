from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.cases import NewInjury
from cases.actions.prior_treatments import NewPriorTreatment
from cases.models import Case
from cases.rules.imprecise_dates import ImpreciseDate, Precision
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, Seal, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, staff
from treatments.actions.rules import approve_rules
from treatments.actions.screenings import NewAnswer, complete_screening, confirm_unchanged, note_phase
from treatments.models import ContraindicationRule, Screening, ScreeningAnswer, ScreeningQuestion
from treatments.queries import last_asked, screened
from treatments.rules.safety import Outcome

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> StaffMember:
    approve_rules(these=list(ContraindicationRule.objects.filter(retired_on=None)), by=staff(Role.CLINICAL_LEAD))
    return a_physio()


def questions() -> list[str]:
    return list(ScreeningQuestion.objects.filter(retired_on=None).values_list("code", flat=True))


def all_no(*but: str) -> list[NewAnswer]:
    return [NewAnswer(q, False) for q in questions() if q not in but]


def outcomes(case: Case, days: int = 0) -> dict[str, Outcome]:
    today = clock.today(case.site.time_zone) + timedelta(days=days)
    return {c.modality.code: c.result.outcome for c in screened(case, today=today).clearances}


def injured(by: StaffMember, region: str, side: str, pathology: str = "", **told: Any) -> Case:
    injury = NewInjury(
        kind="OTHER" if not pathology else "CALCIFICATION",
        diagnosis="Pain",
        region=region,
        side=side,
        pathology=pathology,
    )
    return a_case(by, injuries=[injury], **told)


def test_the_pregnant_patient_of_the_worked_case(by: StaffMember) -> None:
    case = injured(by, "REG_SHOULDER", "LEFT")
    complete_screening(case=case, answers=[*all_no("PREGNANT"), NewAnswer("PREGNANT", True, weeks=22)], by=by)
    found = outcomes(case)
    assert {code for code, outcome in found.items() if outcome is Outcome.BLOCKED} == {
        "RSWT",
        "FSWT",
        "TECAR",
        "SWD",
        "PEMF",
    }
    assert found["DRYNEEDLE"] is found["IONTO_ACETIC"] is Outcome.NEEDS_AUTHORISATION
    assert found["US_THER"] is found["TENS"] is Outcome.CLEAR
    assert found["MAN_JOINT"] is Outcome.ACKNOWLEDGE
    assert found["TAPE"] is Outcome.NO_RULE_HELD
    later = outcomes(case, days=200)
    assert later["RSWT"] is Outcome.BLOCKED
    assert later["US_THER"] is Outcome.NOT_ASKED


def test_some_modalities_are_screened_as_all_are(by: StaffMember) -> None:
    case = injured(by, "REG_SHOULDER", "LEFT")
    complete_screening(case=case, answers=[*all_no("PREGNANT", "METAL"), NewAnswer("PREGNANT", True, weeks=22)], by=by)
    today = clock.today(case.site.time_zone)
    some = screened(case, today=today, only=["RSWT", "DRYNEEDLE", "TAPE"]).clearances
    assert {c.modality.code: c.result.outcome for c in some} == {
        "RSWT": Outcome.BLOCKED,
        "DRYNEEDLE": Outcome.NEEDS_AUTHORISATION,
        "TAPE": Outcome.NO_RULE_HELD,
    }
    by_code = {c.modality.code: c.result for c in screened(case, today=today).clearances}
    assert all(c.result == by_code[c.modality.code] for c in some)


def test_the_immature_ossification_of_the_worked_case(by: StaffMember) -> None:
    case = injured(by, "REG_THIGH", "LEFT", "OSS_MYOSITIS_TRAUMATIC")
    complete_screening(case=case, answers=all_no(), by=by)
    injury = case.injuries.get()
    assert outcomes(case)["DIAFIB"] is Outcome.CLEAR
    note_phase(injury=injury, phase="MO_EARLY", by=by)
    found = outcomes(case)
    assert all(found[code] is Outcome.BLOCKED for code in ("IASTM", "DIAFIB", "RSWT", "FSWT", "MAN_STM"))
    assert found["CRYO"] is Outcome.CLEAR
    assert found["EX_ROM"] is Outcome.NO_RULE_HELD
    note_phase(injury=injury, phase="MO_MATURE", by=by)
    assert outcomes(case)["DIAFIB"] is Outcome.NEEDS_AUTHORISATION


def test_before_anything_is_asked_nothing_is_clear(by: StaffMember) -> None:
    found = outcomes(a_case(by))
    assert found["RSWT"] is Outcome.NOT_ASKED
    assert Outcome.CLEAR not in found.values()


def test_an_injection_on_record_blocks_without_being_asked(by: StaffMember) -> None:
    on = clock.today() - timedelta(days=20)
    prior = NewPriorTreatment(kind="INJ_STEROID", started=ImpreciseDate(on, Precision.DAY))
    case = a_case(by, prior_treatments=[prior])
    complete_screening(case=case, answers=all_no(), by=by)
    assert outcomes(case)["RSWT"] is Outcome.BLOCKED
    assert outcomes(case, days=22)["RSWT"] is Outcome.CLEAR


def test_what_is_kept(by: StaffMember) -> None:
    case = a_case(by)
    today = clock.today(case.site.time_zone)
    metal = NewAnswer(
        "METAL", True, (("REG_ANKLE", "RIGHT"),), ImpreciseDate(date(2020, 1, 1), Precision.YEAR), None, " Screw "
    )
    found = complete_screening(case=case, answers=[metal, NewAnswer("PREGNANT", False)], by=by)
    kept = {a.question_code: a for a in found.answers.all()}
    assert (kept["METAL"].places, kept["METAL"].detail) == ([{"region": "REG_ANKLE", "side": "RIGHT"}], "Screw")
    assert kept["METAL"].valid_until == today + timedelta(days=90)
    assert kept["PREGNANT"].valid_until == today + timedelta(days=28)
    event = AuditEvent.objects.get(action="screening.completed")
    sealed = {"seal": Seal.objects.get(row_id=found.pk).sha256}
    assert (event.row_id, event.patient_id, event.details) == (found.pk, case.patient_id, sealed)
    assert last_asked(case) == (today, today + timedelta(days=28))
    assert outcomes(case)["TECAR"] is Outcome.BLOCKED


def test_nothing_has_changed_prolongs_no_answer(by: StaffMember) -> None:
    case = a_case(by)
    with pytest.raises(RuleBroken) as no:
        confirm_unchanged(case=case, by=by)
    assert (no.value.code, no.value.conflict) == ("never_asked", True)
    complete_screening(case=case, answers=all_no(), by=by)
    before = last_asked(case)
    confirm_unchanged(case=case, by=by)
    assert last_asked(case) == before
    assert [s.kind for s in case.screenings.order_by("id")] == ["ASKED", "UNCHANGED"]
    assert AuditEvent.objects.filter(action="screening.unchanged").count() == 1


@pytest.mark.parametrize(
    ("answers", "pointer", "code"),
    [
        ([NewAnswer("SHOE_SIZE", True)], "/answers/SHOE_SIZE", "unknown_question"),
        ([NewAnswer("METAL", True), NewAnswer("METAL", False)], "/answers/METAL", "answered_twice"),
        ([NewAnswer("METAL", False, (("REG_ANKLE", ""),))], "/answers/METAL", "no_details"),
        ([NewAnswer("METAL", True, (("REG_TOE", ""),))], "/answers/METAL/place", "unknown_place"),
        ([NewAnswer("METAL", True, (("REG_ANKLE", "UP"),))], "/answers/METAL/place", "unknown_place"),
        ([NewAnswer("METAL", True, since=ImpreciseDate(date(2999, 1, 1), Precision.DAY))], "/answers/METAL/since", "in_the_future"),
        ([NewAnswer("METAL", True, since=ImpreciseDate(date(1900, 1, 1), Precision.YEAR))], "/answers/METAL/since", "before_the_birth"),
        ([NewAnswer("PREGNANT", True, weeks=46)], "/answers/PREGNANT/weeks", "out_of_range"),
        ([NewAnswer("PREGNANT", True, weeks=-1)], "/answers/PREGNANT/weeks", "out_of_range"),
        ([NewAnswer("CANCER", True, detail="x" * 1001)], "/answers/CANCER/detail", "too_long"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_question(
    by: StaffMember, answers: list[NewAnswer], pointer: str, code: str
) -> None:
    case = a_case(by)
    with pytest.raises(RuleBroken) as no:
        complete_screening(case=case, answers=answers, by=by)
    assert [(f.pointer, f.code) for f in no.value.faults] == [(pointer, code)]
    assert not Screening.objects.exists()


def test_an_empty_screening_is_none(by: StaffMember) -> None:
    with pytest.raises(RuleBroken) as no:
        complete_screening(case=a_case(by), answers=[], by=by)
    assert no.value.code == "nothing_answered"


@pytest.mark.parametrize("phase", ["", "CT_RESTING", "MECH_CRYSTAL", "X"])
def test_a_phase_belongs_to_its_diagnosis(by: StaffMember, phase: str) -> None:
    injury = injured(by, "REG_THIGH", "LEFT", "OSS_MYOSITIS_TRAUMATIC").injuries.get()
    with pytest.raises(RuleBroken) as no:
        note_phase(injury=injury, phase=phase, by=by)
    assert (no.value.code, no.value.field) == ("not_a_phase", "phase")
    with pytest.raises(RuleBroken):
        note_phase(injury=a_case(by).injuries.get(), phase="MO_EARLY", by=by)


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.CLINICAL_LEAD, Role.AUDITOR])
def test_who_does_not_screen(by: StaffMember, role: Role) -> None:
    case = injured(by, "REG_THIGH", "LEFT", "OSS_MYOSITIS_TRAUMATIC")
    other = staff(role)
    for act in (
        lambda: complete_screening(case=case, answers=all_no(), by=other),
        lambda: confirm_unchanged(case=case, by=other),
        lambda: note_phase(injury=case.injuries.get(), phase="MO_EARLY", by=other),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treatments_screeninganswer SET is_yes = false",
        "DELETE FROM treatments_screeninganswer",
        "TRUNCATE treatments_screening CASCADE",
        "UPDATE treatments_screening SET asked_on = asked_on - 1",
        "DELETE FROM treatments_screening",
    ],
)
def test_completed_is_completed(by: StaffMember, statement: str) -> None:
    complete_screening(case=a_case(by), answers=all_no(), by=by)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert ScreeningAnswer.objects.filter(is_yes=True).count() == 0
