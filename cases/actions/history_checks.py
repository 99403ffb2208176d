"""Everything that is to be corrected in a history before a row of it is written."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as lazy

from cases.actions.cases import NewInjury, check_injury, offered_definitions
from cases.actions.faults import Faults
from cases.actions.patients import lookalikes
from cases.actions.prior_treatments import NewPriorTreatment, check_prior_treatment, offered
from cases.models import Case, CaseOutcome, HistoryImport, ImportedRow, Patient, PatientIdentifier
from cases.rules.history_files import CaseLine, History, LineFault, PatientLine, PriorTreatmentLine, Told
from cases.rules.identity import Person
from cases.rules.imprecise_dates import ImpreciseDate, parse
from cases.rules.nhs_numbers import digits_of, is_nhs_number
from clinic import clock
from clinic.models import StaffMember
from clinic.rules.permissions import Permission

OLDEST = date(1880, 1, 1)
AT_ONCE = 1000
Key = tuple[str, str]  # the kind and the id of a line


@dataclass
class Checked:
    """What the checks found out, for whoever writes: known rows, people, catalogues; and the faults."""

    known: dict[Key, tuple[UUID, str]] = field(default_factory=dict)  # our row and the SHA-256 it was brought with
    patients: dict[str, Patient] = field(default_factory=dict)  # who is registered already
    leads: dict[str, StaffMember] = field(default_factory=dict)
    definitions: dict[str, Any] = field(default_factory=dict)
    kinds: dict[str, Any] = field(default_factory=dict)  # of treatments before
    born: dict[str, date] = field(default_factory=dict)  # by the id of a patient
    born_of_cases: dict[str, date] = field(default_factory=dict)  # by the id of a case that was brought before
    faults: list[LineFault] = field(default_factory=list)

    def add(self, told: Told, pointer: str, code: str) -> None:
        self.faults.append(LineFault(told.number, pointer, code))


def check_history(history: History, job: HistoryImport, tick: Any = lambda done: None) -> Checked:
    """Reads the database, writes nothing. `tick` is told how many lines are behind it."""
    found = Checked(faults=list(history.faults))
    found.known = known_rows(history, job.system)
    found.leads = {person.email.lower(): person for person in StaffMember.objects.with_sites().filter(is_active=True)}
    found.definitions, found.kinds = offered_definitions(), offered()
    today, done = clock.today(job.site.time_zone), 0
    checks = {"patient": check_patient, "case": check_case, "prior_treatment": check_prior, "session": check_session}
    for kind, check in checks.items():
        for told in history.of(kind):
            if has_parent(history, told, found):
                check(told, history, job, found, today)
            done += 1
            tick(done)
    return found


def known_rows(history: History, system: str) -> dict[Key, tuple[UUID, str]]:
    """What of the file, and of what it refers to, was brought before."""
    asked = {*history.lines, *(told.parent for told in history.lines.values() if told.parent)}
    ids = sorted({external for _kind, external in asked})
    rows = ImportedRow.objects.filter(system=system)
    known = {}
    for at in range(0, len(ids), AT_ONCE):
        some = rows.filter(external_id__in=ids[at : at + AT_ONCE])
        for kind, external, row, sha in some.values_list("kind", "external_id", "row", "sha256"):
            known[(kind, external)] = (row, sha)
    return known


def has_parent(history: History, told: Told, found: Checked) -> bool:
    parent = told.parent
    if parent is None or parent in history.lines or parent in found.known:
        return True
    found.add(told, f"/{parent[0]}", "unknown_id")
    return False


def check_patient(told: Told, history: History, job: HistoryImport, found: Checked, today: date) -> None:
    line: PatientLine = told.said
    found.born[line.id] = line.born_on
    if ("patient", line.id) in found.known:
        return
    if not OLDEST <= line.born_on <= today:
        found.add(told, "/born_on", "not_possible")
        return
    digits = digits_of(line.nhs_number)
    if digits and not is_nhs_number(digits):
        found.add(told, "/nhs_number", "nhs_number_wrong")
        return
    same = registered_as(line, digits, job)
    if same is not None:
        check_same(told, line, same, job, found)
    elif not job.with_lookalikes and lookalikes(as_person(line), job.made_by):
        found.add(told, "", "likely_duplicate")


def registered_as(line: PatientLine, digits: str, job: HistoryImport) -> Patient | None:
    """Who holds this NHS number, or this number of the other system, already."""
    rows = Patient.objects.select_related("merged_into")
    holder = rows.filter(nhs_number=digits).first() if digits else None
    if holder is None:
        same = PatientIdentifier.objects.in_force().filter(system=job.system, value=line.id)
        held = same.select_related("patient__merged_into").first()
        holder = held.patient if held else None
    return holder.survivor if holder else None


def check_same(told: Told, line: PatientLine, same: Patient, job: HistoryImport, found: Checked) -> None:
    """Somebody who is registered is taken for this person only where family name and date of birth agree too."""
    is_seen = Patient.objects.visible_to(job.made_by).filter(pk=same.pk).exists()
    is_same = same.born_on == line.born_on and same.family_name.casefold() == line.family_name.casefold()
    if not is_seen:
        found.add(told, "", "a_match_exists")
    elif not is_same:
        found.add(told, "", "other_person")
    else:
        found.patients[line.id] = same


def as_person(line: PatientLine) -> Person:
    phones = tuple(phone for phone in (line.phone, line.other_phone) if phone)
    return Person(given_name=line.given_names, family_name=line.family_name, born_on=line.born_on, phones=phones)


def born_on(external_id: str, found: Checked) -> date:
    """When the patient of this id was born, whether in this file or brought before."""
    if external_id not in found.born:
        row, _sha = found.known[("patient", external_id)]
        found.born[external_id] = Patient.objects.select_related("merged_into").get(pk=row).survivor.born_on
    return found.born[external_id]


def check_case(told: Told, history: History, job: HistoryImport, found: Checked, today: date) -> None:
    line: CaseLine = told.said
    born = born_on(line.patient, found)
    if line.lead and not may_lead(found.leads.get(line.lead.lower()), job):
        found.add(told, "/lead", "unknown_lead")
    check_day(told, "/opened_on", line.opened_on, born, today, found)
    check_period(told, "/onset", line.onset, born, today, found)
    if line.closed_on is not None:
        check_day(told, "/closed_on", line.closed_on, line.opened_on, today, found)
    if line.outcome and (line.closed_on is None or line.outcome not in CaseOutcome.values):
        found.add(told, "/outcome", "not_a_choice")
    faults = Faults()
    for place, injury in enumerate(line.injuries):
        check_injury(faults, f"/injuries/{place}", NewInjury(**injury.model_dump()), found.definitions)
    found.faults += [LineFault(told.number, fault.pointer, fault.code) for fault in faults.found]


def may_lead(person: StaffMember | None, job: HistoryImport) -> bool:
    return person is not None and person.may(Permission.SESSION_LOG) and job.site_id in person.site_ids


def check_prior(told: Told, history: History, job: HistoryImport, found: Checked, today: date) -> None:
    line: PriorTreatmentLine = told.said
    born = born_of_case(line.case, history, found)
    faults = Faults()
    check_prior_treatment(faults, "", as_prior(line), found.kinds)
    found.faults += [LineFault(told.number, fault.pointer, fault.code) for fault in faults.found]
    check_period(told, "/started", line.started, born, today, found)
    check_period(told, "/ended", line.ended, born, today, found)
    started, ended = period(line.started), period(line.ended)
    if started and ended and ended.latest_day < started.on:
        found.add(told, "/ended", "ends_first")


def check_session(told: Told, history: History, job: HistoryImport, found: Checked, today: date) -> None:
    check_day(told, "/occurred_on", told.said.occurred_on, born_of_case(told.said.case, history, found), today, found)
    if told.said.is_empty:
        found.add(told, "", "empty_note")


def born_of_case(external_id: str, history: History, found: Checked) -> date:
    here = history.lines.get(("case", external_id))
    if here is not None and (here.parent in history.lines or here.parent in found.known):
        return born_on(here.said.patient, found)
    if ("case", external_id) in found.known:
        if external_id not in found.born_of_cases:
            row, _sha = found.known[("case", external_id)]
            patient = Case.objects.select_related("patient__merged_into").get(pk=row).patient
            found.born_of_cases[external_id] = patient.survivor.born_on
        return found.born_of_cases[external_id]
    return OLDEST  # of a case whose patient is not there: told already


def check_day(told: Told, pointer: str, day: date, first: date, today: date, found: Checked) -> None:
    if day > today:
        found.add(told, pointer, "in_the_future")
    elif day < first:
        found.add(told, pointer, "too_early")


def check_period(told: Told, pointer: str, written: str, born: date, today: date, found: Checked) -> None:
    when = period(written)
    if when is not None and when.on > today:
        found.add(told, pointer, "in_the_future")
    elif when is not None and when.latest_day < born:
        found.add(told, pointer, "too_early")


def period(written: str) -> ImpreciseDate | None:
    return parse(written) if written else None


def as_prior(line: PriorTreatmentLine) -> NewPriorTreatment:
    told = line.model_dump(exclude={"id", "type", "case", "started", "ended"})
    return NewPriorTreatment(**told, started=period(line.started), ended=period(line.ended))


FAULTS = {
    "missing": lazy("This is missing."),
    "unknown_member": lazy("There is no such member."),
    "unknown_type": lazy("Each line says its type: patient, case, prior_treatment or session."),
    "too_long": lazy("This is too long."),
    "too_many": lazy("These are too many."),
    "not_an_address": lazy("This is no e-mail address."),
    "not_a_date": lazy("This is no date that can be read: write 2024-03-14."),
    "not_a_choice": lazy("Choose one of the list."),
    "out_of_range": lazy("This number is too small or too large."),
    "not_readable": lazy("This cannot be read."),
    "wrong_type": lazy("This is of another type: a text, a number or a list is expected here."),
    "not_json": lazy("This line is no JSON."),
    "twice": lazy("An earlier line has this id."),
    "line_too_long": lazy("This line is longer than 256 kB."),
    "too_many_lines": lazy("The file has more than 200,000 lines: split it, patients first."),
    "no_column": lazy("No column of the table gives this."),
    "unknown_id": lazy("Neither this file nor an earlier one from this system has it."),
    "not_possible": lazy("This date is not possible."),
    "nhs_number_wrong": lazy("This is no NHS number: the last digit does not check the others."),
    "nhs_number_taken": lazy("Another line, or somebody registered since, has this NHS number."),
    "identifier_taken": lazy("Somebody who was registered since has this number of the former system."),
    "likely_duplicate": lazy("This looks like somebody who is registered: look first, or import lookalikes too."),
    "a_match_exists": lazy("A match exists that you may not see: ask an admin of the other site."),
    "other_person": lazy("Somebody with another name or date of birth has this number here."),
    "unknown_lead": lazy("Nobody who treats at this site has this e-mail address."),
    "in_the_future": lazy("This is in the future."),
    "too_early": lazy("This is before the birth, or before what it belongs to began."),
    "ends_first": lazy("This is before it began."),
    "empty_note": lazy("The visit says nothing."),
    "unknown_region": lazy("Choose a region of the list."),
    "unknown_pathology": lazy("Choose a diagnosis of the list."),
    "other_kind": lazy("This diagnosis is of another kind."),
    "unknown_structure": lazy("Choose a structure of the list."),
    "unknown_kind": lazy("Choose a treatment of the list."),
    "wrong": lazy("The last digit does not check the others."),
    "no_longer_allowed": lazy("Whoever sent the file may not import any more."),
}
