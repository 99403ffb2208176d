"""Pictures that a plan asks for, each with the day by which it is due."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.imaging import Picture, request_imaging
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.models import Plan, PlannedPicture


@transaction.atomic
def plan_imaging(
    *,
    plan: Plan,
    picture: Picture,
    why: str,
    due_on: date,
    by: StaffMember,
    after: int | None = None,
    is_requested: bool = False,
    repeat_reason: str = "",
) -> PlannedPicture:
    """Puts a picture on the worklist, and keeps that the plan asks for it: after block `after`, where one is named."""
    require(by, Permission.CASE_START)
    locked = Plan.objects.select_for_update(of=("self",)).select_related("case__site", "case__patient").get(pk=plan.pk)
    if locked.ended_on is not None:
        raise RuleBroken("ended", _("This plan has ended already."), conflict=True)
    block = locked.blocks.filter(number=after).first() if after is not None else None
    if after is not None and block is None:
        raise RuleBroken("unknown_block", _("Choose a block of this plan."), field="after")
    wanted = request_imaging(
        case=locked.case,
        picture=picture,
        why=why,
        due_on=due_on,
        is_requested=is_requested,
        repeat_reason=repeat_reason,
        by=by,
    )
    row = PlannedPicture.objects.create(plan=locked, request=wanted, after=block)
    audit.record("plan.imaging_planned", by=by, about=row, patient_id=locked.case.patient_id)
    return row
