"""Who is trained in what needs extra training."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.models import Modality, Training

NEEDS_TRAINING = ("PHYSIO_TRAINED", "QUALIFIED_OPERATOR", "PRESCRIBER")


@transaction.atomic
def set_training(*, person: StaffMember, modalities: Iterable[str], by: StaffMember) -> list[str]:
    """Says in which modalities, by code, a person is trained; answers with the codes that were changed."""
    require(by, Permission.STAFF_MANAGE)
    wanted = set(modalities)
    offered = set(Modality.objects.filter(retired_on=None, who_may__in=NEEDS_TRAINING).values_list("code", flat=True))
    if wanted - offered:
        raise RuleBroken("unknown_modality", _("Choose modalities of the list."), field="modalities")
    StaffMember.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    held = {row.modality_code: row for row in Training.objects.in_force().filter(staff=person)}
    for code in sorted(set(held) - wanted):
        held[code].ended_at = clock.now()
        held[code].save_change("ended_at")
        audit.record("training.ended", by=by, about=held[code], details={"modality": code})
    for code in sorted(wanted - set(held)):
        row = Training.objects.create(staff=person, modality_code=code, granted_by=by)
        audit.record("training.granted", by=by, about=row, details={"modality": code})
    return sorted(set(held) ^ wanted)
