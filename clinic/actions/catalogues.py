"""Loads what the clinic knows from its TOML files into versioned rows, as the owner of the tables."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from clinic import audit, clock
from clinic.models.records import Definition
from clinic.models.staff import StaffMember
from clinic.rules import catalogues
from clinic.rules.catalogues import Catalogue, Fault, Shape

Parts = Callable[[Definition, Mapping[str, Any]], None]
Columns = Callable[[Mapping[str, Any]], dict[str, Any]]
Shapes = Mapping[str, Mapping[str, type[Shape]]]


class CatalogueError(Exception):
    """Catalogue files that cannot be loaded; the message names file, line and key of each fault."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def read_catalogues(folder: Path, shapes: Shapes) -> dict[str, Catalogue]:
    """The files of a folder by name, each of the right shape. Raises CatalogueError with all that is not."""
    files: dict[str, Catalogue] = {}
    faults: list[Fault] = []
    for name, shapes_of_it in shapes.items():
        try:
            files[name] = catalogues.read(name, (folder / name).read_text(encoding="utf-8"))
        except ValueError as no:
            faults += [fault for fault in no.args if isinstance(fault, Fault)]
        else:
            faults += catalogues.faults_of(files[name], shapes_of_it)
    if faults:
        raise CatalogueError(faults)
    return files


def fingerprint(entry: Mapping[str, Any]) -> str:
    """SHA-256 over the entry's content, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def load_catalogue(
    *,
    model: type[Definition],
    entries: Mapping[str, Mapping[str, Any]],
    columns: Columns,
    by: StaffMember | None,
    add_parts: Parts | None = None,
) -> int:
    """Adds a version for each entry that is new or differs from the latest; retires what is no longer there.

    Answers with the number of rows added or retired; a second run answers 0. `by` is None: the owner has no account.
    """
    latest: dict[str, Any] = {}
    for row in model._default_manager.order_by("version"):
        latest[row.code] = row
    touched = 0
    for position, (code, entry) in enumerate(entries.items(), start=1):
        known = latest.get(code)
        if known is not None and known.retired_on is None and is_same(known, entry):
            continue
        add_version(model, known, code, entry, position, columns, add_parts)
        touched += 1
    touched += retire([row for code, row in latest.items() if code not in entries], clock.today())
    if touched:
        audit.record("catalogue.loaded", by=by, details={"catalogue": model._meta.label_lower, "rows": touched})
    return touched


def is_same(known: Definition, entry: Mapping[str, Any]) -> bool:
    return bool(known.content) and known.content_sha256 == fingerprint(entry)


def add_version(
    model: type[Definition],
    known: Definition | None,
    code: str,
    entry: Mapping[str, Any],
    position: int,
    columns: Columns,
    add_parts: Parts | None,
) -> None:
    if known is not None:
        retire([known], clock.today())
    row = model._default_manager.create(
        code=code,
        version=known.version + 1 if known else 1,
        content=entry,
        content_sha256=fingerprint(entry),
        position=position,
        label=entry["label"],
        source=entry.get("source", ""),
        certainty=entry.get("certainty", ""),
        **columns(entry),
    )
    row.refresh_from_db()
    if add_parts is not None:
        add_parts(row, entry)


def retire(rows: list[Any], on: date) -> int:
    """Marks versions as no longer offered; what was written under them keeps pointing to them."""
    todo = [row.pk for row in rows if row.retired_on is None]
    return type(rows[0])._default_manager.filter(pk__in=todo).update(retired_on=on) if todo else 0
