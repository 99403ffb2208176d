"""Plans: started from a template or freely, ended early; a block ends with its review."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from cases.models import Case, CaseStatus
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.actions.proofs import require_proof
from clinic.actions.seals import seal_row
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.actions.agreements import Agreement, settle_agreements
from treatments.actions.blocks import MOST_BLOCKS
from treatments.actions.planning import (
    REPEATS,
    PlannedBlock,
    PlannedDose,
    blocked_today,
    check_block,
    content_of,
    modalities_in,
    offered_modalities,
    require_no_repeat,
    says_blocked,
)
from treatments.actions.targets import NewTarget, check_targets
from treatments.models import Block, Decision, Measurement, Plan, Protocol, Review, Session
from treatments.models.sealed import REVIEW
from treatments.queries import adherence_of, findings_of, plan_of, progress_of, story_of
from treatments.rules.note_values import Note
from treatments.rules.protocol import may_end_early

__all__ = [
    "REPEATS",
    "PlannedBlock",
    "PlannedDose",
    "end_block_early",
    "end_plan",
    "place_in_plan",
    "review_block",
    "start_plan",
]


@transaction.atomic
def start_plan(
    *,
    case: Case,
    blocks: Sequence[PlannedBlock],
    by: StaffMember,
    protocol: str = "",
    repeats_accepted: bool = False,
    targets: Sequence[NewTarget] = (),
    agreements: Sequence[Agreement] = (),
) -> Plan:
    """Plans blocks of sessions, and names what they are meant to move.

    What is blocked for this body today cannot be planned; what repeats a treatment that did not help is named first,
    and planned where that is accepted; a higher-risk treatment needs a consent, or somebody who authorises it.
    """
    require(by, Permission.CASE_START)
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if locked.status == CaseStatus.DISCHARGED:
        raise RuleBroken("case_discharged", _("This case is discharged. Reopen it first."), conflict=True)
    if locked.plans.filter(ended_on=None).exists():
        raise RuleBroken("planned", _("This case has a plan already. End it before you start another."), conflict=True)
    story = story_of(Case.objects.filter(pk=case.pk)).get()
    today = clock.today(story.site.time_zone)
    template = Protocol.objects.filter(code=protocol, retired_on=None).first() if protocol else None
    offered = offered_modalities()
    faults = Faults()
    if protocol and template is None:
        faults.add("/protocol", "unknown_protocol", _("Choose a template of the list."))
    if not 1 <= len(blocks) <= MOST_BLOCKS:
        faults.add("/blocks", "out_of_range", _("Between 1 and 20 blocks."))
    for place, block in enumerate(blocks):
        check_block(faults, f"/blocks/{place}", block, offered)
    aims = check_targets(faults, targets, today)
    faults.stop()
    codes = modalities_in(blocks)
    for label in blocked_today(story, codes).values():
        raise RuleBroken("blocked", says_blocked(label), field="modalities")
    if not repeats_accepted:
        require_no_repeat(story, codes)
    plan = Plan.objects.create(case=story, protocol=template, started_on=today, started_by=by, targets=aims)
    audit.record("plan.started", by=by, about=plan, patient_id=story.patient_id)
    settle_agreements(plan, codes, agreements, by)
    for number, block in enumerate(blocks, start=1):
        content = content_of(block.doses, offered)
        row = Block.objects.create(plan=plan, number=number, planned=block.planned, content=content)
        audit.record("block.planned", by=by, about=row, patient_id=story.patient_id)
    return plan


@transaction.atomic
def end_plan(*, plan: Plan, reason: str, by: StaffMember) -> Plan:
    """Ends a plan before or after its time; what was done stays counted."""
    require(by, Permission.CASE_START)
    locked = Plan.objects.select_for_update(of=("self",)).select_related("case__site").get(pk=plan.pk)
    if locked.ended_on is not None:
        raise RuleBroken("ended", _("This plan has ended already."), conflict=True)
    if not reason.strip():
        raise RuleBroken("reason_missing", _("Say why."), field="reason")
    return close_plan(locked, reason.strip(), by)


@transaction.atomic
def end_block_early(*, block: Block, reason: str, by: StaffMember) -> Block:
    """The block is over before its last session; its review is due."""
    require(by, Permission.CASE_START)
    locked = Block.objects.select_for_update(of=("self",)).select_related("plan__case__site").get(pk=block.pk)
    if not reason.strip():
        raise RuleBroken("reason_missing", _("Say why."), field="reason")
    state = plan_of(locked.plan.case)
    rules = {b.number: b for b in state.rules} if state else {}
    if state is None or locked.number not in rules or not may_end_early(rules[locked.number], state.visits):
        raise RuleBroken("not_open", _("This block is full, reviewed or of an ended plan."), conflict=True)
    locked.ended_early_on = clock.today(locked.plan.case.site.time_zone)
    locked.ended_early_because = reason.strip()[:500]
    locked.save_change("ended_early_on", "ended_early_because")
    audit.record("block.ended_early", by=by, about=locked, patient_id=locked.plan.case.patient_id)
    return locked


@transaction.atomic
def review_block(
    *,
    block: Block,
    decision: str,
    reason: str,
    by: StaffMember,
    on: date | None = None,
    just_taken: Sequence[Measurement] = (),
    note: Note | None = None,
) -> Review:
    """Signs the decision after a block, with the figures as they stand; a picture or a referral leaves it open.

    `on` is the day of the visit in which it was decided, else today; `note` is the one that is signed with it,
    `just_taken` are its measurements.
    """
    require(by, Permission.SESSION_SIGN)
    require_proof()
    case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=block.plan.case_id)
    if decision not in Decision.values:
        raise RuleBroken("not_a_choice", _("Choose what comes next."), field="decision")
    if not reason.strip():
        raise RuleBroken("reason_missing", _("Say why."), field="reason")
    state = plan_of(case)
    due = state.review_due if state else None
    if due is None or due.pk != block.pk:
        raise RuleBroken("not_due", _("The review of this block is not due."), conflict=True)
    story = story_of(Case.objects.filter(pk=case.pk)).get()
    progress, today = progress_of(story, just_taken), on or clock.today(story.site.time_zone)
    review = Review.objects.create(
        block=block,
        decision=decision,
        reason=reason.strip(),
        findings=[vars(f) for f in findings_of(progress, block)],
        adherence=vars(adherence_of(progress, block, today, note)),
        decided_on=today,
        signed_by=by,
        signed_name=by.name,
        signed_hcpc=by.hcpc_number,
    )
    sealed = seal_row(REVIEW, review.pk, patient_id=story.patient_id)
    told = {"decision": decision} | sealed
    audit.record("review.signed", by=by, about=review, patient_id=story.patient_id, details=told)
    if review.closes:
        follow(review, due, by)
    return review


def follow(review: Review, block: Block, by: StaffMember) -> None:
    """What the decision does: the next block like this one where none is planned; the end of the plan at discharge."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("case__site").get(pk=block.plan_id)
    if review.decision == Decision.DISCHARGE:
        close_plan(plan, str(_("Discharge decided at the review.")), by)
    elif not plan.blocks.filter(number__gt=block.number).exists() and block.number < MOST_BLOCKS:
        content = block.content if review.decision == Decision.CONTINUE else []
        row = Block.objects.create(plan=plan, number=block.number + 1, planned=block.planned, content=content)
        audit.record("block.planned", by=by, about=row, patient_id=plan.case.patient_id)


def close_plan(plan: Plan, reason: str, by: StaffMember) -> Plan:
    plan.ended_on, plan.ended_because = clock.today(plan.case.site.time_zone), reason[:500]
    plan.save_change("ended_on", "ended_because")
    audit.record("plan.ended", by=by, about=plan, patient_id=plan.case.patient_id)
    return plan


def place_in_plan(session: Session, kind: str) -> tuple[Block | None, int | None]:
    """The block and the number of a treatment that is being signed; Nones where it does not count.

    Raises RuleBroken where the review of the full block comes first.
    """
    state = plan_of(session.case) if kind == "TREATMENT" else None
    if state is None or state.current is None:
        return None, None
    if state.position is None:
        told = _(
            "The next counted session waits for the review of block %(n)s. Review it, or note this visit as unplanned."
        )
        raise RuleBroken("review_first", told % {"n": state.current.number}, conflict=True)
    return state.current, state.position.number
