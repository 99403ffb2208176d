"""Plans: started from a template or freely, ended early; a block ends with its review."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from cases.models import Case, CaseStatus
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.models import Block, Decision, Measurement, Modality, Plan, Protocol, Review, Session
from treatments.queries import findings_of, plan_of, progress_of, screened, story_of
from treatments.rules import courses, dosage
from treatments.rules.dosage import Refused
from treatments.rules.protocol import may_end_early
from treatments.rules.safety import Outcome

REPEATS = "repeats_without_benefit"


@dataclass(frozen=True)
class PlannedDose:
    """A modality, in which sessions of the block, with the dose as far as it is planned."""

    modality: str
    numbers: tuple[int, ...]
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedBlock:
    """So many sessions, and what they are to hold."""

    planned: int
    doses: tuple[PlannedDose, ...] = ()


@transaction.atomic
def start_plan(
    *, case: Case, blocks: Sequence[PlannedBlock], by: StaffMember, protocol: str = "", repeats_accepted: bool = False
) -> Plan:
    """Plans blocks of sessions. What is blocked for this body today cannot be planned; what repeats a treatment that
    did not help is named first, and planned where that is accepted.
    """
    require(by, Permission.CASE_START)
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if locked.status == CaseStatus.DISCHARGED:
        raise RuleBroken("case_discharged", _("This case is discharged. Reopen it first."), conflict=True)
    if locked.plans.filter(ended_on=None).exists():
        raise RuleBroken("planned", _("This case has a plan already. End it before you start another."), conflict=True)
    template = Protocol.objects.filter(code=protocol, retired_on=None).first() if protocol else None
    faults = Faults()
    if protocol and template is None:
        faults.add("/protocol", "unknown_protocol", _("Choose a template of the list."))
    if not 1 <= len(blocks) <= 20:
        faults.add("/blocks", "out_of_range", _("Between 1 and 20 blocks."))
    check_blocks(faults, blocks)
    faults.stop()
    story = story_of(Case.objects.filter(pk=case.pk)).get()
    require_possible(story, blocks)
    if not repeats_accepted:
        require_no_repeat(story, blocks)
    today = clock.today(story.site.time_zone)
    plan = Plan.objects.create(case=story, protocol=template, started_on=today, started_by=by)
    audit.record("plan.started", by=by, about=plan, patient_id=story.patient_id)
    for number, block in enumerate(blocks, start=1):
        write_block(plan, number, block, by, story.patient_id)
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
) -> Review:
    """Signs the decision after a block, with the figures as they stand; a picture or a referral leaves it open.

    `on` is the day of the visit in which it was decided, else today; `just_taken` are the measurements of the note that
    is signed with it.
    """
    require(by, Permission.SESSION_SIGN)
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
    review = Review.objects.create(
        block=block,
        decision=decision,
        reason=reason.strip(),
        findings=[vars(f) for f in findings_of(progress_of(story, just_taken), block)],
        decided_on=on or clock.today(story.site.time_zone),
        signed_by=by,
        signed_name=by.name,
        signed_hcpc=by.hcpc_number,
    )
    audit.record("review.signed", by=by, about=review, patient_id=story.patient_id, details={"decision": decision})
    if review.closes:
        follow(review, due, by)
    return review


def follow(review: Review, block: Block, by: StaffMember) -> None:
    """What the decision does: the next block like this one where none is planned; the end of the plan at discharge."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("case__site").get(pk=block.plan_id)
    if review.decision == Decision.DISCHARGE:
        close_plan(plan, str(_("Discharge decided at the review.")), by)
    elif not plan.blocks.filter(number__gt=block.number).exists() and block.number < 20:
        content = block.content if review.decision == Decision.CONTINUE else []
        row = Block.objects.create(plan=plan, number=block.number + 1, planned=block.planned, content=content)
        audit.record("block.planned", by=by, about=row, patient_id=plan.case.patient_id)


