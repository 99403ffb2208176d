"""What a research project may have: values without names, texts or true days, of patients who agree to it now."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings

from cases.models import Case, Consent, ConsentKind, Merge, Patient
from clinic.models import StaffMember
from treatments.models import Threshold
from treatments.queries.exports import measurements_of
from treatments.rules.research import pseudonym, shift_of

AT_ONCE = 200  # patients
VALUES = (
    *("patient", "case", "session", "day", "measurer", "measure", "unit", "direction"),
    *("context", "side", "moment", "value"),
)
THRESHOLDS = (
    *("measure", "kind", "value", "low", "is_percent", "measurers", "population", "timeframe", "method"),
    *("source", "certainty", "is_default"),
)
FILES = {"measurements": VALUES, "thresholds": THRESHOLDS}
READ = (
    *("case__patient_id", "case_id", "session_id", "session__occurred_on", "session__author_id"),
    *("measure_id", "measure__unit", "measure__direction", "context", "side", "moment", "value"),
)


def patients_who_agree(by: StaffMember) -> list[UUID]:
    """Who has a case that this person may see, and agrees to research; of merged records the stricter counts."""
    agreed = Consent.objects.in_force().filter(kind=ConsentKind.RESEARCH_AUDIT)
    told = agreed.values_list("patient_id", "patient__merged_into_id")
    people = {survivor or patient for patient, survivor in told}
    seen = Case.objects.visible_to(by).filter(patient__in=people).values_list("patient_id", flat=True)
    visible = set(seen.distinct())
    merged = set(Merge.objects.in_force().filter(kept__in=visible).values_list("kept_id", flat=True))
    unsure = Patient.objects.filter(pk__in=merged)
    no_more = {
        patient.pk
        for patient in unsure
        if not Consent.objects.counting_for(patient).filter(kind=ConsentKind.RESEARCH_AUDIT).exists()
    }
    return list(visible - no_more)


def values_for(project: str, by: StaffMember) -> Iterator[tuple[Any, ...]]:
    """One row for each value that counts: corrected, of no session in error. In the order of pseudonyms, so that the
    place of a row says nothing of when it was written. Columns: VALUES.
    """
    key = settings.RESEARCH_KEY.encode()
    people = sorted((pseudonym(key, project, "patient", pk), pk) for pk in patients_who_agree(by))
    for start in range(0, len(people), AT_ONCE):
        names = {pk: name for name, pk in people[start : start + AT_ONCE]}
        found = measurements_of(by).filter(case__patient__in=names).values_list(*READ)
        yield from sorted(named(found, names, key, project), key=lambda row: tuple(map(str, row)))


def named(
    rows: Iterable[tuple[Any, ...]], names: dict[UUID, str], key: bytes, project: str
) -> Iterator[tuple[Any, ...]]:
    shifts = {pk: shift_of(key, project, pk) for pk in names}
    for patient, case, session, day, measurer, *told in rows:
        yield (
            names[patient],
            pseudonym(key, project, "case", case),
            pseudonym(key, project, "session", session),
            day + shifts[patient],
            pseudonym(key, project, "staff", measurer),
            *told,
        )


def thresholds() -> Iterator[tuple[Any, ...]]:
    """Error and what matters of each version of each measure: what verdicts are made with. Columns: THRESHOLDS."""
    columns = ("measure_id", *THRESHOLDS[1:])
    yield from Threshold.objects.order_by("measure_id", "kind", "population").values_list(*columns)


def rows_for(what: str, project: str, by: StaffMember) -> Iterator[tuple[Any, ...]]:
    return thresholds() if what == "thresholds" else values_for(project, by)
