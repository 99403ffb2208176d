"""How a case goes: everything signed of it, on one time axis."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from cases.models import Case, Injury, PriorTreatment
from clinic.models import shelves
from treatments.models import (
    Addendum,
    AddendumKind,
    Application,
    Measure,
    Measurement,
    Modality,
    Session,
    SessionStatus,
)
from treatments.queries.doses import Lane, in_brief, lanes_of, sentence_of
from treatments.rules.measures import MeasureRule
from treatments.rules.progress import Scale, Verdict, error_of, verdict


@dataclass(frozen=True)
class Point:
    """One value of a series, and where it was measured."""

    on: date
    value: Decimal
    moment: str
    session_id: Any
    by: str


@dataclass(frozen=True)
class Series:
    """One measure, in one context and of one side, over time.

    `start` is the first value before treatment; with `since` the last one on or before that day, else the first after.
    """

    measure: MeasureRule
    context: str
    side: str
    is_key: bool
    points: tuple[Point, ...]
    since: date | None = None

    @property
    def name(self) -> str:
        return self.measure.name(self.context, self.side)

    @cached_property
    def course(self) -> tuple[Point, ...]:
        """The values that are compared: those taken before treatment."""
        return tuple(p for p in self.points if p.moment == "BEFORE")

    @cached_property
    def start(self) -> Point | None:
        return starting(self.course, self.since) if self.course else None

    @property
    def last(self) -> Point | None:
        return self.course[-1] if self.course else None

    @property
    def change(self) -> Decimal | None:
        """From start to last; None where nothing was measured since, and where the values have no distances."""
        return self.change_of(self.last) if self.last else None

    def change_of(self, point: Point) -> Decimal | None:
        """From the start to this value; None for the start and what came before it, for grades and for ratings."""
        start = self.start
        if self.measure.scale is not Scale.NUMBER or start is None or point is start or point.on < start.on:
            return None
        return point.value - start.value

    @property
    def error(self) -> Decimal | None:
        """Half the width of the band around the start; None where it is not known, and for grades and ratings."""
        if self.measure.scale is not Scale.NUMBER or self.start is None:
            return None
        return error_of(self.measure.thresholds, self.start.value)

    @property
    def error_band(self) -> tuple[Decimal, Decimal] | None:
        """The start with its error, within what can be measured at all."""
        if self.error is None or self.start is None:
            return None
        low, high = self.start.value - self.error, self.start.value + self.error
        return max(low, self.measure.hard_min), min(high, self.measure.hard_max)

    @property
    def verdict(self) -> Verdict:
        is_compared = self.start is not None and self.last is not self.start
        return verdict(
            start=self.start.value if self.start and is_compared else None,
            now=self.last.value if self.last else None,
            direction=self.measure.direction,
            thresholds=self.measure.thresholds,
            scale=self.measure.scale,
            neutral=self.measure.neutral,
            same_measurer=not (self.start and self.last) or self.start.by == self.last.by,
        )


@dataclass(frozen=True)
class Progress:
    """Everything signed of one case, on one time axis: with what was corrected, without what was entered in error.

    Beside it the notes that are not signed, and the sessions entered in error, which count nowhere.
    """

    case: Case
    sessions: tuple[Session, ...]
    series: tuple[Series, ...]
    lanes: tuple[Lane, ...]
    drafts: tuple[Session, ...] = ()
    in_error: tuple[Session, ...] = ()

    def counted_from(self, since: date | None) -> "Progress":
        """The same, with every change counted from the last value on or before a day."""
        return replace(self, series=tuple(replace(s, since=since) for s in self.series))


def starting(course: Iterable[Point], since: date | None) -> Point:
    """The value that changes are counted from: the last on or before a day, else the first."""
    points = list(course)
    before = [p for p in points if since is not None and p.on <= since]
    return before[-1] if before else points[0]


def story_of(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with what their pages show around the progress."""
    return cases.select_related("patient", "site", "lead", "continues").prefetch_related(
        Prefetch("injuries", Injury.objects.select_related("pathology", "region", "structure", "zone", "mechanism")),
        Prefetch("prior_treatments", PriorTreatment.objects.select_related("kind")),
        "key_measures",
    )


