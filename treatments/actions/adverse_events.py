"""An adverse event is over."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.models import AdverseEvent


@transaction.atomic
def resolve_event(*, event: AdverseEvent, by: StaffMember, on: date | None = None) -> AdverseEvent:
    """Notes since when it is over; today where no day is named."""
    require(by, Permission.SESSION_SIGN)
    locked = AdverseEvent.objects.select_for_update(of=("self",)).select_related("case__site").get(pk=event.pk)
    if locked.resolved_on is not None:
        raise RuleBroken("resolved", _("This was over already."), conflict=True)
    today = clock.today(locked.case.site.time_zone)
    ended = on or today
    if not locked.onset_on <= ended <= today:
        raise RuleBroken("not_a_day", _("Between the day on which it began and today."), field="resolved_on")
    locked.resolved_on = ended
    locked.save_change("resolved_on")
    audit.record("adverse_event.resolved", by=by, about=locked, patient_id=locked.case.patient_id)
    return locked
