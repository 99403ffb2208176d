"""The files of a clinic that is taken out whole: written one after the other, each with its sum."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.template.loader import get_template

from cases.actions.documents import documents
from cases.models import Document, ImagingFile, Patient
from clinic import clock
from clinic.rules.csv_files import BYTE_ORDER_MARK, csv_line
from clinic.rules.seals import plain
from treatments.models import Letter, OwnFileRelease
from treatments.queries.own_files import file_of_document, file_of_letter, file_of_picture, sections_of
from treatments.views.letters import paper_of
from treatments.views.own_file_papers import pieces
from treatments.views.papers import as_pdf

FLOORS = ("clinic", "cases", "treatments")
AT_ONCE = 1000
# What is not taken out, and why: tables, and columns of those that are.
TABLES_LEFT_OUT = {
    "clinic_browserlogin": "logins of browsers: who has one is logged in",
    "clinic_attempts": "counted guesses of passwords and codes",
    "clinic_sentform": "forms on their way, forgotten after a while",
    "clinic_sentrequest": "answers to programs, forgotten after a day; a new key may be among them",
}
COLUMNS_LEFT_OUT = {
    "clinic_staffmember": {"password": "the digest of a password"},
    "clinic_apikey": {"digest": "the digest of a key"},
    "clinic_invitation": {"digest": "the digest of a link"},
}
ELSEWHERE = "Second factors, passkeys and recovery codes, which are kept by a library, are not taken out either."


class Folder:
    """A new folder that only its owner reads. Each file is written once, and its SHA-256 noted."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir(mode=0o700)
        self.sums = self.opened("SHA256SUMS")

    def opened(self, name: str) -> IO[bytes]:
        path = self.place / name
        for part in reversed(Path(name).parents):
            (self.place / part).mkdir(mode=0o700, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(self, name: str, pieces: Iterable[bytes | str]) -> str:
        """Writes a file piece by piece, and answers with its sum."""
        found = hashlib.sha256()
        with self.opened(name) as file:
            for piece in pieces:
                data = piece.encode() if isinstance(piece, str) else piece
                found.update(data)
                file.write(data)
        self.note(name, found.hexdigest())
        return found.hexdigest()

    def note(self, name: str, sha256: str) -> None:
        self.sums.write(f"{sha256}  {name}\n".encode())

    def close(self) -> None:
        self.sums.flush()
        os.fsync(self.sums.fileno())
        self.sums.close()

    def forget(self) -> None:
        self.sums.close()
        shutil.rmtree(self.place)


def tables() -> list[type[models.Model]]:
    """Each table of the three floors that is taken out."""
    found = [model for floor in FLOORS for model in apps.get_app_config(floor).get_models()]
    return [model for model in found if model._meta.db_table not in TABLES_LEFT_OUT]


def columns_of(model: type[models.Model]) -> list[Any]:
    left_out = COLUMNS_LEFT_OUT.get(model._meta.db_table, {})
    return [field for field in model._meta.concrete_fields if field.name not in left_out]


def is_flat(model: type[models.Model]) -> bool:
    return not any(isinstance(field, models.JSONField) for field in columns_of(model))


def write_table(folder: Folder, model: type[models.Model]) -> int:
    """A table as NDJSON and, where its rows are flat, as CSV; a thousand rows at once. Answers with their number."""
    names = [field.attname for field in columns_of(model)]
    name = f"tables/{model._meta.db_table}"

    def rows() -> Iterator[tuple[Any, ...]]:
        yield from model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=AT_ONCE)

    counted = [0]

    def lines() -> Iterator[str]:
        for row in rows():
            counted[0] += 1
            yield json.dumps(dict(zip(names, plain(row), strict=True)), ensure_ascii=False) + "\n"

    folder.write(f"{name}.ndjson", lines())
    if is_flat(model):
        cells = (csv_line([as_cell(value) for value in row]) for row in rows())
        folder.write(f"{name}.csv", chained(BYTE_ORDER_MARK + csv_line(names), cells))
    return counted[0]


