"""Two records of one person, merged by an admin of both sites."""

from collections.abc import Mapping

from cases.actions.merges import merge_patients
from cases.models import Merge, Patient
from clinic.models import StaffMember

KEEP = dict.fromkeys(("given_names", "family_name", "born_on", "died_on", "nhs_number"), "kept")


def a_merge(kept: Patient, other: Patient, by: StaffMember, chosen: Mapping[str, str] | None = None) -> Merge:
    """As the two rows stand now; what is asked is kept, where nothing else is chosen."""
    kept, other = Patient.objects.get(pk=kept.pk), Patient.objects.get(pk=other.pk)
    versions = (kept.version, other.version)
    return merge_patients(kept=kept, other=other, versions=versions, by=by, chosen={**KEEP, **(chosen or {})})