def progress_of(case: Case, just_taken: Iterable[Measurement] = ()) -> Progress:
    """The progress of a case, in as many statements for sixty sessions as for ten.

    `just_taken` are measurements of a note that is not signed yet: with them its review can be made in the same visit.
    """
    given = Prefetch("applications", Application.objects.latest())
    errors = Addendum.objects.filter(session=OuterRef("pk"), kind=AddendumKind.IN_ERROR)
    notes = list(
        case.sessions.exclude(status=SessionStatus.DISCARDED)
        .annotate(was_in_error=Exists(errors))
        .select_related("signed_by", "author", "site", "since_last")
        .prefetch_related(given)
        .order_by("occurred_on", "id")
    )
    sessions = [note for note in notes if note.status == SessionStatus.SIGNED and not note.was_in_error]
    measurements = Measurement.objects.latest().filter(session__in=[s.pk for s in sessions])
    fresh = list(just_taken)
    modalities, measures = (each.all_rules for each in shelves(Modality, Measure))
    series = series_of(case, [*sessions, *{m.session for m in fresh}], [*measurements, *fresh], measures)
    figures, measured = key_figures(series), figures_by_session(series)
    for session in sessions:
        applications = list(session.applications.all())
        session.lines = [sentence_of(a, modalities[a.modality_id]) for a in applications]
        session.in_doses = ", ".join(in_brief(a, modalities[a.modality_id]) for a in applications if a.was_given)
        session.in_measures = measured.get(session.pk, [])
        session.key_figure = figures.get(session.pk, "")
    return Progress(
        case,
        tuple(sessions),
        series,
        lanes_of(sessions, modalities),
        drafts=tuple(note for note in reversed(notes) if note.status == SessionStatus.DRAFT),
        in_error=tuple(note for note in reversed(notes) if note.was_in_error),
    )


def key_figures(series: tuple[Series, ...]) -> dict[Any, str]:
    """The first key measure of each session, before and, where it was taken, after: "Pain 7/10 → 4/10"."""
    first = next((s for s in series if s.is_key), None)
    taken: dict[Any, list[str]] = defaultdict(list)
    for point in first.points if first else ():
        taken[point.session_id].append(first.measure.with_unit(point.value))
    return {pk: f"{first.measure.short_label} {' → '.join(values)}" for pk, values in taken.items() if first}


def figures_by_session(series: Iterable[Series]) -> dict[Any, list[str]]:
    """What was measured at each session, before and, where it was taken, after: "Pain, load 7/10 → 4/10"."""
    found: dict[Any, list[str]] = defaultdict(list)
    for one in series:
        taken: dict[Any, list[str]] = defaultdict(list)
        for point in one.points:
            taken[point.session_id].append(one.measure.with_unit(point.value))
        for pk, values in taken.items():
            found[pk].append(f"{one.name} {' → '.join(values)}")
    return found


def series_of(
    case: Case, sessions: list[Session], taken: list[Measurement], measures: Mapping[str, MeasureRule]
) -> tuple[Series, ...]:
    """A series per measure, context and side: the key measures first, in their order, then the rest by name."""
    by_id = {s.pk: s for s in sessions}
    points: dict[tuple[str, str, str], list[tuple[Point, Measurement]]] = defaultdict(list)
    for m in taken:
        session = by_id[m.session_id]
        point = Point(session.occurred_on, m.value, m.moment, session.pk, session.signed_name)
        points[m.measure_code, m.context, m.side].append((point, m))
    order = {(k.measure_code, k.context, k.side): k.position for k in case.key_measures.all()}
    made = []
    for identity, found in points.items():
        found.sort(key=lambda pair: (pair[0].on, str(pair[0].session_id), pair[0].moment != "BEFORE"))
        rule = measures[found[-1][1].measure_id]
        made.append(Series(rule, identity[1], identity[2], identity in order, tuple(p for p, _ in found)))
    return tuple(sorted(made, key=lambda s: (order.get((s.measure.code, s.context, s.side), 99), s.name)))