def chained(first: str, others: Iterable[str]) -> Iterator[str]:
    yield first
    yield from others


def as_cell(value: Any) -> Any:
    """A value of a flat row: numbers and days as they are, so that a minus is no formula."""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return Decimal(str(value))
    return value if isinstance(value, Decimal | int) else plain(value)


def originals() -> Iterator[tuple[str, str, Iterable[bytes]]]:
    """Each original with the sum that the record has of it, "" where it is made anew."""
    for document in Document.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
        name = file_of_document(document.pk, document.taken_on, document.content_type)
        yield f"originals/{name}", document.sha256, read(document.stored_as("original"))
    for picture in ImagingFile.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
        name = f"originals/{file_of_picture(picture.pk, picture.kind)}"
        yield name, picture.sha256, read(picture.stored_as("original"))
    for letter in Letter.objects.filter(status="SIGNED").select_related("author").order_by("pk").iterator(AT_ONCE):
        pdf = as_pdf("treatments/letters/letter.typ", paper_of(letter), letter.signed_at)
        yield f"originals/{file_of_letter(letter.pk)}", "", [pdf]
    for release in OwnFileRelease.objects.select_related("request").order_by("pk").iterator(chunk_size=AT_ONCE):
        yield f"originals/{release.request.stored_as}", release.sha256, read(release.request.stored_as)


def read(name: str) -> Iterator[bytes]:
    with documents().open(name, "rb") as file:
        yield from file.chunks()


def patients() -> Iterator[Patient]:
    """Each person once, by name; records that were merged into another are on its page."""
    rows = Patient.objects.filter(merged_into=None).select_related("site")
    yield from rows.order_by("sort_name", "pk").iterator(chunk_size=100)


def page_of(patient: Patient) -> Iterator[str]:
    yield from pieces(sections_of(patient), patient)


def index() -> Iterator[str]:
    """The page from which each patient's page opens."""
    yield get_template("treatments/own_files/index_start.html").render({"made_at": clock.now()})
    line = get_template("treatments/own_files/_index_line.html")
    for patient in patients():
        yield line.render({"patient": patient})
    yield get_template("treatments/own_files/file_end.html").render({})


def readme(counts: Mapping[str, int]) -> Iterator[str]:
    """What is here, what is not, and what each column holds."""
    yield f"A whole clinic, taken out on {clock.now():%Y-%m-%d %H:%M %Z}. It can be read without the software.\n\n"
    yield "index.html     opens each patient's page; nothing is fetched from elsewhere\n"
    yield "tables/        each table: a JSON object a line (NDJSON), and CSV where rows are flat; times are UTC\n"
    yield "originals/     photographs and pictures as uploaded, letters as signed, files released to patients\n"
    yield "SHA256SUMS     of every file: sha256sum --check SHA256SUMS\n\n"
    yield "clinic_auditevent is the log, clinic_auditlink the chain of sums over it. Catalogues are tables too.\n\n"
    yield "NOT TAKEN OUT\n"
    for table, why in TABLES_LEFT_OUT.items():
        yield f"  {table}: {why}\n"
    for table, left_out in COLUMNS_LEFT_OUT.items():
        for name, why in left_out.items():
            yield f"  {table}.{name}: {why}\n"
    yield f"  {ELSEWHERE}\n\nTABLES\n"
    for model in tables():
        yield from described(model, counts[model._meta.db_table])


def described(model: type[models.Model], rows: int) -> Iterator[str]:
    said = " ".join((model.__doc__ or "").split())
    yield f"\n{model._meta.db_table} ({rows} rows)\n  {said}\n"
    for field in columns_of(model):
        kind = field.get_internal_type().removesuffix("Field")
        if isinstance(field, ArrayField):
            kind = "list"
        if isinstance(field, models.ForeignKey):
            kind = f"names a row of {field.related_model._meta.db_table}"
        choices = ", ".join(f"{value} = {label}" for value, label in field.flatchoices)
        yield f"  {field.attname}: {kind}{' · ' if choices else ''}{choices}{' · may be empty' if field.null else ''}\n"
