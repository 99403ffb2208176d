"""A record that was put away, or that another is used for, takes nothing new."""

from django.utils.translation import gettext as _

from cases.models import Patient
from clinic.errors import RuleBroken


def require_used(patient: Patient) -> None:
    """Nothing new is begun on a record that was put away or merged into another."""
    if patient.archived_at is not None:
        raise RuleBroken(
            "archived", _("This record is archived. Ask your clinic admin to restore it first."), conflict=True
        )
    require_unmerged(patient)


def require_unmerged(patient: Patient) -> None:
    """What is said of the person is kept in the record that is used."""
    if patient.merged_into_id is not None:
        raise RuleBroken("merged", _("This record is merged into another. Use that one."), conflict=True)
