"""Patients of another system: read, looked at row by row, registered or left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.actions.identifiers import add_identifier
from cases.actions.patients import LikelyDuplicate, lookalikes, register_patient
from cases.models import Patient, PatientIdentifier, PatientImport
from cases.rules import patient_files as files
from cases.rules.identity import Person
from cases.rules.nhs_numbers import digits_of, is_nhs_number
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission

LARGEST = 4 * 1024 * 1024
UNREADABLE = {
    "empty": lazy("The file is empty."),
    "no_rows": lazy("The file has one line only: the first line names the columns, the patients follow."),
    "too_long": lazy("The file has more than 2000 patients. Split it, and import the parts one after the other."),
    "not_text": lazy("This is no table of text. Save it as CSV first."),
}


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "NEW"
    KNOWN = "KNOWN"
    LIKELY = "LIKELY"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class Prospect:
    """A row and its fate: whom it names, why it is left out, who it may be."""

    number: int
    name: str
    fate: Fate
    why: str = ""
    patient: Patient | None = None


@transaction.atomic
def start_import(*, file_name: str, content: bytes, site: Site, by: StaffMember) -> PatientImport:
    """Keeps a file until its columns are named. Nothing is registered yet."""
    require(by, Permission.PATIENT_IMPORT)
    if site.pk not in by.site_ids:
        raise RuleBroken("not_your_site", _("You do not work at this site."), field="site")
    if len(content) > LARGEST:
        raise RuleBroken("too_large", _("The file is larger than 4 MB. Split it."), field="file")
    try:
        text = files.decoded(content).replace("\x00", "")
        table = files.read_table(text)
    except files.Unreadable as no:
        raise RuleBroken(str(no), str(UNREADABLE[str(no)]), field="file") from no
    row = PatientImport.objects.create(
        site=site, made_by=by, file_name=file_name[:200], text=text, mapping=files.guessed(table.headers)
    )
    audit.record("import.started", by=by, about=row)
    return row


@transaction.atomic
def map_columns(*, import_: PatientImport, mapping: Sequence[str], system: str, by: StaffMember) -> PatientImport:
    """Says which column is what; `system` names the system whose numbers a column holds."""
    require(by, Permission.PATIENT_IMPORT)
    locked = waiting(import_)
    width = len(files.read_table(locked.text).headers)
    known = {files.LEFT_OUT, *files.NAMES}
    single = [name for name in mapping if name and name not in files.MANY]
    if len(mapping) != width or set(mapping) - known:
        raise RuleBroken("not_a_choice", _("Choose what each column is."))
    if len(set(single)) < len(single):
        raise RuleBroken("chosen_twice", _("Two columns are the same thing. Leave one of them out."))
    if absent := files.missing(mapping):
        raise RuleBroken("missing", _("No column gives: %(what)s.") % {"what": ", ".join(in_words(n) for n in absent)})
    if files.IDENTIFIER in mapping and not system.strip():
        raise RuleBroken("missing", _("Name the system whose numbers these are."), field="system")
    locked.mapping, locked.system = list(mapping), system.strip()[:100]
    locked.save_change("mapping", "system")
    audit.record("import.mapped", by=by, about=locked)
    return locked


@transaction.atomic
def run_import(*, import_: PatientImport, with_likely: bool, by: StaffMember) -> PatientImport:
    """Registers the rows that are new, and, where that is wished, those that only look like somebody."""
    require(by, Permission.PATIENT_IMPORT)
    locked = waiting(import_)
    if files.missing(locked.mapping):
        raise RuleBroken("not_mapped", _("First say what each column is."), conflict=True)
    counts: dict[str, int] = {}
    left: list[list[object]] = []
    for number, cells in enumerate(files.read_table(locked.text).rows, start=1):
        prospect = register_row(locked, number, cells, with_likely, by)
        counts[prospect.fate] = counts.get(prospect.fate, 0) + 1
        if prospect.fate is not Fate.NEW:
            left.append([number, prospect.name, prospect.fate, prospect.why])
    locked.done_at, locked.text = clock.now(), ""
    locked.outcome = {"counts": counts, "left": left}
    locked.save_change("done_at", "text", "outcome")
    audit.record("import.done", by=by, about=locked, details={"counts": counts})
    return locked


@transaction.atomic
def give_up_import(*, import_: PatientImport, by: StaffMember) -> PatientImport:
    """Throws the file away; nothing of it is registered."""
    require(by, Permission.PATIENT_IMPORT)
    locked = waiting(import_)
    locked.done_at, locked.text, locked.outcome = clock.now(), "", {"counts": {}, "left": []}
    locked.save_change("done_at", "text", "outcome")
    audit.record("import.given_up", by=by, about=locked)
    return locked


def waiting(import_: PatientImport) -> PatientImport:
    rows = PatientImport.objects.select_for_update(of=("self",)).select_related("site")
    locked = rows.get(pk=import_.pk)
    if locked.done_at is not None:
        raise RuleBroken("done", _("This import is done."), conflict=True)
    return locked


def prospects(import_: PatientImport, rows: slice, by: StaffMember) -> list[Prospect]:
    """The fates of some rows, as they are today."""
    cells = list(enumerate(files.read_table(import_.text).rows, start=1))[rows]
    return [fate_of(import_, number, row, by)[0] for number, row in cells]


def fate_of(import_: PatientImport, number: int, cells: Sequence[str], by: StaffMember) -> tuple[Prospect, files.Row]:
    """What would become of a row now."""
    row = files.read_row(cells, import_.mapping)
    told = row.values
    name = f"{told.get('given_names', '')} {told.get('family_name', '')}".strip() or " ".join(cells)[:60]
    nhs = digits_of(str(told.get("nhs_number", "")))
    if nhs and not is_nhs_number(nhs):
        row.faults.append(("nhs_number", "wrong"))
    born = told.get("born_on")
    if isinstance(born, date) and not date(1880, 1, 1) <= born <= clock.today(import_.site.time_zone):
        row.faults.append(("born_on", "not_possible"))
    if row.faults:
        why = "; ".join(f"{in_words(field)}: {FAULTS[code]}" for field, code in row.faults)
        return Prospect(number, name, Fate.REFUSED, why), row
    known = Patient.objects.select_related("merged_into").filter(nhs_number=nhs).first() if nhs else None
    if known is None and row.identifier:
        same = PatientIdentifier.objects.in_force().filter(system=import_.system, value=row.identifier)
        holder = same.select_related("patient__merged_into").first()
        known = holder.patient if holder else None
    if known is not None:
        known = known.survivor
        is_seen = Patient.objects.visible_to(by).filter(pk=known.pk).exists()
        why = _("Registered already.") if is_seen else _("A match exists.")
        return Prospect(number, name, Fate.KNOWN, why, known if is_seen else None), row
    person = Person(
        given_name=str(told["given_names"]),
        family_name=str(told["family_name"]),
        born_on=born if isinstance(born, date) else None,
        phones=tuple(str(told[k]) for k in ("phone", "other_phone") if told.get(k)),
    )
    alike = lookalikes(person, by)
    if alike:
        return Prospect(number, name, Fate.LIKELY, _("Looks like somebody who is registered."), alike[0].patient), row
    return Prospect(number, name, Fate.NEW), row


def register_row(
    import_: PatientImport, number: int, cells: Sequence[str], with_likely: bool, by: StaffMember
) -> Prospect:
    """Registers one row, or says why not."""
    prospect, row = fate_of(import_, number, cells, by)
    if prospect.fate in (Fate.REFUSED, Fate.KNOWN) or (prospect.fate is Fate.LIKELY and not with_likely):
        return prospect
    try:
        with transaction.atomic():
            patient = register_patient(by=by, site=import_.site, is_another=True, **row.values)  # type: ignore[arg-type]
            if row.identifier:
                add_identifier(patient=patient, system=import_.system, value=row.identifier, by=by)
    except LikelyDuplicate as no:
        return Prospect(number, prospect.name, Fate.LIKELY, no.message)
    except RuleBroken as no:
        return Prospect(number, prospect.name, Fate.REFUSED, no.message)
    return Prospect(number, prospect.name, Fate.NEW, patient=patient)


FAULTS = {
    "missing": lazy("missing"),
    "too_long": lazy("too long"),
    "not_a_date": lazy("no date that can be read"),
    "not_possible": lazy("not possible"),
    "not_an_address": lazy("no e-mail address"),
    "wrong": lazy("the last digit does not check the others"),
}
WORDS = {
    "given_names": lazy("given names"),
    "family_name": lazy("family name"),
    "known_as": lazy("known as"),
    "former_names": lazy("former family names"),
    "born_on": lazy("date of birth"),
    "sex": lazy("sex"),
    "nhs_number": lazy("NHS number"),
    "phone": lazy("telephone"),
    "other_phone": lazy("other telephone"),
    "email": lazy("e-mail"),
    "address": lazy("address (or a part of it)"),
    "gp_name": lazy("GP"),
    "gp_practice": lazy("GP practice"),
    "emergency_name": lazy("emergency contact"),
    "emergency_phone": lazy("emergency telephone"),
    "occupation": lazy("occupation"),
    "sport": lazy("sport"),
    files.IDENTIFIER: lazy("number in that system"),
}


def in_words(name: str) -> str:
    return str(WORDS[name])
