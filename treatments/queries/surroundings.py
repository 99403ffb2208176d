"""What stands around measures and doses: blocks, reviews, pictures, what happened, what came before us."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from cases.models import Case, ImagingResult, PriorTreatment
from cases.queries import Course, Seen
from cases.rules.imprecise_dates import ImpreciseDate
from treatments.models import AdverseEvent, Block, Decision, Session
from treatments.queries.progress import Progress

CLOSED_BY = frozenset(Decision) - {Decision.IMAGE, Decision.REFER}


class Happening(StrEnum):
    """What kind of thing happened."""

    FLARE = "FLARE"
    ADVERSE = "ADVERSE"
    SURGERY = "SURGERY"
    INJECTION = "INJECTION"
    ELSEWHERE = "ELSEWHERE"


@dataclass(frozen=True)
class Event:
    """Something that happened in the course of a case. `session_id`: of the visit at which it was told."""

    kind: Happening
    on: date
    until: date | None
    text: str
    detail: str
    by: str = ""
    session_id: Any = None
    known_as: ImpreciseDate | None = None
    benefit: str = ""


@dataclass(frozen=True)
class Reviewed:
    """A signed review."""

    block_id: Any
    block: int
    on: date
    decision: Decision
    reason: str
    by: str


@dataclass(frozen=True)
class BlockSpan:
    """A block of which a session was held: from its first to its last, to today while it is open."""

    id: Any
    number: int
    planned: int
    held: int
    first: date
    last: date
    is_open: bool
    ended_early_because: str


@dataclass(frozen=True)
class Picture:
    """A study with the deposits that were read on it."""

    result: ImagingResult
    deposits: tuple[tuple[Course, Seen], ...]


@dataclass(frozen=True)
class Surroundings:
    """`begins` is the first visit. What is dated before it, or not at all, is in `before` and `pictures_before`."""

    begins: date
    blocks: tuple[BlockSpan, ...]
    reviews: tuple[Reviewed, ...]
    pictures: tuple[Picture, ...]
    pictures_before: tuple[Picture, ...]
    before: tuple[PriorTreatment, ...]
    events: tuple[Event, ...]


def surroundings_of(
    progress: Progress, *, courses: Iterable[Course], studies: Sequence[ImagingResult]
) -> Surroundings | None:
    """In two statements, for sixty sessions as for ten; None before the first signed visit.

    `courses` and `studies` are the case's deposits and pictures, which pages need for themselves.
    """
    if not progress.sessions:
        return None
    case, begins = progress.case, progress.sessions[0].occurred_on
    blocks, reviews = blocks_of(progress)
    pictures = pictures_with(courses, studies)
    priors = list(case.prior_treatments.all())
    during = [p for p in priors if p.started_on and p.started_on >= begins]
    events = [*flares_of(progress.sessions), *adverse_events_of(case), *(elsewhere(p) for p in during)]
    return Surroundings(
        begins=begins,
        blocks=blocks,
        reviews=reviews,
        pictures=tuple(p for p in pictures if p.result.taken_on >= begins),
        pictures_before=tuple(p for p in pictures if p.result.taken_on < begins),
        before=tuple(sorted((p for p in priors if p not in during), key=lambda p: p.started_on or date.min)),
        events=tuple(sorted(events, key=lambda e: e.on)),
    )


def blocks_of(progress: Progress) -> tuple[tuple[BlockSpan, ...], tuple[Reviewed, ...]]:
    """The blocks of all plans with their reviews, in one statement: a row for each review, or for a block without."""
    rows = (
        Block.objects.filter(plan__case=progress.case)
        .order_by("plan__started_on", "plan__created_at", "number", "reviews__created_at")
        .values(
            *("id", "number", "planned", "ended_early_on", "ended_early_because", "plan__ended_on"),
            *("reviews__decision", "reviews__decided_on", "reviews__reason", "reviews__signed_name"),
        )
    )
    days: dict[Any, list[date]] = defaultdict(list)
    for session in progress.sessions:
        if session.block_id:
            days[session.block_id].append(session.occurred_on)
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["id"]].append(row)
    spans = tuple(span(of, days[pk]) for pk, of in found.items() if days[pk])
    reviews = [reviewed(row) for of in found.values() for row in of if row["reviews__decision"]]
    return spans, tuple(sorted(reviews, key=lambda r: r.on))


def span(rows: list[dict[str, Any]], days: list[date]) -> BlockSpan:
    block = rows[0]
    is_closed = any(row["reviews__decision"] in CLOSED_BY for row in rows)
    return BlockSpan(
        id=block["id"],
        number=block["number"],
        planned=block["planned"],
        held=len(days),
        first=min(days),
        last=max(days),
        is_open=not (is_closed or block["ended_early_on"] or block["plan__ended_on"]),
        ended_early_because=block["ended_early_because"],
    )


def reviewed(row: dict[str, Any]) -> Reviewed:
    return Reviewed(
        block_id=row["id"],
        block=row["number"],
        on=row["reviews__decided_on"],
        decision=Decision(row["reviews__decision"]),
        reason=row["reviews__reason"],
        by=row["reviews__signed_name"],
    )


def pictures_with(courses: Iterable[Course], studies: Sequence[ImagingResult]) -> list[Picture]:
    """Each study with what was read on it, oldest first."""
    on: dict[Any, list[tuple[Course, Seen]]] = defaultdict(list)
    for course in courses:
        for seen in course.seen:
            on[seen.measurement.reading.result_id].append((course, seen))
    return [Picture(s, tuple(on[s.pk])) for s in sorted(studies, key=lambda s: s.taken_on)]


def flares_of(sessions: Sequence[Session]) -> list[Event]:
    """From the visit that a flare came after, to the one at which it was told."""
    days = {s.pk: s.occurred_on for s in sessions}
    told = [(s, since) for s in sessions if (since := getattr(s, "since_last", None)) and since.was_flare]
    return [
        Event(
            kind=Happening.FLARE,
            on=days.get(since.about_id, session.occurred_on),
            until=session.occurred_on,
            text="" if since.pain is None else f"{since.pain}/10",
            detail=since.note,
            by=session.signed_name,
            session_id=session.pk,
        )
        for session, since in told
    ]


def adverse_events_of(case: Case) -> list[Event]:
    rows = AdverseEvent.objects.in_force().filter(case=case).select_related("session")
    return [
        Event(
            kind=Happening.ADVERSE,
            on=row.onset_on,
            until=row.resolved_on,
            text=row.what,
            detail=str(row.get_severity_display()),
            by=row.session.signed_name,
            session_id=row.session_id,
        )
        for row in rows
    ]


def elsewhere(prior: PriorTreatment) -> Event:
    """A treatment elsewhere, or an operation, while we treated."""
    family = prior.kind.content.get("family", "")
    return Event(
        kind=Happening(family) if family in ("SURGERY", "INJECTION") else Happening.ELSEWHERE,
        on=prior.started_on,
        until=prior.ended_on,
        text=str(prior),
        detail=str(prior.get_benefit_display()),
        known_as=prior.started,
        benefit=prior.benefit,
    )
