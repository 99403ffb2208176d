"""The catalogues as they stand, kept in memory: read again only where an entry was added or retired since."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection, models
from django.db.models import Count, Max, Value
from django.db.models.functions import Cast

from clinic.models.records import Definition

Stamp = tuple[Any, ...]
kept: dict[str, tuple[Stamp, "Shelf"]] = {}


class Shelf:
    """Every version of the entries of one catalogue, in their order. The rows are shared: nobody changes them."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.by_key: dict[str, Any] = {row.key: row for row in rows}
        self.in_use: dict[str, Any] = {row.code: row for row in self.by_key.values() if row.retired_on is None}
        self._made: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Any]:
        """What is in use."""
        return iter(self.in_use.values())

    def made(self, name: str, make: Callable[["Shelf"], Any]) -> Any:
        """What is worked out from the rows, once."""
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]

    @property
    def rules(self) -> dict[str, Any]:
        """The entries in use as rules know them, by code."""
        return self.made("rules", lambda shelf: {row.code: row.as_rule() for row in shelf})

    @property
    def all_rules(self) -> dict[str, Any]:
        """Every version as rules know it, by key."""
        return self.made("all_rules", lambda shelf: {key: row.as_rule() for key, row in shelf.by_key.items()})


def shelves(*catalogues: type[Definition]) -> list[Shelf]:
    """A shelf for each, with the parts of its entries, in one statement where nothing was added or retired."""
    stamps = stamps_of(catalogues)
    return [shelf_of(model, stamps.get(model._meta.label, ())) for model in catalogues]


def shelf(catalogue: type[Definition]) -> Shelf:
    return shelves(catalogue)[0]


def shelf_of(model: type[Definition], stamp: Stamp) -> Shelf:
    found = kept.get(model._meta.label)
    if found is None or found[0] != stamp:
        rows = model._default_manager.prefetch_related(*model.PARTS)
        found = kept[model._meta.label] = (stamp, Shelf(rows))
    return found[1]


def stamps_of(catalogues: Iterable[type[Definition]]) -> dict[str, Stamp]:
    """What changes whenever an entry is added or retired; entries are never changed otherwise."""
    first, *others = (
        model._default_manager.order_by()
        .annotate(of=Value(model._meta.label, models.TextField()))
        .values("of")
        .annotate(rows=Count("pk"), retired=Count("retired_on"), newest=Max(Cast("pk", models.TextField())))
        .values_list("of", "rows", "retired", "newest")
        for model in catalogues
    )
    name = connection.settings_dict["NAME"]
    return {label: (name, *rest) for label, *rest in (first.union(*others, all=True) if others else first)}
