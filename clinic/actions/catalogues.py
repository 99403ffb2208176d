"""Loads what the clinic knows from its TOML files into versioned rows, as the owner of the tables."""

import hashlib
import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from clinic import audit, clock
from clinic.models.records import Definition
from clinic.models.staff import StaffMember

Parts = Callable[[Definition, Mapping[str, Any]], None]


class CatalogueError(Exception):
    """A catalogue file that cannot be loaded; the message names file and entry."""


def fingerprint(entry: Mapping[str, Any]) -> str:
    """SHA-256 over the entry's content, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def load_catalogue(
    *,
    model: type[Definition],
    file: Path,
    columns: Callable[[Mapping[str, Any]], dict[str, Any]],
    by: StaffMember | None,
    add_parts: Parts | None = None,
) -> int:
    """Adds a version for each entry that is new or differs from the latest; retires what is no longer in the file.

    Answers with the number of rows added or retired; a second run answers 0. `by` is None: the owner has no account.
    """
    entries = read_toml(file)
    latest: dict[str, Any] = {}
    for row in model._default_manager.order_by("version"):
        latest[row.code] = row
    touched = 0
    for position, (code, entry) in enumerate(entries.items(), start=1):
        known = latest.get(code)
        content = fingerprint(entry)
        if known is not None and known.content_sha256 == content and known.retired_on is None:
            continue
        add_version(model, known, code, entry, content, position, columns, file, add_parts)
        touched += 1
    touched += retire([row for code, row in latest.items() if code not in entries], clock.today())
    if touched:
        audit.record("catalogue.loaded", by=by, details={"catalogue": model._meta.label_lower, "rows": touched})
    return touched


def add_version(
    model: type[Definition],
    known: Definition | None,
    code: str,
    entry: Mapping[str, Any],
    content: str,
    position: int,
    columns: Callable[[Mapping[str, Any]], dict[str, Any]],
    file: Path,
    add_parts: Parts | None,
) -> None:
    if known is not None:
        retire([known], clock.today())
    try:
        row = model._default_manager.create(
            code=code,
            version=known.version + 1 if known else 1,
            content_sha256=content,
            position=position,
            label=entry["label"],
            source=entry.get("source", ""),
            certainty=entry.get("certainty", ""),
            **columns(entry),
        )
        row.refresh_from_db()
        if add_parts is not None:
            add_parts(row, entry)
    except (KeyError, TypeError, ValueError, IndexError) as fault:
        raise CatalogueError(f"{file.name}, [{code}]: {type(fault).__name__} {fault}") from fault


def retire(rows: list[Any], on: date) -> int:
    """Marks versions as no longer offered; what was written under them keeps pointing to them."""
    todo = [row.pk for row in rows if row.retired_on is None]
    return type(rows[0])._default_manager.filter(pk__in=todo).update(retired_on=on) if todo else 0


def read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise CatalogueError(f"{file.name}: {fault}") from fault
