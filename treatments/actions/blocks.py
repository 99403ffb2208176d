"""Blocks of a running plan: what their sessions are to hold is changed, and one more is added."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from cases.models import Case, CaseStatus
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.actions.agreements import Agreement, settle_agreements
from treatments.actions.planning import (
    PlannedBlock,
    PlannedDose,
    blocked_today,
    check_block,
    content_of,
    offered_modalities,
    require_no_repeat,
    says_blocked,
)
from treatments.models import Block, Plan
from treatments.queries import state_of, story_of

MOST_BLOCKS = 20


@transaction.atomic
def change_block(
    *,
    block: Block,
    version: int,
    planned: int,
    doses: Sequence[PlannedDose],
    by: StaffMember,
    repeats_accepted: bool = False,
    agreements: Sequence[Agreement] = (),
) -> Block:
    """Says anew how many sessions a block has, and what those that are still to come hold; what was held stays.

    The same is refused, named and asked as when the plan was started. Raises Stale.
    """
    require(by, Permission.CASE_START)
    case = locked_case(block.plan.case_id)
    locked = Block.objects.select_for_update(of=("self",)).select_related("plan").get(pk=block.pk)
    if locked.version != version:
        raise Stale(_("This block was changed by somebody else in the meantime. Compare, then save again."))
    held, before = open_block(locked)
    locked.plan.case = case
    offered = offered_modalities()
    faults = Faults()
    check_block(faults, "", PlannedBlock(planned, tuple(doses)), offered)
    check_held(faults, planned, doses, held)
    faults.stop()
    check_possible(case, doses)
    codes = list(dict.fromkeys(dose.modality for dose in doses))
    if not repeats_accepted:
        require_no_repeat(case, [code for code in codes if code not in before])
    settle_agreements(locked.plan, codes, agreements, by)
    locked.planned = planned
    locked.content = [*held_content(locked.content, held), *content_of(doses, offered)]
    locked.save_change("planned", "content")
    audit.record("block.changed", by=by, about=locked, patient_id=case.patient_id, details={"number": locked.number})
    return locked


@transaction.atomic
def add_block(*, plan: Plan, after: int, by: StaffMember) -> Block:
    """Adds one more block of as many sessions as the last, which is number `after`; what it holds is said next."""
    require(by, Permission.CASE_START)
    case = locked_case(plan.case_id)
    locked = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if locked.ended_on is not None:
        raise RuleBroken("ended", _("This plan has ended already."), conflict=True)
    last = locked.blocks.order_by("number").last()
    if last is None or last.number != after:
        raise Stale(_("A block was added in the meantime. Look at the plan again."))
    if last.number >= MOST_BLOCKS:
        raise RuleBroken("out_of_range", _("A plan has at most 20 blocks."), conflict=True)
    row = Block.objects.create(plan=locked, number=last.number + 1, planned=last.planned)
    audit.record("block.planned", by=by, about=row, patient_id=case.patient_id)
    return row


def locked_case(pk: Any) -> Case:
    """The case with its story, locked, so that no session is signed meanwhile."""
    Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    case = story_of(Case.objects.filter(pk=pk)).get()
    if case.status == CaseStatus.DISCHARGED:
        raise RuleBroken("case_discharged", _("This case is discharged. Reopen it first."), conflict=True)
    return case


def open_block(block: Block) -> tuple[int, set[str]]:
    """How many sessions of a block were held, and what the plan holds so far; refused where the block is closed."""
    if block.plan.ended_on is not None:
        raise RuleBroken("ended", _("This plan has ended already."), conflict=True)
    state = state_of(block.plan)
    mine = next(b for b in state.blocks if b.pk == block.pk)
    if mine.is_reviewed:
        raise RuleBroken("reviewed", _("This block is reviewed. Change the one after it."), conflict=True)
    if mine.ended_early_on is not None:
        raise RuleBroken("ended_early", _("This block has ended early. Review it first."), conflict=True)
    return state.held(mine), {dose["modality"] for b in state.blocks for dose in b.content}


def check_held(faults: Faults, planned: int, doses: Sequence[PlannedDose], held: int) -> None:
    if planned < held:
        told = _("%(n)s sessions were held already: the block cannot be shorter.") % {"n": held}
        faults.add("/planned", "below_held", told)
    for place, dose in enumerate(doses):
        if any(n <= held for n in dose.numbers):
            told = _("What was held is not planned any more: choose later sessions.")
            faults.add(f"/doses/{place}/numbers", "held", told)


def check_possible(case: Case, doses: Sequence[PlannedDose]) -> None:
    """Refuses what is blocked today for every injury, beside each of its lines."""
    blocked = blocked_today(case, {dose.modality for dose in doses})
    faults = Faults()
    for place, dose in enumerate(doses):
        if dose.modality in blocked:
            faults.add(f"/doses/{place}/modality", "blocked", says_blocked(blocked[dose.modality]))
    if faults.found:
        raise RuleBroken("blocked", faults.found[0].message, faults=faults.found)


def held_content(content: Sequence[Mapping[str, Any]], held: int) -> list[dict[str, Any]]:
    """What the sessions that were held had planned."""
    parts = [{**dose, "numbers": [n for n in dose["numbers"] if n <= held]} for dose in content]
    return [part for part in parts if part["numbers"]]
