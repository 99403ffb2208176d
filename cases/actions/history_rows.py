"""Writes a history that was checked: each row once, with what the other system calls it."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from cases.actions.cases import NewInjury, add_injuries, named_after
from cases.actions.history_checks import Checked, as_prior, period
from cases.actions.identifiers import add_identifier
from cases.actions.patients import register_patient
from cases.actions.prior_treatments import write_prior_treatment
from cases.models import (
    Case,
    CaseOutcome,
    CaseStatus,
    CaseStep,
    EarlierVisit,
    HistoryImport,
    ImportedRow,
    Patient,
    PatientIdentifier,
    StepKind,
    imprecise,
)
from cases.rules.history_files import CaseLine, History, PatientLine, PriorTreatmentLine, SessionLine, Told
from clinic import audit
from clinic.database import attempts


class Writer:
    """One import at work, in one transaction. `counts` are {kind: {"new" | "known" | "changed": rows}}."""

    def __init__(self, history: History, found: Checked, job: HistoryImport, year: int) -> None:
        self.history, self.found, self.job, self.by = history, found, job, job.made_by
        self.counts: dict[str, Counter[str]] = {}
        self.rows: dict[tuple[str, str], Any] = {}
        self.at = 0  # the line that is being written
        new = sum(1 for told in history.of("case") if ("case", told.said.id) not in found.known)
        self.numbers = iter(reserved_numbers(year, new))

    def write(self, tick: Callable[[int], None] = lambda done: None) -> None:
        """All lines, what others belong to first."""
        done = 0
        writes = {
            "patient": self.patient,
            "case": self.case,
            "prior_treatment": self.prior_treatment,
            "session": self.session,
        }
        for kind, write in writes.items():
            self.counts[kind] = Counter()
            for told in self.history.of(kind):
                self.write_one(kind, told, write)
                done += 1
                tick(done)

    def write_one(self, kind: str, told: Told, write: Callable[[Any], UUID]) -> None:
        self.at = told.number
        known = self.found.known.get((kind, told.said.id))
        if known is not None:
            self.counts[kind]["known" if known[1] == told.sha256 else "changed"] += 1
            return
        was_there = kind == "patient" and told.said.id in self.found.patients
        row = write(told.said)
        ImportedRow.objects.create(
            brought_by=self.job,
            system=self.job.system,
            kind=kind,
            external_id=told.said.id,
            row=row,
            sha256=told.sha256,
        )
        self.counts[kind]["known" if was_there else "new"] += 1

    def patient(self, line: PatientLine) -> UUID:
        there = self.found.patients.get(line.id)
        patient = there or register_patient(by=self.by, site=self.job.site, is_another=True, **line.registration)
        same = PatientIdentifier.objects.in_force().filter(system=self.job.system, value=line.id)
        if there is None or not same.exists():
            add_identifier(patient=patient, system=self.job.system, value=line.id, by=self.by)
        self.rows[("patient", line.id)] = patient
        return patient.pk

    def case(self, line: CaseLine) -> UUID:
        patient: Patient = self.row("patient", line.patient)
        injuries = [NewInjury(**injury.model_dump()) for injury in line.injuries]
        case = Case.objects.create(
            patient=patient,
            site=self.job.site,
            lead=self.found.leads[line.lead.lower()] if line.lead else self.job.lead,
            title=line.title or named_after(injuries[0], self.found.definitions),
            referral=line.referral,
            history=line.history,
            number=next(self.numbers),
            opened_on=line.opened_on,
            status=CaseStatus.OPEN if line.closed_on is None else CaseStatus.DISCHARGED,
            **imprecise.columns("onset", period(line.onset)),
        )
        add_injuries(case, injuries, self.found.definitions)
        audit.record("case.imported", by=self.by, about=case, patient_id=patient.pk)
        if line.closed_on is not None:
            self.close(case, line.closed_on, line.outcome)
        self.rows[("case", line.id)] = case
        return case.pk

    def close(self, case: Case, on: date, outcome: str) -> None:
        ended = outcome or CaseOutcome.OTHER
        step = CaseStep.objects.create(case=case, kind=StepKind.DISCHARGED, on=on, by=self.by, outcome=ended)
        audit.record("case.imported", by=self.by, about=step, patient_id=case.patient_id)

    def prior_treatment(self, line: PriorTreatmentLine) -> UUID:
        case: Case = self.row("case", line.case)
        prior = as_prior(line)
        row = write_prior_treatment(case, prior, self.found.kinds[prior.kind])
        audit.record("prior_treatment.imported", by=self.by, about=row, patient_id=case.patient_id)
        return row.pk

    def session(self, line: SessionLine) -> UUID:
        case: Case = self.row("case", line.case)
        visit = EarlierVisit.objects.create(
            case=case, brought_by=self.job, **line.model_dump(exclude={"id", "type", "case"})
        )
        audit.record("earlier_visit.imported", by=self.by, about=visit, patient_id=case.patient_id)
        return visit.pk

    def row(self, kind: str, external_id: str) -> Any:
        """What a line belongs to: of this file, or brought before."""
        key = (kind, external_id)
        if key not in self.rows:
            pk = self.found.known[key][0]
            if kind == "patient":
                self.rows[key] = Patient.objects.select_related("merged_into").get(pk=pk).survivor
            else:
                self.rows[key] = Case.objects.get(pk=pk)
        return self.rows[key]


def reserved_numbers(year: int, count: int) -> list[str]:
    """So many numbers of cases, on a connection beside: nobody who starts a case waits for the import. Those of an
    import that fails are never given.
    """
    if not count:
        return []
    with attempts.beside().cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_casecounter (year, last) VALUES (%(year)s, %(count)s) "
            "ON CONFLICT (year) DO UPDATE SET last = cases_casecounter.last + %(count)s RETURNING last",
            {"year": year, "count": count},
        )
        (last,) = cursor.fetchone()
    return [f"{year}-{number:04d}" for number in range(last - count + 1, last + 1)]
