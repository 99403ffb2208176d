"""What a research project may have: values without names, texts or true days, of patients who agree to it now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings

from cases.models import Case, Consent, ConsentKind, Injury, Merge, Patient
from cases.rules.age import age_on
from clinic.models import StaffMember
from treatments.models import Application, ModalityParameter, Threshold
from treatments.queries.exports import measurements_of
from treatments.rules.research import pseudonym, shift_of

AT_ONCE = 200  # patients
OLDEST = 90  # years: who is older is so rare that the age alone could name them
VALUES = (
    *("patient", "case", "session", "day", "measurer", "measure", "unit", "direction"),
    *("context", "side", "moment", "value"),
)
INJURIES = (
    *("patient", "case", "injury", "opened", "status", "age", "sex", "kind", "pathology", "region", "structure"),
    "side",
)
DOSES = ("patient", "case", "session", "day", "modality", "injury", "parameter", "unit", "value")
THRESHOLDS = (
    *("measure", "kind", "value", "low", "is_percent", "measurers", "population", "timeframe", "method"),
    *("source", "certainty", "is_default"),
)
FILES = {"measurements": VALUES, "injuries": INJURIES, "doses": DOSES, "thresholds": THRESHOLDS}


@dataclass(frozen=True)
class Names:
    """What some people are called in one project, and by how much their days are shifted."""

    key: bytes
    project: str
    patients: dict[UUID, str]

    def of(self, what: str, pk: UUID | None) -> str | None:
        return pseudonym(self.key, self.project, what, pk) if pk else None

    def moved(self, patient: UUID, day: date) -> date:
        return day + shift_of(self.key, self.project, patient)


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


def rows_for(what: str, project: str, by: StaffMember) -> Iterator[tuple[Any, ...]]:
    """The rows of one of FILES; of people in the order of their pseudonyms, so that the place of a row says nothing of
    when it was written.
    """
    if what == "thresholds":
        yield from thresholds()
        return
    told = {"measurements": values_of, "injuries": injuries_of, "doses": doses_of}[what]
    key = settings.RESEARCH_KEY.encode()
    people = sorted((pseudonym(key, project, "patient", pk), pk) for pk in patients_who_agree(by))
    for start in range(0, len(people), AT_ONCE):
        names = Names(key, project, {pk: name for name, pk in people[start : start + AT_ONCE]})
        yield from sorted(told(names, by), key=lambda row: tuple(map(str, row)))


def values_of(names: Names, by: StaffMember) -> Iterator[tuple[Any, ...]]:
    """Each value that counts: corrected, of no session in error. Columns: VALUES."""
    columns = (
        *("case__patient_id", "case_id", "session_id", "session__occurred_on", "session__author_id"),
        *("measure_id", "measure__unit", "measure__direction", "context", "side", "moment", "value"),
    )
    rows = measurements_of(by).filter(case__patient__in=names.patients)
    for patient, case, session, day, measurer, *told in rows.values_list(*columns):
        yield (*place(names, patient, case, session, day), names.of("staff", measurer), *told)


def injuries_of(names: Names, by: StaffMember) -> Iterator[tuple[Any, ...]]:
    """What is wrong, by the codes of the catalogues, with the age at which the case was opened. Columns: INJURIES."""
    columns = (
        *("case__patient_id", "case_id", "pk", "case__opened_on", "case__status", "case__patient__born_on"),
        *("case__patient__sex", "kind", "pathology_id", "region_id", "structure_id", "side"),
    )
    rows = Injury.objects.filter(case__in=Case.objects.visible_to(by), case__patient__in=names.patients)
    for patient, case, injury, opened, status, born, *told in rows.values_list(*columns):
        age = min(age_on(born, opened), OLDEST)
        day = names.moved(patient, opened)
        yield (names.patients[patient], names.of("case", case), names.of("injury", injury), day, status, age, *told)


def doses_of(names: Names, by: StaffMember) -> Iterator[tuple[Any, ...]]:
    """Each number and each choice of a dose that was given, as last corrected; no words. Columns: DOSES."""
    known = {
        (modality, code): (unit, frozenset(choices))
        for modality, code, unit, choices in ModalityParameter.objects.values_list(
            "modality_id", "code", "unit", "choices"
        )
    }
    columns = ("case__patient_id", "case_id", "session_id", "session__occurred_on", "modality_id", "injury_id")
    given = Application.objects.in_force().filter(was_given=True, case__in=Case.objects.visible_to(by))
    rows = given.filter(case__patient__in=names.patients)
    for patient, case, session, day, modality, injury, parameters in rows.values_list(*columns, "parameters"):
        begun = (*place(names, patient, case, session, day), modality, names.of("injury", injury))
        for code, value in parameters.items():
            unit, choices = known.get((modality, code), ("", frozenset()))
            if is_number(value) or value in choices:
                yield (*begun, code, unit, value)


def place(names: Names, patient: UUID, case: UUID, session: UUID, day: date) -> tuple[Any, ...]:
    """Whose, and when: the first four columns of what was done in a visit."""
    return (
        names.patients[patient],
        names.of("case", case),
        names.of("session", session),
        names.moved(patient, day),
    )


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def thresholds() -> Iterator[tuple[Any, ...]]:
    """Error and what matters of each version of each measure: what verdicts are made with. Columns: THRESHOLDS."""
    columns = ("measure_id", *THRESHOLDS[1:])
    yield from Threshold.objects.order_by("measure_id", "kind", "population").values_list(*columns)
