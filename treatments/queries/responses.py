"""How the cases of a clinic went, measure by measure, between two days.

One statement for the cases and one for all that was measured; the verdicts are those of
`treatments.queries.progress.Series`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import JSONObject, RowNumber

from cases.models import Benefit, Case, CaseStatus, Injury, KeyMeasure, PriorTreatment
from treatments.models import Measurement, Moment, Plan
from treatments.queries.progress import Point, Series
from treatments.rules.measures import MeasureRule
from treatments.rules.progress import Scale, chosen
from treatments.rules.responses import (
    FAILED,
    NOT_FAILED,
    Group,
    Kind,
    Outcome,
    Responded,
    Tally,
    outcome_of,
    side_that_counts,
    tallies,
)

WITHOUT_BENEFIT = (Benefit.NONE, Benefit.WORSE)
NO_PLAN, NO_TEMPLATE, IN_WORDS = "NO_PLAN", "NO_TEMPLATE", "IN_WORDS"
Asked = tuple[str, str]  # a measure's code and its context


@dataclass(frozen=True)
class Span:
    """Two days and all between them."""

    since: date
    until: date

    def __contains__(self, day: date) -> bool:
        return self.since <= day <= self.until


@dataclass(frozen=True)
class CaseRow:
    """A case as the clinic counts it; by codes. `failed` are kinds of earlier treatments without benefit."""

    site: UUID
    is_closed: bool
    pathologies: frozenset[str]
    sides: tuple[str, ...]
    protocol: str
    failed: frozenset[str]
    asked: Mapping[Asked, tuple[str, ...]]

    @cached_property
    def groups(self) -> frozenset[Group]:
        return frozenset(
            {
                *(Group(Kind.PATHOLOGY, code) for code in self.pathologies),
                Group(Kind.PROTOCOL, self.protocol),
                FAILED if self.failed else NOT_FAILED,
                *(Group(Kind.FAILED_KIND, code) for code in self.failed),
            }
        )


class Value(NamedTuple):
    """A value taken before treatment."""

    case: UUID
    code: str
    context: str
    side: str
    key: str
    on: date
    session: UUID
    value: Decimal
    by: str

    @property
    def point(self) -> Point:
        return Point(self.on, self.value, Moment.BEFORE, self.session, self.by)


@dataclass(frozen=True)
class Answers:
    """How the cases of all sites went, by measure and context; and which are left out as they began before."""

    by_measure: dict[Asked, list[Responded]] = field(default_factory=lambda: defaultdict(list))
    began_before: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class Measured:
    """One measure in numbers. `against_error`: what matters is not known, so only the error was held against it."""

    name: str
    tallies: tuple[Tally, ...]
    against_error: bool

    @property
    def all(self) -> Tally:
        return self.tallies[0]

    def of(self, kind: Kind) -> list[Tally]:
        return [tally for tally in self.tallies if tally.group.kind is kind]


def code_of(key: str) -> str:
    """The code of a version of an entry."""
    return key.rpartition("@")[0]


def rows_of(cases: QuerySet[Case]) -> dict[UUID, CaseRow]:
    """Each case with what it is grouped by, in one statement."""
    mine = {"case": OuterRef("pk")}
    injuries = Injury.objects.filter(**mine).order_by("position")
    slot = JSONObject(code="measure_code", context="context", side="side")
    found = cases.order_by().values_list(
        "pk",
        "site_id",
        "status",
        ArraySubquery(injuries.values("pathology_id")),
        ArraySubquery(injuries.values("side")),
        ArraySubquery(Plan.objects.filter(**mine).order_by("-started_on", "-created_at").values("protocol_id")[:1]),
        ArraySubquery(PriorTreatment.objects.filter(**mine, benefit__in=WITHOUT_BENEFIT).values("kind_id")),
        ArraySubquery(KeyMeasure.objects.filter(**mine).order_by("position").values(slot=slot)),
    )
    return {pk: row_of(*told) for pk, *told in found}


def row_of(
    site: UUID,
    status: str,
    pathologies: list[str | None],
    sides: list[str],
    plans: list[str | None],
    failed: list[str],
    key_measures: list[dict[str, str]],
) -> CaseRow:
    asked: dict[Asked, tuple[str, ...]] = {}
    for slot in key_measures:
        name = slot["code"], slot["context"]
        asked[name] = (*asked.get(name, ()), slot["side"])
    return CaseRow(
        site=site,
        is_closed=status == CaseStatus.DISCHARGED,
        pathologies=frozenset(code_of(key) if key else IN_WORDS for key in pathologies),
        sides=tuple(sides),
        protocol=(code_of(plans[0]) if plans[0] else NO_TEMPLATE) if plans else NO_PLAN,
        failed=frozenset(code_of(key) for key in failed),
        asked=asked,
    )


def values_of(cases: Collection[UUID], span: Span) -> Iterable[Value]:
    """The first and the last value before treatment of each series until the last day; the database chooses them."""
    series = ["case_id", "measure_code", "context", "side"]
    place = ["session__occurred_on", "session_id"]  # as in the progress of a case
    rows = (
        Measurement.objects.in_force()
        .filter(case__in=cases, moment=Moment.BEFORE, session__occurred_on__lte=span.until)
        .annotate(
            nth=Window(RowNumber(), partition_by=series, order_by=place),
            in_all=Window(Count("pk"), partition_by=series),
        )
        .filter(Q(nth=1) | Q(nth=F("in_all")))
        .order_by(*place)
    )
    told = rows.values_list(*series, "measure_id", *place, "value", "session__signed_name")
    return (Value(*row) for row in told)


def answers_of(
    rows: Mapping[UUID, CaseRow], values: Iterable[Value], measures: Mapping[str, MeasureRule], span: Span
) -> Answers:
    """How each case went in each measure: from its first value, which is in the span, to the last until its end.

    A rating of change is a comparison by itself, and counts by its last value.
    """
    ends: dict[tuple[UUID, str, str], dict[str, list[Value]]] = defaultdict(dict)
    for value in values:
        ends[value[:3]].setdefault(value.side, [value, value])[1] = value
    found = Answers()
    for (pk, code, context), by_side in ends.items():
        row = rows[pk]
        compared = {side: pair for side, pair in by_side.items() if is_compared(pair, measures, span)}
        side = side_that_counts(compared, row.asked.get((code, context), ()), row.sides)
        if side is not None:
            first, last = compared[side]
            points = (first.point, last.point) if last is not first else (last.point,)
            series = Series(measures[last.key], context, side, is_key=False, points=points)
            outcome = outcome_of(series.verdict)
            found.by_measure[code, context].append(Responded(pk, row.site, row.groups, outcome))
        elif any(first.on < span.since <= last.on for first, last in by_side.values()):
            found.began_before.add(pk)
    return found


def is_compared(ends: Sequence[Value], measures: Mapping[str, MeasureRule], span: Span) -> bool:
    first, last = ends
    if measures[last.key].scale is Scale.CHANGE:
        return last.on in span
    return last is not first and first.on in span


def measured(answers: Answers, rules: Mapping[str, MeasureRule], site: UUID | None) -> list[Measured]:
    """The measures in which a case could be judged, those of most cases first."""
    found = []
    for (code, context), responses in answers.by_measure.items():
        judged = [r for r in responses if r.outcome is not Outcome.NOT_KNOWN and site in (None, r.site)]
        if judged:
            rule = rules.get(code)
            name = rule.name(context) if rule else code
            row = Measured(name, tuple(tallies(responses, site)), is_held_against_error(rule))
            found.append((-len(judged), name, row))
    return [row for *_, row in sorted(found, key=lambda each: each[:2])]


def is_held_against_error(rule: MeasureRule | None) -> bool:
    return rule is not None and rule.scale is Scale.NUMBER and chosen(rule.thresholds, "MIC", start=Decimal(1)) is None


def not_judged(answers: Answers, rules: Mapping[str, MeasureRule], site: UUID | None) -> list[tuple[str, int]]:
    """The measures in which no case could be judged, though some were measured twice: of how many, most first."""
    found = []
    for (code, context), responses in answers.by_measure.items():
        outcomes = [r.outcome for r in responses if site in (None, r.site)]
        if outcomes and set(outcomes) == {Outcome.NOT_KNOWN}:
            found.append((rules[code].name(context) if code in rules else code, len(outcomes)))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))
