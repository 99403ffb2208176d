"""What is waived beforehand in a case, and what blocks that could be."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cases.models import Case, Injury
from clinic.models import StaffMember
from treatments.models import Block, Modality, Waiver, WaiverRequest
from treatments.queries.plans import PlanState
from treatments.queries.progress import story_of
from treatments.queries.screenings import Clearance, Screened, screened
from treatments.rules.safety import Outcome
from treatments.rules.waivers import usual_end


@dataclass(frozen=True)
class Waived:
    """The requests of a case that hold on a day, by injury and the code of the modality."""

    day: date
    requests: tuple[WaiverRequest, ...] = field(default=())

    def of(self, clearance: Clearance) -> Waiver | None:
        """The waiver that covers everything which blocks this treatment of this injury; None where none does."""
        blocking = blocking_of(clearance)
        for request in self.requests:
            is_same = request.injury_id == clearance.injury.pk and request.modality.code == clearance.modality.code
            rule = request.as_rule() if is_same else None
            if rule is not None and rule.covers(blocking, self.day):
                return request.answered
        return None


@dataclass(frozen=True)
class Blocked:
    """A treatment that is blocked for an injury: the rules that matched, in words, and the waiver that covers them."""

    case: Case
    injury: Injury
    modality: Modality
    matches: tuple[dict[str, Any], ...]
    waiver: Waiver | None

    @property
    def blocking(self) -> tuple[dict[str, Any], ...]:
        return tuple(m for m in self.matches if m["outcome"] == Outcome.BLOCKED.name)


def blocking_of(clearance: Clearance) -> frozenset[str]:
    """The keys of the rules that block."""
    return frozenset(m.rule.key for m in clearance.result.matches if m.outcome is Outcome.BLOCKED)


def waived_in(case: Case, day: date) -> Waived:
    """In one statement."""
    rows = WaiverRequest.objects.filter(case=case.pk).in_force(day)
    return Waived(day, tuple(rows.select_related("modality", "answer__withdrawal").order_by("-created_at")))


def blocked_now(case: Case, injury: Injury, modality: str, today: date) -> Blocked | None:
    """What blocks a treatment of an injury today; None where nothing does."""
    story = story_of(Case.objects.filter(pk=case.pk)).get()
    found = screened(story, today=today)
    for clearance in found.clearances:
        is_it = clearance.injury.pk == injury.pk and clearance.modality.code == modality
        if is_it and clearance.result.outcome is Outcome.BLOCKED:
            waiver = waived_in(case, today).of(clearance)
            return Blocked(story, clearance.injury, clearance.modality, matches_of(clearance, found), waiver)
    return None


def matches_of(clearance: Clearance, found: Screened) -> tuple[dict[str, Any], ...]:
    """Every rule that holds it back, as it is frozen in a request."""
    return tuple(
        {
            "rule": match.rule.key,
            "says": found.conditions[match.rule.condition].label,
            "outcome": match.outcome.name,
            "source": found.rules[match.rule.key].source,
            "certainty": found.rules[match.rule.key].certainty,
        }
        for match in clearance.result.matches
        if match.outcome > Outcome.NOT_ASKED
    )


def told_in_full(rows: QuerySet[WaiverRequest]) -> QuerySet[WaiverRequest]:
    return rows.select_related(
        "case__patient", "case__site", "case__lead", "injury__region", "injury__pathology", "modality",
        "answer__withdrawal", "answer__seen",
    )  # fmt: skip


def waivers_of(case: Case, today: date) -> list[WaiverRequest]:
    """What waits, holds, or was answered and not seen yet; of one injury and treatment the latest."""
    rows = told_in_full(WaiverRequest.objects.filter(case=case.pk)).order_by("created_at", "id")
    latest = {(row.injury_id, row.modality.code): row for row in rows}
    return [row for row in latest.values() if is_open(row, today)]


def is_open(row: WaiverRequest, today: date) -> bool:
    rule, answer = row.as_rule(), row.answered
    if rule is not None:
        return rule.holds_on(today)
    return answer is None or getattr(answer, "seen", None) is None


def waiting_for(lead: StaffMember) -> QuerySet[WaiverRequest]:
    """The open requests that this lead may see, the longest waiting first."""
    return told_in_full(WaiverRequest.objects.visible_to(lead).waiting())


def in_force_for(lead: StaffMember, today: date) -> QuerySet[WaiverRequest]:
    return told_in_full(WaiverRequest.objects.visible_to(lead).in_force(today)).order_by("answer__valid_until")


def answers_for(asker: StaffMember, today: date) -> Iterable[WaiverRequest]:
    """The answers to what this person asked, until they are seen or the waiver is over."""
    rows = WaiverRequest.objects.visible_to(asker).filter(asked_by=asker, answer__seen=None, answer__isnull=False)
    over = Q(answer__valid_until__lt=today) | Q(answer__withdrawal__isnull=False)
    return told_in_full(rows.exclude(over)).order_by("-answer__created_at")[:20]


def proposed_end(state: PlanState | None, today: date) -> date:
    """Until when a waiver is proposed: the end of the present block at the pace of its template, else six weeks."""
    block: Block | None = state.current if state else None
    if state is None or block is None or state.plan.protocol is None:
        return usual_end(today, sessions_left=None, every_days=None)
    left = max(block.planned - state.held(block), 0)
    return usual_end(today, sessions_left=left, every_days=state.plan.protocol.content.get("every_days"))
