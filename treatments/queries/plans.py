"""Where the plan of a case stands, and what its review looks at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from cases.models import Case
from clinic.models import StaffMember
from treatments.models import Addendum, AddendumKind, Block, Measure, Plan, Review, Session
from treatments.queries.progress import Progress, Series, starting
from treatments.rules import numbers, protocol
from treatments.rules.measures import MeasureRule
from treatments.rules.progress import Scale, Word, verdict
from treatments.rules.protocol import Position, Visit
from treatments.rules.targets import is_reached


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

    @property
    def blocks_held(self) -> list[tuple[Block, int]]:
        """Each block with how many of its sessions were held."""
        return [(block, self.held(block)) for block in self.blocks]


@dataclass(frozen=True)
class Finding:
    """A measure at the start of a block and now, with what the change was held against; values as text.

    Of a measure that the plan is meant to move also the value to reach, and whether it is; `now` is empty where it was
    not measured.
    """

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
    is_aim: bool = False
    target: str = ""
    target_on: str = ""
    is_reached: bool | None = None


def plan_of(case: Case) -> PlanState | None:
    """The running plan of a case; None without one."""
    plan = Plan.objects.filter(case=case, ended_on=None).select_related("protocol").first()
    if plan is None:
        return None
    return state_of(plan)


def plans_of(progress: Progress) -> tuple[PlanState, ...]:
    """The plans of a case in their order, the running one last, with the visits of its progress; in two statements."""
    rows = (
        Block.objects.filter(plan__case=progress.case)
        .select_related("plan__protocol")
        .prefetch_related("reviews")
        .order_by("plan__started_on", "plan__created_at", "number")
    )
    blocks: dict[Any, list[Block]] = {}
    for row in rows:
        blocks.setdefault(row.plan_id, []).append(row)
    of = {row.pk: row for row in rows}
    visits: dict[Any, list[Visit]] = {}
    for session in progress.sessions:
        if block := of.get(session.block_id):
            visits.setdefault(block.plan_id, []).append(Visit(session.kind, block.number, number=session.number))
    return tuple(PlanState(own[0].plan, tuple(own), tuple(visits.get(pk, ()))) for pk, own in blocks.items())


def running(plans: Iterable[PlanState]) -> PlanState | None:
    return next((state for state in plans if state.plan.ended_on is None), None)


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
    return [(state.plan.case, state.review_due) for state in states_of(list(plans)) if state.review_due is not None]


def ended_plans(case: Case) -> list[PlanState]:
    """The plans of a case that are over, the latest first."""
    plans = Plan.objects.filter(case=case).exclude(ended_on=None).order_by("-ended_on", "-created_at")
    return states_of(list(plans.select_related("protocol").prefetch_related("blocks__reviews")))


def states_of(plans: list[Plan]) -> list[PlanState]:
    """Plans that were read with their blocks and reviews, each with its visits; in one statement."""
    visits: dict[Any, list[Visit]] = {}
    rows = Session.objects.in_force().filter(block__plan__in=plans)
    for plan_id, kind, block, number in rows.values_list("block__plan", "kind", "block__number", "number"):
        visits.setdefault(plan_id, []).append(Visit(kind, block, number=number))
    return [
        PlanState(plan, tuple(sorted(plan.blocks.all(), key=lambda b: b.number)), tuple(visits.get(plan.pk, ())))
        for plan in plans
    ]


def corrected_since(reviews: Iterable[Review], case: Case) -> dict[Any, list[Session]]:
    """By review the sessions it rests on of which something was corrected, or that fell away, after it was signed."""
    rows = Addendum.objects.filter(case=case).exclude(kind=AddendumKind.ADDS).select_related("session")
    addenda = list(rows)
    return {review.pk: list(dict.fromkeys(a.session for a in addenda if touches(a, review))) for review in reviews}


def touches(addendum: Addendum, review: Review) -> bool:
    """Signed after the review, about a session that it rests on."""
    day = addendum.session.occurred_on or review.decided_on
    return addendum.created_at > review.created_at and day <= review.decided_on


def findings_of(progress: Progress, block: Block) -> list[Finding]:
    """What the plan is meant to move, then each other measure that was taken. The start is the last value on or before
    the block's first session, else the first in it.
    """
    first = min((s.occurred_on for s in progress.sessions if s.block_id == block.pk), default=None)
    targets = block.plan.targets
    aimed = {slot_of(target) for target in targets}
    others = [s for s in progress.series if s.course and (s.measure.code, s.context, s.side) not in aimed]
    return [*aims(progress, targets, first), *(finding(series, first) for series in others)]


def aims_of(progress: Progress, plan: Plan) -> list[Finding]:
    """What the plan is meant to move, from its start until now."""
    return aims(progress, plan.targets, plan.started_on)


Slot = tuple[str, str, str]  # measure, context, side


def slot_of(target: Mapping[str, str]) -> Slot:
    return target["measure"], target["context"], target["side"]


def aims(progress: Progress, targets: Sequence[Mapping[str, str]], first: date | None) -> list[Finding]:
    """A finding for each target, in their order; also of what was not measured."""
    taken = {(s.measure.code, s.context, s.side): s for s in progress.series if s.course}
    missing = [t["key"] for t in targets if slot_of(t) not in taken]
    rows = Measure.objects.filter(key__in=missing).prefetch_related("thresholds") if missing else ()
    rules = {m.key: m.as_rule() for m in rows}
    return [
        aim(finding(taken[slot_of(t)], first), t, taken[slot_of(t)], first)
        if slot_of(t) in taken
        else not_measured(rules[t["key"]], t)
        for t in targets
    ]


def aim(found: Finding, target: Mapping[str, str], series: Series, first: date | None) -> Finding:
    if not target["value"]:
        return replace(found, is_aim=True)
    value, now, start = Decimal(target["value"]), series.course[-1], starting(series.course, first)
    return replace(
        found,
        is_aim=True,
        target=series.measure.with_unit(value),
        target_on=target["due_on"],
        is_reached=is_reached(
            now=now.value, target=value, direction=series.measure.direction, start=None if start is now else start.value
        ),
    )


def not_measured(rule: MeasureRule, target: Mapping[str, str]) -> Finding:
    return Finding(
        name=rule.name(target["context"], target["side"]),
        unit=rule.unit,
        start="",
        start_on="",
        now="",
        now_on="",
        change="",
        word=Word.NO_START,
        threshold="",
        population="",
        is_good=None,
        error_is_known=False,
        is_aim=True,
        target=rule.with_unit(Decimal(target["value"])) if target["value"] else "",
        target_on=target["due_on"],
    )


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
