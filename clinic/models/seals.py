"""What was signed, frozen: a canonical copy of the row, of what came with it, and of the words that it was shown in."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from clinic.models.records import Definition, Entry
from clinic.rules.seals import plain

Document = dict[str, Any]


class SealQuerySet(models.QuerySet["Seal"]):
    def words_of(self, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
        """The words in which rows were shown when they were signed, of those that are sealed."""
        return {seal.row_id: seal.document["words"] for seal in self.filter(row_id__in=list(ids))}


class Seal(Entry):
    """The copy that was made when a row was signed. `text` is canonical JSON (clinic/rules/seals.py), `sha256` its
    fingerprint, which the audit event of the signing carries too; the database checks both when the row is made.

    The document is {row, parts, definitions, words}: the columns of the row and of what came with it, the entries of
    the catalogues as they were, and the words in which it was shown (names, labels), which nobody can rename later.
    """

    row_type = models.CharField(max_length=60)
    row_id = models.UUIDField(unique=True)
    patient_id = models.UUIDField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)

    objects = SealQuerySet.as_manager()
    PERSONAL = frozenset({"text", "patient_id"})
    PLAIN = frozenset({"row_type", "row_id", "sha256"})

    class Meta:
        indexes = [models.Index(fields=["row_type", "row_id"], name="seals_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.row_type} {self.row_id}"

    @property
    def document(self) -> Document:
        return dict(json.loads(self.text))


@dataclass(frozen=True)
class Part:
    """Rows that are sealed with a row: those whose `link` is its id. `left_out` are columns that may change later."""

    model: type[models.Model]
    link: str
    only: Q = field(default_factory=Q)
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SealedKind:
    """One kind of row that is signed: which of its rows are, what is sealed with them, whose they are."""

    model: type[models.Model]
    patient: str
    signed: Q = field(default_factory=Q)
    parts: tuple[Part, ...] = ()
    # Columns, of the row or of its parts, that name entries of catalogues by key.
    defined: Mapping[str, type[Definition]] | None = None

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    def rows(self) -> models.QuerySet[Any]:
        return self.model._default_manager.filter(self.signed)

    def documents_of(self, ids: Collection[UUID]) -> dict[UUID, Document]:
        """What is on record of these rows now, without words: a statement for the rows, for each part and catalogue."""
        found: dict[UUID, Document] = {}
        for row in self.model._default_manager.filter(pk__in=ids).values(*columns_of(self.model)):
            found[row["id"]] = {"row": plain(row), "parts": {part.model._meta.label_lower: [] for part in self.parts}}
        for part in self.parts:
            for owner, row in rows_of(part, ids):
                found[owner]["parts"][part.model._meta.label_lower].append(plain(row))
        self.define(found.values())
        return found

    def define(self, documents: Iterable[Document]) -> None:
        """Puts the entries of the catalogues of which the documents speak into them."""
        wanted: dict[type[Definition], set[str]] = defaultdict(set)
        named: list[tuple[Document, set[tuple[type[Definition], str]]]] = []
        for document in documents:
            rows = [document["row"], *(row for part in document["parts"].values() for row in part)]
            keys = {
                (model, row[column])
                for column, model in (self.defined or {}).items()
                for row in rows
                if row.get(column) is not None
            }
            named.append((document, keys))
            for model, key in keys:
                wanted[model].add(key)
        known = {
            (model, entry["key"]): plain(entry)
            for model, keys in wanted.items()
            for entry in model._default_manager.filter(key__in=keys).values(
                "key", "label", "source", "certainty", "content", "content_sha256"
            )
        }
        for document, pairs in named:
            document["definitions"] = {
                f"{model._meta.label_lower}/{key}": known.get((model, key)) for model, key in pairs
            }


def columns_of(model: type[models.Model], left_out: Collection[str] = ()) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields if f.attname not in left_out and not f.generated]


def rows_of(part: Part, ids: Collection[UUID]) -> Iterable[tuple[UUID, dict[str, Any]]]:
    columns = columns_of(part.model, part.left_out)
    rows = part.model._default_manager.filter(part.only, **{f"{part.link}__in": list(ids)}).annotate(_of=F(part.link))
    for row in rows.order_by("pk").values("_of", *columns):
        yield row.pop("_of"), row
