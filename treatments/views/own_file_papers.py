"""The patient's own file on paper and in a ZIP: a page to read, the same as data, and the originals."""

import json
import shutil
from collections.abc import Iterable, Iterator
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.template.loader import get_template
from django.utils.timezone import localtime

from cases.actions.documents import documents
from cases.models import Document, ImagingFile, Patient
from clinic import clock
from clinic.models import AuditEvent
from clinic.rules.seals import plain
from treatments.actions.own_files import Head
from treatments.models import Letter
from treatments.queries.own_files import log_of
from treatments.rules.own_files import Entry, Section, walked
from treatments.views.audit_words import in_words
from treatments.views.letters import paper_of
from treatments.views.looks import door_of_event
from treatments.views.papers import as_pdf

FOLDER = "treatments/own_files"


def write_zip(file: IO[bytes], sections: tuple[Section, ...], head: Head) -> None:
    """Writes the whole file, piece by piece: nothing of it is held in memory but the rows themselves."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        put(archive, "index.html", pieces(sections, head.patient, head))
        for kind, rows in rows_by_kind(sections).items():
            put(archive, f"data/{kind.replace('.', '_')}.json", as_array(rows))
        put(archive, "data/log.json", as_array(data_of(event) for event in log_of(head.patient)))
        for entry in walked(sections):
            if entry.file:
                with archive.open(info(f"originals/{entry.file}", ZIP_STORED), "w") as inside:
                    copy_original(entry, inside)


def put(archive: ZipFile, name: str, texts: Iterable[str]) -> None:
    with archive.open(info(name, ZIP_DEFLATED), "w", force_zip64=True) as inside:
        for text in texts:
            inside.write(text.encode())


def info(name: str, how: int) -> ZipInfo:
    made = ZipInfo(name, date_time=localtime(clock.now()).timetuple()[:6])
    made.compress_type, made.external_attr = how, 0o600 << 16
    return made


def pieces(sections: tuple[Section, ...], patient: Patient, head: Head | None = None) -> Iterator[str]:
    """The page, by itself in one file: no script, nothing fetched. Without `head` it says that nobody checked it."""
    entry, line = get_template(f"{FOLDER}/_entry.html"), get_template(f"{FOLDER}/_log_line.html")
    context = {"sections": sections, "patient": patient, "head": head, "made_at": clock.now()}
    yield get_template(f"{FOLDER}/file_start.html").render(context)
    for section in sections:
        yield get_template(f"{FOLDER}/_chapter.html").render({"heading": section.heading, "id": section.kind})
        for each in section.entries:
            yield entry.render({"entry": each, "is_whole": True})
    yield get_template(f"{FOLDER}/_chapter.html").render({"heading": "The log of this record", "id": "log"})
    for event in log_of(patient):
        yield line.render(line_of(event))
    yield get_template(f"{FOLDER}/file_end.html").render({})


def line_of(event: AuditEvent) -> dict[str, Any]:
    """One thing that somebody did with the record, in words."""
    return {
        "at": event.at or event.created_at,
        "who": event.staff.name if event.staff else "",
        "what": in_words(event.action),
        "door": door_of_event(event),
    }


def data_of(event: AuditEvent) -> dict[str, Any]:
    """Without the address from which somebody came: it is about them."""
    told = line_of(event)
    more = {"action": event.action, "row_type": event.row_type, "row_id": event.row_id, "details": event.details}
    return dict(plain({"id": event.pk, **told, **more}))


def rows_by_kind(sections: Iterable[Section]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for entry in walked(sections):
        if entry.data:
            found.setdefault(entry.kind, []).append(entry.data)
    return found


def as_array(rows: Iterable[Any]) -> Iterator[str]:
    """A JSON array, a row a line."""
    before = "[\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before != "[\n" else "[]\n"


def copy_original(entry: Entry, into: IO[bytes]) -> None:
    """A photograph or a picture as it was uploaded; a letter as it was signed."""
    if uploaded := {"cases.document": Document, "cases.imagingfile": ImagingFile}.get(entry.kind):
        with documents().open(uploaded(pk=UUID(entry.id)).stored_as("original"), "rb") as original:
            shutil.copyfileobj(original, into)
    else:
        letter = Letter.objects.select_related("author").get(pk=entry.id)
        into.write(as_pdf("treatments/letters/letter.typ", paper_of(letter), letter.signed_at))
