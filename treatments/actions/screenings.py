"""Asking before treatment: a completed screening is never changed, only asked again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import BodyRegion, Case, Injury, InjuryPhase, Side, Term, imprecise
from cases.rules.imprecise_dates import ImpreciseDate
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.actions.seals import seal_row
from clinic.errors import Fault, RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.models import Screening, ScreeningAnswer, ScreeningKind, ScreeningQuestion
from treatments.models.sealed import SCREENING

LONGEST_DETAIL = 1000
MOST_WEEKS = 45


@dataclass(frozen=True)
class NewAnswer:
    """What was said to a question, by its code. A "yes" may say where (region, side), since when, how many weeks."""

    question: str
    is_yes: bool
    places: tuple[tuple[str, str], ...] = ()
    since: ImpreciseDate | None = None
    weeks: int | None = None
    detail: str = ""


@transaction.atomic
def complete_screening(*, case: Case, answers: Sequence[NewAnswer], by: StaffMember) -> Screening:
    """Keeps what was answered today; what was not asked stays not asked. An answer is good for its question's days."""
    require(by, Permission.SESSION_LOG)
    today = clock.today(case.site.time_zone)
    offered = {q.code: q for q in ScreeningQuestion.objects.filter(retired_on=None)}
    if not answers:
        raise RuleBroken("nothing_answered", _("Nothing is answered yet. Tap yes or no at what you asked."))
    faults = wrong_with(answers, offered, case.patient.survivor.born_on, today)
    if faults:
        raise RuleBroken("not_right", _("Some answers need correcting."), faults=faults)
    screening = Screening.objects.create(case=case, asked_on=today, asked_by=by)
    for answer in answers:
        question = offered[answer.question]
        ScreeningAnswer.objects.create(
            screening=screening,
            question=question,
            question_code=question.code,
            is_yes=answer.is_yes,
            places=[{"region": region, "side": side} for region, side in answer.places],
            weeks=answer.weeks,
            detail=answer.detail.strip(),
            valid_until=today + timedelta(days=question.valid_days),
            **imprecise.columns("since", answer.since),
        )
    audit.record("screening.completed", by=by, about=screening, patient_id=case.patient_id, details=sealed(screening))
    return screening


@transaction.atomic
def confirm_unchanged(*, case: Case, by: StaffMember) -> Screening:
    """Keeps that the patient was asked whether anything has changed, and said no. It prolongs no answer."""
    require(by, Permission.SESSION_LOG)
    if not case.screenings.filter(kind=ScreeningKind.ASKED).exists():
        raise RuleBroken("never_asked", _("Nothing was asked yet: ask the questions first."), conflict=True)
    today = clock.today(case.site.time_zone)
    screening = Screening.objects.create(case=case, asked_on=today, asked_by=by, kind=ScreeningKind.UNCHANGED)
    audit.record("screening.unchanged", by=by, about=screening, patient_id=case.patient_id, details=sealed(screening))
    return screening


def sealed(screening: Screening) -> dict[str, str]:
    words = {"asked_by": screening.asked_by.name}
    return seal_row(SCREENING, screening.pk, patient_id=screening.case.patient_id, words=words)


@transaction.atomic
def note_phase(*, injury: Injury, phase: str, by: StaffMember) -> InjuryPhase:
    """Keeps the phase in which an injury is today; it must be one that its diagnosis goes through."""
    require(by, Permission.SESSION_LOG)
    family = injury.pathology.content.get("phases", "") if injury.pathology else ""
    found = Term.objects.filter(code=phase, list="PHASE", retired_on=None).first()
    if found is None or not family or found.family != family:
        raise RuleBroken("not_a_phase", _("Choose a phase that belongs to the diagnosis."), field="phase")
    today = clock.today(injury.case.site.time_zone)
    noted = InjuryPhase.objects.create(injury=injury, phase=found, noted_on=today, noted_by=by)
    audit.record("injury.phase_noted", by=by, about=noted, patient_id=injury.case.patient_id)
    return noted


def wrong_with(
    answers: Sequence[NewAnswer], offered: dict[str, ScreeningQuestion], born_on: date, today: date
) -> list[Fault]:
    """Everything that is to be corrected, each with the question that it belongs to."""
    regions = set(BodyRegion.objects.filter(retired_on=None).values_list("code", flat=True))
    faults: list[Fault] = []
    seen = set()
    for answer in answers:
        pointer = f"/answers/{answer.question}"
        if answer.question not in offered:
            faults.append(Fault(pointer, "unknown_question", _("This question is not asked here.")))
        if answer.question in seen:
            faults.append(Fault(pointer, "answered_twice", _("This question is answered twice.")))
        seen.add(answer.question)
        if not answer.is_yes and (answer.places or answer.since or answer.weeks is not None):
            faults.append(Fault(pointer, "no_details", _("Only a yes has a place, a date or weeks.")))
        if any(region not in regions or side not in ("", *Side.values) for region, side in answer.places):
            faults.append(Fault(f"{pointer}/place", "unknown_place", _("Choose a region and a side of the list.")))
        if answer.since and answer.since.on > today:
            faults.append(Fault(f"{pointer}/since", "in_the_future", _("This is in the future.")))
        if answer.since and answer.since.latest_day < born_on:
            faults.append(Fault(f"{pointer}/since", "before_the_birth", _("This is before the birth.")))
        if answer.weeks is not None and not 0 <= answer.weeks <= MOST_WEEKS:
            faults.append(Fault(f"{pointer}/weeks", "out_of_range", _("Between 0 and 45 weeks.")))
        if len(answer.detail) > LONGEST_DETAIL:
            faults.append(Fault(f"{pointer}/detail", "too_long", _("At most 1000 letters.")))
    return faults
