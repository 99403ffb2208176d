"""All that is kept about one person, read row by row: what the patient's own file is made of."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, UUIDField
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.models import Case, Document, ImagingFile, ImagingGrade, Merge, Patient
from cases.queries.imaging_files import ENDINGS as PICTURES
from clinic.models import AuditEvent, Record, RowChange, StaffMember
from clinic.models.seals import columns_of
from clinic.rules.seals import canonical, plain
from clinic.templatetags.formatting import day
from treatments.models import Addendum, Application, Letter, Measurement, OwnFileRequest
from treatments.models.sessions import IN_ERROR
from treatments.queries.own_file_nouns import HIDDEN, NOUNS, Noun, path_to_patient
from treatments.queries.own_file_words import (
    Glossary,
    glossary,
    graded,
    imprecise,
    in_words,
    label_of,
    measured,
    said,
    treated,
)
from treatments.rules.own_files import FILE, Entry, Line, Omission, Section, walked

Row = dict[str, Any]
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


@dataclass
class Read:
    """The rows of a person by table, and what is needed to say them."""

    records: Sequence[UUID]
    rows: Mapping[str, list[Row]]
    words: Glossary
    titles: Mapping[UUID, str]
    changes: Mapping[UUID, list[RowChange]]
    marks: Mapping[UUID, list[str]]


def sections_of(patient: Patient) -> tuple[Section, ...]:
    """Everything about a person, of the records that were merged into theirs too; the log of looks apart.

    In as many statements as there are tables, whatever is in them.
    """
    records = list(Patient.objects.one_with(patient).order_by("pk").values_list("pk", flat=True))
    words = glossary()
    rows = {noun.kind: rows_of(noun, records) for noun in NOUNS}
    sides = one_side_of_merges(rows, records)
    titles = {row["id"]: title_of(noun, row, words) for noun in NOUNS for row in rows[noun.kind]}
    read = Read(records, rows, words, titles, changes_of(rows, sides), marks_of(rows))
    children: defaultdict[UUID, list[Section]] = defaultdict(list)
    roots: list[Section] = []
    for noun in reversed(NOUNS):
        by_parent: defaultdict[UUID | None, list[Entry]] = defaultdict(list)
        for row in rows[noun.kind]:
            parent = row[f"{noun.parent}_id"] if noun.parent else None
            by_parent[parent].append(entry_of(noun, row, read, tuple(reversed(children[row["id"]]))))
        for parent, entries in by_parent.items():
            section = Section(noun.kind, str(noun.heading), tuple(entries))
            (roots if parent is None else children[parent]).append(section)
    return tuple(reversed(roots))


def rows_of(noun: Noun, records: Sequence[UUID]) -> list[Row]:
    found = noun.model._base_manager.filter(whose(noun, records)).order_by("created_at", "id")
    return list(found.values(*columns_of(noun.model)))


def whose(noun: Noun, records: Sequence[UUID]) -> Q:
    if noun.model is Merge:
        return Q(kept__in=records) | Q(other__in=records)
    if noun.kind == "cases.unmerge":
        return Q(merge__kept__in=records) | Q(merge__other__in=records)
    path = path_to_patient(noun.model)
    return Q(**{f"{path}__in" if path else "pk__in": records})


def one_side_of_merges(rows: Mapping[str, list[Row]], records: Sequence[UUID]) -> set[int]:
    """Of a merge that was taken apart, the other record is another person's by now: only this person's side stays.

    Answers with the transactions of those, whose changes of the registration hold values of both.
    """
    apart = {row["merge_id"]: row for row in rows["cases.unmerge"]}
    mixed = set()
    for row in rows["cases.merge"]:
        if row["id"] not in apart or {row["kept_id"], row["other_id"]} <= set(records):
            continue
        mixed |= {row["made_in"], apart[row["id"]]["made_in"]}
        mine = row["kept_id"] in records
        for name in ("other_before" if mine else "kept_before", "kept_after", "chosen"):
            row[name] = {}
        row["other_id" if mine else "kept_id"] = None
    return mixed


def title_of(noun: Noun, row: Row, words: Glossary) -> str:
    """ "Visit, Tue 3 Nov 2026": without a clinical word, so that it can stand where the entry is left out in part."""
    if noun.model is Patient:
        return _("Registered at %(site)s") % {"site": words.sites.get(row["site_id"], "")}
    if not noun.day:
        return str(noun.title)
    value = row[noun.day]
    text = day(value) if hasattr(value, "year") else said(value) if value is not None else ""
    return f"{noun.title} {text}".strip() if isinstance(value, int | str) else f"{noun.title}, {text}".rstrip(", ")


def changes_of(rows: Mapping[str, list[Row]], mixed: set[int]) -> Mapping[UUID, list[RowChange]]:
    ids = [row["id"] for noun in NOUNS if issubclass(noun.model, Record) for row in rows[noun.kind]]
    found: defaultdict[UUID, list[RowChange]] = defaultdict(list)
    for change in RowChange.objects.filter(row_id__in=ids).order_by("at", "id"):
        if change.xid not in mixed:
            found[change.row_id].append(change)
    return found


def marks_of(rows: Mapping[str, list[Row]]) -> Mapping[UUID, list[str]]:
    """What a reader must know first of a row."""
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for row in rows[Addendum._meta.label_lower]:
        if row["kind"] == IN_ERROR:
            found[row["session_id"]].append(_("Entered in error: it does not count"))
    for model in (Application, Measurement):
        for row in rows[model._meta.label_lower]:
            if row["corrects_id"] is not None:
                found[row["corrects_id"]].append(_("Corrected later"))
    for row in rows["cases.imagingreading"]:
        if row["replaces_id"] is not None:
            found[row["replaces_id"]].append(_("Read again later"))
    for row in rows["cases.patient"]:
        if row["merged_into_id"] is not None:
            found[row["id"]].append(_("Merged into another record of the same person"))
    for row in rows["treatments.session"]:
        if row["status"] == "DRAFT":
            found[row["id"]].append(_("Draft, not signed"))
    return found


def entry_of(noun: Noun, row: Row, read: Read, parts: tuple[Section, ...]) -> Entry:
    file = file_of(noun, row)
    lines = [*lines_of(noun, row, read), *changed(noun, row, read)]
    if file:
        lines.append(Line(FILE, label_of(FILE), f"originals/{file}"))
    return Entry(
        kind=noun.kind,
        id=str(row["id"]),
        title=read.titles[row["id"]],
        lines=tuple(lines),
        parts=parts,
        data=plain(row),
        marks=tuple(read.marks.get(row["id"], ())),
        file=file,
    )


def lines_of(noun: Noun, row: Row, read: Read) -> Iterable[Line]:
    shown = hooks(noun, row, read.words)
    for field in noun.model._meta.concrete_fields:
        name, value = field.name, row.get(field.attname)
        if field.attname not in row or isinstance(field, UUIDField) or name in HIDDEN or name.endswith("_precision"):
            continue  # an identity of a row is told by no number
        if name in (noun.parent, "case") or (name == "created_at" and noun.day in ("", name)):
            continue
        text = shown[name] if name in shown else in_words(field, value, read.words, read.titles)
        if text:
            yield Line(field.attname, label_of(name), text)


def hooks(noun: Noun, row: Row, words: Glossary) -> dict[str, str]:
    """The columns that read otherwise than each by itself."""
    shown = {
        on: imprecise(row[on], value)
        for name, value in row.items()
        for on in [name.replace("_precision", "_on")]
        if name.endswith("_precision") and value
    }
    if noun.model is Measurement:
        return shown | measured(row, words) | {"context": "", "side": ""}
    if noun.model is ImagingGrade:
        return shown | graded(row, words)
    return shown | treated(row, words) if noun.model is Application else shown


def changed(noun: Noun, row: Row, read: Read) -> Iterable[Line]:
    """What a row held before: which value, from what to what, when."""
    fields = {field.column: field for field in noun.model._meta.concrete_fields}
    for change in read.changes.get(row["id"], ()):
        for name, (old, new) in change.changes.items():
            field = fields.get(name)
            if field is None or field.name in HIDDEN or old in (None, "", [], {}):
                continue  # what was filled in stands there now, or is told as what was changed later
            told = {
                "what": label_of(field.name),
                "old": raw(field, old, read),
                "new": raw(field, new, read) or "–",
            }
            label = _("Changed %(when)s") % {"when": said(change.at)}
            yield Line(field.attname, label, _("%(what)s: from “%(old)s” to “%(new)s”") % told)


def raw(field: Any, value: Any, read: Read) -> str:
    """A value of the history, which the database keeps as JSON."""
    try:
        return in_words(field, field.to_python(value), read.words, read.titles)
    except (ValidationError, TypeError, ValueError):  # of a column that was another kind of value then
        return str(value)


def file_of(noun: Noun, row: Row) -> str:
    """The name of the original of an entry, below originals/; "" where it has none."""
    if noun.model is Document:
        return file_of_document(row["id"], row["taken_on"], row["content_type"])
    if noun.model is ImagingFile:
        return file_of_picture(row["id"], row["kind"])
    return file_of_letter(row["id"]) if noun.model is Letter and row["status"] == "SIGNED" else ""


def file_of_document(pk: UUID, taken_on: date, content_type: str) -> str:
    return f"photographs/{taken_on}-{pk}.{ENDINGS[content_type]}"


def file_of_picture(pk: UUID, kind: str) -> str:
    return f"pictures/{pk}.{PICTURES[kind]}"


def file_of_letter(pk: UUID) -> str:
    return f"letters/{pk}.pdf"


def digest_of(sections: Iterable[Section]) -> str:
    """The fingerprint of what goes out: of each entry in words and in data."""
    found = hashlib.sha256()
    for entry in walked(sections):
        told = {name: getattr(entry, name) for name in ("kind", "id", "title", "data", "marks", "file", "omitted")}
        lines = [[line.name, line.label, line.text] for line in entry.lines]
        found.update(canonical({**told, "lines": lines}).encode())
    return found.hexdigest()


def omissions_of(request: OwnFileRequest) -> list[Omission]:
    """What is left out of this file, as it stands."""
    rows = request.omissions.filter(put_back_at=None)
    return [Omission(str(row.row_id), capfirst(row.get_kind_display()), frozenset(row.parts)) for row in rows]


def log_of(patient: Patient) -> Iterable[AuditEvent]:
    """All that the log has about a person, the oldest first; a thousand at once."""
    records = list(Patient.objects.one_with(patient).values_list("pk", flat=True))
    rows = AuditEvent.objects.filter(patient_id__in=records).select_related("staff", "api_key").order_by("id")
    return rows.iterator(chunk_size=1000)


def unseen_cases(patient: Patient, by: StaffMember) -> int:
    """How many cases of this person the reader may not see."""
    records = Patient.objects.one_with(patient).values("pk")
    cases = Case.objects.filter(patient__in=records)
    return cases.count() - cases.filter(pk__in=Case.objects.visible_to(by).values("pk")).count()
