"""Registering the people we treat."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Patient
from cases.rules.nhs_numbers import digits_of, is_nhs_number
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission


@transaction.atomic
def register_patient(
    *,
    by: StaffMember,
    site: Site,
    given_names: str,
    family_name: str,
    born_on: date,
    nhs_number: str = "",
    **details: Any,
) -> Patient:
    """Registers a person at a site of one's own. `details` are further columns of Patient."""
    require(by, Permission.PATIENT_REGISTER)
    if site.pk not in by.site_ids:
        raise RuleBroken("not_your_site", _("You do not work at this site."), field="site")
    if born_on > clock.today(site.time_zone):
        raise RuleBroken("in_the_future", _("The date of birth is in the future."), field="born_on")
    if born_on.year < 1880:
        raise RuleBroken("too_long_ago", _("The year of birth cannot be right."), field="born_on")
    patient = Patient.objects.create(
        site=site,
        given_names=given_names.strip(),
        family_name=family_name.strip(),
        born_on=born_on,
        nhs_number=free_nhs_number(nhs_number, by),
        **details,
    )
    audit.record("patient.registered", by=by, about=patient, patient_id=patient.pk)
    return patient


def free_nhs_number(written: str, by: StaffMember) -> str | None:
    """The ten digits; None where none was given. Raises RuleBroken for a wrong number and for one that is taken."""
    if not written.strip():
        return None
    digits = digits_of(written)
    if not is_nhs_number(digits):
        raise RuleBroken(
            "nhs_number_wrong",
            _("This is not an NHS number: it has ten digits, and the last one checks the others."),
            field="nhs_number",
        )
    holder = Patient.objects.filter(nhs_number=digits).first()
    if holder is None:
        return digits
    if Patient.objects.visible_to(by).filter(pk=holder.pk).exists():
        told = _("%(name)s, born %(born)s, has this number already. Open that patient instead.") % {
            "name": holder.full_name,
            "born": holder.born_on.strftime("%-d %b %Y"),
        }
    else:
        told = _("A match exists at another site. Ask your clinic admin.")
    raise RuleBroken("nhs_number_taken", told, field="nhs_number")
