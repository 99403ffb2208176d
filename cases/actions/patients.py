"""Registering the people we treat, correcting what is known of them, putting a record away and taking it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.used import require_unmerged
from cases.models import Patient
from cases.queries import maybe_known
from cases.rules.identity import Person, Reason
from cases.rules.nhs_numbers import digits_of, is_nhs_number
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission

CHANGEABLE = Patient.REGISTERED


@dataclass(frozen=True)
class Lookalike:
    """Somebody on record who may be the same person; the patient is None where this person may not see them."""

    patient: Patient | None
    reasons: tuple[Reason, ...]


class LikelyDuplicate(RuleBroken):
    """Somebody on record looks like the person to be registered: look first, then say that it is another."""

    def __init__(self, found: Sequence[Lookalike]) -> None:
        super().__init__(
            "likely_duplicate",
            _("This may be somebody who is registered already: look first."),
            conflict=True,
        )
        self.found = tuple(found)


@transaction.atomic
def register_patient(
    *,
    by: StaffMember,
    site: Site,
    given_names: str,
    family_name: str,
    born_on: date,
    nhs_number: str = "",
    is_another: bool = False,
    **details: Any,
) -> Patient:
    """Registers a person at a site of one's own. `details` are further columns of Patient.

    Raises LikelyDuplicate where somebody looks like them, unless one says that `is_another` person.
    """
    require(by, Permission.PATIENT_REGISTER)
    require_known(by, details)
    if site.pk not in by.site_ids:
        raise RuleBroken("not_your_site", _("You do not work at this site."), field="site")
    require_possible_dates(born_on, details.get("died_on"), site)
    require_names(given_names, family_name)
    patient = Patient(
        site=site,
        given_names=given_names.strip(),
        family_name=family_name.strip(),
        born_on=born_on,
        nhs_number=free_nhs_number(nhs_number, by),
        **details,
    )
    if not is_another and (found := lookalikes(patient.as_person(), by)):
        raise LikelyDuplicate(found)
    patient.save(force_insert=True)
    patient.refresh_from_db()
    audit.record("patient.registered", by=by, about=patient, patient_id=patient.pk)
    return patient


@transaction.atomic
def change_patient(*, patient: Patient, version: int, changes: Mapping[str, Any], by: StaffMember) -> Patient:
    """Corrects what is known of a person. `version` is the one that was read. Raises Stale."""
    require(by, Permission.PATIENT_REGISTER)
    require_known(by, changes)
    locked = Patient.objects.select_for_update(of=("self",)).select_related("site").get(pk=patient.pk)
    if locked.version != version:
        raise Stale
    require_unmerged(locked)
    new = {**changes}
    if "nhs_number" in new:
        new["nhs_number"] = free_nhs_number(new["nhs_number"] or "", by, but=locked)
    changed = [name for name, value in new.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, new[name])
    require_possible_dates(locked.born_on, locked.died_on, locked.site)
    require_names(locked.given_names, locked.family_name)
    locked.save_change(*changed)
    audit.record("patient.changed", by=by, about=locked, patient_id=locked.pk, details={"fields": sorted(changed)})
    return locked


@transaction.atomic
def archive_patient(*, patient: Patient, by: StaffMember) -> Patient:
    """Puts a record away: it leaves the list, is found and marked by a search, and can be restored."""
    require(by, Permission.PATIENT_ARCHIVE)
    locked = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    if locked.archived_at is not None:
        raise RuleBroken("archived", _("This record is archived already."), conflict=True)
    require_unmerged(locked)
    if locked.cases.exclude(status="DISCHARGED").exists():
        raise RuleBroken("open_cases", _("This person has open cases. Discharge them first."), conflict=True)
    locked.archived_at, locked.archived_by = clock.now(), by
    locked.save_change("archived_at", "archived_by")
    audit.record("patient.archived", by=by, about=locked, patient_id=locked.pk)
    return locked


@transaction.atomic
def restore_patient(*, patient: Patient, by: StaffMember) -> Patient:
    """Takes an archived record back into the list."""
    require(by, Permission.PATIENT_ARCHIVE)
    locked = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    if locked.archived_at is None:
        raise RuleBroken("not_archived", _("This record is not archived."), conflict=True)
    locked.archived_at, locked.archived_by = None, None
    locked.save_change("archived_at", "archived_by")
    audit.record("patient.restored", by=by, about=locked, patient_id=locked.pk)
    return locked


def lookalikes(person: Person, by: StaffMember) -> list[Lookalike]:
    """Who may be this person already; of somebody whom one may not see, only that there is one."""
    found = maybe_known(person)
    seen = set(Patient.objects.visible_to(by).filter(pk__in=[p.pk for p, _ in found]).values_list("pk", flat=True))
    visible = [Lookalike(patient, likeness.reasons) for patient, likeness in found if patient.pk in seen]
    return [*visible, *([Lookalike(None, ())] if len(visible) < len(found) else [])]


def require_known(by: StaffMember, details: Mapping[str, Any]) -> None:
    """Only what a registration holds, and clinical text only from those who read cases."""
    unknown = [name for name in details if name not in CHANGEABLE]
    if unknown:
        raise RuleBroken("unknown_field", _("A registration has no %(name)s.") % {"name": unknown[0]})
    if any(details.get(name) for name in Patient.CLINICAL):
        require(by, Permission.CASE_READ)


def require_names(given_names: str, family_name: str) -> None:
    for field, name in (("given_names", given_names), ("family_name", family_name)):
        if not name.strip():
            raise RuleBroken("missing", _("Write a name."), field=field)


def require_possible_dates(born_on: date, died_on: date | None, site: Site) -> None:
    if born_on > clock.today(site.time_zone):
        raise RuleBroken("in_the_future", _("The date of birth is in the future."), field="born_on")
    if born_on.year < 1880:
        raise RuleBroken("too_long_ago", _("The year of birth cannot be right."), field="born_on")
    if died_on is not None and died_on > clock.today(site.time_zone):
        raise RuleBroken("in_the_future", _("This is in the future."), field="died_on")
    if died_on is not None and died_on < born_on:
        raise RuleBroken("before_the_birth", _("This is before the date of birth."), field="died_on")


def free_nhs_number(written: str, by: StaffMember, but: Patient | None = None) -> str | None:
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
    rows = Patient.objects.select_related("merged_into").filter(nhs_number=digits)
    holder = rows.exclude(pk=but.pk if but else None).first()
    if holder is None:
        return digits
    holder = holder.survivor
    if but is not None and holder.pk == but.pk:
        told = _("A record that is merged into this one holds this number.")
        raise RuleBroken("nhs_number_taken", told, field="nhs_number")
    if Patient.objects.visible_to(by).filter(pk=holder.pk).exists():
        told = _("%(name)s, born %(born)s, has this number already. Open that patient instead.") % {
            "name": holder.full_name,
            "born": holder.born_on.strftime("%-d %b %Y"),
        }
    else:
        told = _("A match exists. Ask your clinic admin.")
    raise RuleBroken("nhs_number_taken", told, field="nhs_number")
