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
from treatments.models import AdverseEvent, Block, Decision, Review, Session
from treatments.queries.plans import PlanState
from treatments.queries.progress import Progress


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
    progress: Progress,
    *,
    courses: Iterable[Course],
    studies: Sequence[ImagingResult],
    plans: Iterable[PlanState],
) -> Surroundings | None:
    """In one statement, for sixty sessions as for ten; None before the first signed visit.

    `courses`, `studies` and `plans` are of the case; pages need them for themselves.
    """
    if not progress.sessions:
        return None
    case, begins = progress.case, progress.sessions[0].occurred_on
    blocks = [block for state in plans for block in state.blocks]
    pictures = pictures_with(courses, studies)
    priors = list(case.prior_treatments.all())
    during = [p for p in priors if p.started_on and p.started_on >= begins]
    events = [*flares_of(progress.sessions), *adverse_events_of(case), *(elsewhere(p) for p in during)]
    return Surroundings(
        begins=begins,
        blocks=spans_of(blocks, progress.sessions),
        reviews=tuple(sorted((reviewed(r, b) for b in blocks for r in b.reviews.all()), key=lambda r: r.on)),
        pictures=tuple(p for p in pictures if p.result.taken_on >= begins),
        pictures_before=tuple(p for p in pictures if p.result.taken_on < begins),
        before=tuple(sorted((p for p in priors if p not in during), key=lambda p: p.started_on or date.min)),
        events=tuple(sorted(events, key=lambda e: e.on)),
    )


def spans_of(blocks: Iterable[Block], sessions: Iterable[Session]) -> tuple[BlockSpan, ...]:
    """The blocks of which a session was held."""
    days: dict[Any, list[date]] = defaultdict(list)
    for session in sessions:
        if session.block_id:
            days[session.block_id].append(session.occurred_on)
    return tuple(span(block, days[block.pk]) for block in blocks if days[block.pk])


def span(block: Block, days: list[date]) -> BlockSpan:
    return BlockSpan(
        id=block.pk,
        number=block.number,
        planned=block.planned,
        held=len(days),
        first=min(days),
        last=max(days),
        is_open=not (block.is_reviewed or block.ended_early_on or block.plan.ended_on),
        ended_early_because=block.ended_early_because,
    )


def reviewed(review: Review, block: Block) -> Reviewed:
    return Reviewed(
        block_id=block.pk,
        block=block.number,
        on=review.decided_on,
        decision=Decision(review.decision),
        reason=review.reason,
        by=review.signed_name,
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
