"""What the screening of a case says today, for each injury and modality."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from cases.models import BodyRegion, Case, Injury, InjuryPhase, Merge, Patient
from cases.models.imprecise import read as read_imprecise
from clinic.models import shelves
from treatments.models import (
    Condition,
    ContraindicationRule,
    Modality,
    RuleApproval,
    Screening,
    ScreeningAnswer,
    ScreeningQuestion,
)
from treatments.rules.answers import Answer, Body, KnownInjury, KnownTreatment, Place, Treatment
from treatments.rules.merged_answers import Said, stricter
from treatments.rules.safety import Book, Result, check

Segments = dict[str, str]


@dataclass(frozen=True)
class Clearance:
    """What the rules say of one modality for one injury."""

    modality: Modality
    injury: Injury
    result: Result


@dataclass(frozen=True)
class Screened:
    """What was asked of a case, and what follows today. `next_expiry` is the first day on which a "no" runs out."""

    screenings: tuple[Screening, ...]
    answers: tuple[ScreeningAnswer, ...]
    clearances: tuple[Clearance, ...]
    next_expiry: date | None
    conditions: dict[str, Condition]
    rules: dict[str, ContraindicationRule]
    questions: dict[str, ScreeningQuestion]


def screened(case: Case, *, today: date, only: Collection[str] | None = None) -> Screened:
    """In as many statements for one screening as for fifty. `only` these modalities, by code, are looked at."""
    screenings = tuple(case.screenings.select_related("asked_by").order_by("asked_on", "id"))
    answers = answers_of(case)
    offered, all_rules, known, asked, regions = shelves(
        Modality, ContraindicationRule, Condition, ScreeningQuestion, BodyRegion
    )
    modalities = [m for m in offered if only is None or m.code in only]
    rules = rules_for(modalities, all_rules)
    conditions, questions, segments = known.in_use, asked.in_use, segments_of(regions)
    book = book_of(conditions.values(), rules.values(), questions.values())
    body, said = body_of(case, segments, today), tuple(as_answer(a, segments) for a in answers)
    clearances = tuple(
        Clearance(modality, injury, check(treatment_of(modality, injury, segments), body, said, book, today=today))
        for injury in case.injuries.all()
        for modality in modalities
    )
    latest = {answer.question_code: answer for answer in answers}
    good = [a.valid_until for a in latest.values() if not a.is_yes and a.valid_until >= today]
    return Screened(screenings, answers, clearances, min(good, default=None), conditions, rules, questions)


def rules_for(modalities: Iterable[Modality], rules: Iterable[ContraindicationRule]) -> dict[str, ContraindicationRule]:
    """The rules of the columns in which these modalities stand."""
    columns = {modality.column for modality in modalities}
    return {r.key: r for r in rules if r.column in columns}


def answers_of(case: Case) -> tuple[ScreeningAnswer, ...]:
    """Everything that counts for a case, in the order in which it was asked: what was answered in it and, where records
    were merged, the stricter of what was answered in cases of the other records. In one statement.
    """
    one = Patient.objects.one_with(case.patient).values("pk")
    merges = Merge.objects.in_force().filter(Q(other=OuterRef("screening__case__patient")) | Q(other=case.patient_id))
    rows = (
        ScreeningAnswer.objects.filter(screening__case__in=Case.objects.filter(patient__in=one))
        .filter(Q(screening__case=case) | ~Q(screening__case__patient=case.patient_id))
        .annotate(merged_at=Subquery(merges.order_by("-created_at").values("created_at")[:1]))
        .select_related("screening", "question")
        .order_by("screening__asked_on", "id")
    )

    def said_of(row: Any) -> Said:
        merged_at = None if row.screening.case_id == case.pk else row.merged_at or row.created_at
        asked_on, of = row.screening.asked_on, str(row.screening.case_id)
        return Said(row.question_code, row.is_yes, asked_on, row.created_at, of, merged_at)

    return stricter(rows, said_of)


def last_asked(case: Case) -> tuple[date | None, date | None]:
    """When the questions were asked last, and until when the first "no" to run out is good."""
    answers = answers_of(case)
    latest = {answer.question_code: answer for answer in answers}
    return (
        max((a.screening.asked_on for a in answers), default=None),
        min((a.valid_until for a in latest.values() if not a.is_yes), default=None),
    )


def segments_of(regions: Iterable[BodyRegion]) -> Segments:
    """The limb of each region."""
    return {r.code: r.content.get("segment", "") for r in regions}


def book_of(
    conditions: Iterable[Condition], rules: Iterable[ContraindicationRule], questions: Iterable[ScreeningQuestion]
) -> Book:
    """The rules as they are in force here, with the lead's approvals."""
    rules = list(rules)
    approvals = RuleApproval.objects.filter(rule__in=[rule.key for rule in rules])
    asking: dict[str, list[str]] = {}
    for question in questions:
        for code in question.conditions:
            asking.setdefault(code, []).append(question.code)
    return Book(
        conditions={c.code: c.as_rule(tuple(asking.get(c.code, ()))) for c in conditions},
        rules=tuple(r.as_rule() for r in rules),
        approvals={key: row.as_rule() for key, row in approvals.in_force().items()},
    )


def body_of(case: Case, segments: Segments, today: date) -> Body:
    """What the record knows without asking: age, injuries with their phase, and what was done before."""
    phases = {
        row.injury_id: row.phase_id.split("@")[0]
        for row in InjuryPhase.objects.filter(injury__case=case).order_by("noted_on", "id")
    }
    return Body(
        age_years=case.patient.survivor.age_on(today),
        injuries=tuple(
            KnownInjury(place_of(injury, segments), code_of(injury.pathology_id), phases.get(injury.pk, ""))
            for injury in case.injuries.all()
        ),
        prior_treatments=tuple(
            KnownTreatment(code_of(prior.kind_id), latest_on=latest.latest_day if latest else None)
            for prior in case.prior_treatments.all()
            for latest in (read_imprecise(prior, "ended") or read_imprecise(prior, "started"),)
        ),
    )


def treatment_of(modality: Modality, injury: Injury, segments: Segments) -> Treatment:
    return Treatment(modality.code, modality.column, (place_of(injury, segments),), {})


def place_of(injury: Injury, segments: Segments) -> Place:
    region = code_of(injury.region_id)
    return Place(region, injury.side, segments.get(region, ""))


def code_of(key: str | None) -> str:
    """The code of a definition, from the key of one of its versions."""
    return key.split("@")[0] if key else ""


def as_answer(row: ScreeningAnswer, segments: Segments) -> Answer:
    places = tuple(Place(p["region"], p.get("side", ""), segments.get(p["region"], "")) for p in row.places)
    since = read_imprecise(row, "since")
    return Answer(
        question=row.question_code,
        is_yes=row.is_yes,
        asked_on=row.screening.asked_on,
        valid_until=row.valid_until,
        places=places,
        since=since.latest_day if since else None,
    )
