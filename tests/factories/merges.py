"""Two records of one person, merged by an admin of both sites."""

from collections.abc import Mapping
from datetime import date

from cases.actions.merges import merge_patients
from cases.models import Merge, Patient
from clinic.models import StaffMember
from tests.factories.records import a_patient

KEEP = dict.fromkeys(("given_names", "family_name", "born_on", "died_on", "nhs_number"), "kept")


def a_merge(kept: Patient, other: Patient, by: StaffMember, chosen: Mapping[str, str] | None = None) -> Merge:
    """As the two rows stand now; what is asked is kept, where nothing else is chosen."""
    kept, other = Patient.objects.get(pk=kept.pk), Patient.objects.get(pk=other.pk)
    versions = (kept.version, other.version)
    return merge_patients(kept=kept, other=other, versions=versions, by=by, chosen={**KEEP, **(chosen or {})})


def twins(by: StaffMember) -> tuple[Patient, Patient]:
    """Marcus and Markus Ellery, who differ in telephone, number and date of birth."""
    told = {"family_name": "Ellery"}
    return (
        a_patient(by, given_names="Marcus", phone="020 1", nhs_number="9434765919", medicines="Warfarin", **told),
        a_patient(by, given_names="Markus", phone="020 2", born_on=date(1985, 12, 5), medicines="Ibuprofen", **told),
    )