def close_plan(plan: Plan, reason: str, by: StaffMember) -> Plan:
    plan.ended_on, plan.ended_because = clock.today(plan.case.site.time_zone), reason[:500]
    plan.save_change("ended_on", "ended_because")
    audit.record("plan.ended", by=by, about=plan, patient_id=plan.case.patient_id)
    return plan


def write_block(plan: Plan, number: int, block: PlannedBlock, by: StaffMember, patient_id: Any) -> Block:
    content = [
        {"modality": d.modality, "numbers": sorted(d.numbers), "parameters": as_typed(d.parameters)}
        for d in block.doses
    ]
    row = Block.objects.create(plan=plan, number=number, planned=block.planned, content=content)
    audit.record("block.planned", by=by, about=row, patient_id=patient_id)
    return row


def as_typed(parameters: dict[str, Any]) -> dict[str, Any]:
    """Numbers as text, so that nothing is rounded on the way."""
    return {k: v if isinstance(v, (str, list, bool)) else str(v) for k, v in parameters.items()}


def check_blocks(faults: Faults, blocks: Sequence[PlannedBlock]) -> None:
    """Each modality is offered, each dose within its hard limits, each session within its block."""
    offered = {m.code: m.as_rule() for m in Modality.objects.filter(retired_on=None).prefetch_related("parameters")}
    for place, block in enumerate(blocks):
        if not 1 <= block.planned <= 30:
            faults.add(f"/blocks/{place}/planned", "out_of_range", _("Between 1 and 30 sessions."))
        for dose in block.doses:
            rule = offered.get(dose.modality)
            if rule is None:
                faults.add(f"/blocks/{place}/modalities", "unknown_modality", _("Choose treatments of the list."))
                continue
            if not dose.numbers or not all(1 <= n <= block.planned for n in dose.numbers):
                faults.add(f"/blocks/{place}/modalities", "outside", _("A session lies outside its block."))
            for code, value in dose.parameters.items():
                check_dose(faults, f"/blocks/{place}/modalities", rule, code, value)


def check_dose(faults: Faults, where: str, rule: dosage.ModalityRule, code: str, value: Any) -> None:
    parameter = rule.parameter(code)
    try:
        if parameter is None:
            raise Refused("unknown")
        dosage.read(parameter, value)
    except Refused:
        told = _("%(what)s: this dose is not possible.") % {"what": rule.label}
        faults.add(where, "not_possible", told)


def modalities_in(blocks: Sequence[PlannedBlock]) -> list[str]:
    return list(dict.fromkeys(dose.modality for block in blocks for dose in block.doses))


def require_possible(case: Case, blocks: Sequence[PlannedBlock]) -> None:
    """Refuses what is blocked today for every injury of the case."""
    found = screened(case, today=clock.today(case.site.time_zone))
    for code in modalities_in(blocks):
        mine = [c for c in found.clearances if c.modality.code == code]
        if mine and all(c.result.outcome is Outcome.BLOCKED for c in mine):
            told = _("%(what)s is blocked for this body today. See the screening.") % {"what": mine[0].modality.label}
            raise RuleBroken("blocked", told, field="modalities")


def require_no_repeat(case: Case, blocks: Sequence[PlannedBlock]) -> None:
    """Names what was tried without benefit and would be repeated."""
    priors = [
        courses.PriorTreatment(str(p), frozenset(p.kind.repeats_modalities), p.benefit, p.sessions)
        for p in case.prior_treatments.all()
    ]
    repeats = courses.repeats_without_benefit(modalities_in(blocks), priors)
    if repeats:
        labels = dict(Modality.objects.filter(retired_on=None).values_list("code", "label"))
        named = "; ".join(
            _("%(what)s repeats %(prior)s, without benefit")
            % {"what": labels.get(r.modality, r.modality), "prior": times(r.prior)}
            for r in repeats
        )
        raise RuleBroken(REPEATS, named + ".", field="repeats_accepted", conflict=True)


def times(prior: courses.PriorTreatment) -> str:
    return f"{prior.sessions} × {prior.label}" if prior.sessions else prior.label


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
