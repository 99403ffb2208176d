"""Where the plan of a case stands, and what its review looks at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from cases.models import Case
from clinic.models import StaffMember
from treatments.models import Addendum, AddendumKind, Block, Plan, Review, Session
from treatments.queries.progress import Progress, Series, starting
from treatments.rules import numbers, protocol
from treatments.rules.progress import Scale, verdict
from treatments.rules.protocol import Position, Visit


@dataclass(frozen=True)
class PlanState:
    """A running plan: its blocks with their reviews, the signed sessions that count, what is next."""

    plan: Plan
    blocks: tuple[Block, ...]
    visits: tuple[Visit, ...]

    @property
    def rules(self) -> list[protocol.Block]:
        return [block.as_rule() for block in self.blocks]

    @property
    def current(self) -> Block | None:
        """The block that is being held or waits for its review."""
        rule = protocol.current(self.rules)
        return next((b for b in self.blocks if rule and b.number == rule.number), None)

    @property
    def position(self) -> Position | None:
        """The next counted session."""
        return protocol.next_position(self.rules, self.visits)

    @property
    def review_due(self) -> Block | None:
        """The block of which the review is due."""
        block = self.current
        return block if block and protocol.is_review_due(block.as_rule(), self.visits) else None

    @property
    def is_finished(self) -> bool:
        return self.current is None

    def held(self, block: Block) -> int:
        return protocol.held(block.as_rule(), self.visits)


@dataclass(frozen=True)
class Finding:
    """A measure at the start of a block and now, with what the change was held against; values as text."""

    name: str
    unit: str
    start: str
    start_on: str
    now: str
    now_on: str
    change: str
    word: str
    threshold: str
    population: str
    is_good: bool | None
    error_is_known: bool


def plan_of(case: Case) -> PlanState | None:
    """The running plan of a case; None without one."""
    plan = Plan.objects.filter(case=case, ended_on=None).select_related("protocol").first()
    if plan is None:
        return None
    return state_of(plan)


def state_of(plan: Plan) -> PlanState:
    blocks = tuple(plan.blocks.prefetch_related("reviews").order_by("number"))
    sessions = Session.objects.in_force().filter(block__in=blocks).values_list("kind", "block__number", "number")
    return PlanState(plan, blocks, tuple(Visit(kind, block, number=number) for kind, block, number in sessions))


def reviews_due(staff: StaffMember) -> list[tuple[Case, Block]]:
    """The cases that one may see of which a review is due, one's own first."""
    due = due_among(Case.objects.visible_to(staff).not_discharged())
    return sorted(due, key=lambda pair: (pair[0].lead_id != staff.pk, pair[0].number))


def due_among(cases: QuerySet[Case]) -> list[tuple[Case, Block]]:
    """Those of the cases of which a review is due; in as many statements for one as for a hundred."""
    plans = (
        Plan.objects.filter(case__in=cases, ended_on=None)
        .select_related("case__patient", "case__lead")
        .prefetch_related("blocks__reviews")
    )
    found = list(plans)
    visits: dict[Any, list[Visit]] = {}
    rows = Session.objects.in_force().filter(block__plan__in=found)
    for plan_id, kind, block, number in rows.values_list("block__plan", "kind", "block__number", "number"):
        visits.setdefault(plan_id, []).append(Visit(kind, block, number=number))
    due = []
    for plan in found:
        blocks = tuple(sorted(plan.blocks.all(), key=lambda b: b.number))
        state = PlanState(plan, blocks, tuple(visits.get(plan.pk, ())))
        if state.review_due is not None:
            due.append((plan.case, state.review_due))
    return due


def corrected_since(reviews: Iterable[Review], case: Case) -> dict[Any, list[Session]]:
    """By review the sessions it rests on of which something was corrected, or that fell away, after it was signed."""
    rows = Addendum.objects.filter(case=case).exclude(kind=AddendumKind.ADDS).select_related("session")
    addenda = list(rows)
    return {
        review.pk: list(
            dict.fromkeys(
                a.session
                for a in addenda
                if a.created_at > review.created_at
                and (a.session.occurred_on or review.decided_on) <= review.decided_on
            )
        )
        for review in reviews
    }


def findings_of(progress: Progress, block: Block) -> list[Finding]:
    """Each measure that was taken. The start is the last value on or before the block's first session, else the first
    in it.
    """
    first = min((s.occurred_on for s in progress.sessions if s.block_id == block.pk), default=None)
    return [finding(series, first) for series in progress.series if series.course]


def finding(series: Series, first: date | None) -> Finding:
    course = series.course
    start, now, measure = starting(course, first), course[-1], series.measure
    is_compared = now is not start
    told = verdict(
        start=start.value if is_compared else None,
        now=now.value,
        direction=measure.direction,
        thresholds=measure.thresholds,
        scale=measure.scale,
        neutral=measure.neutral,
        same_measurer=start.by == now.by,
    )
    has_distance = is_compared and measure.scale is Scale.NUMBER
    return Finding(
        name=series.name,
        unit=measure.unit,
        start=measure.shown(start.value),
        start_on=start.on.isoformat(),
        now=measure.shown(now.value),
        now_on=now.on.isoformat(),
        change=numbers.change(now.value - start.value) if has_distance else "",
        word=told.word,
        threshold="" if told.threshold is None else str(told.threshold),
        population=told.population,
        is_good=told.is_good,
        error_is_known=told.error_is_known,
    )
