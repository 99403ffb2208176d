"""The row that stands in each address: what a table of routes is walked with."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver

# By the beginning of an address, which kind of row its id names.
KINDS = {
    "patients/import/": "import",
    "patients/histories/": "history_import",
    "patients/": "patient",
    "cases/": "case",
    "plans/": "plan",
    "blocks/": "block",
    "injuries/": "injury",
    "sessions/": "session",
    "letters/": "letter",
    "photographs/": "document",
    "waivers/": "waiver",
    "consents/": "consent",
    "adverse-events/": "event",
    "identifiers/": "identifier",
    "appointments/": "appointment",
    "alerts/": "alert",
    "red-flags/": "red_flag",
    "imaging/requests/": "request",
    "imaging/results/": "result",
    "imaging/files/": "imaging_file",
    "restrictions/": "restriction",
    "own-files/": "own_file",
    "break-glass/": "opening",
    "api/v1/sites/": "site",
    "api/v1/devices/": "device",
    "api/v1/staff/": "staff_member",
    "api/v1/api-keys/": "api_key",
    "api/v1/adverse-events/": "event",
    "api/v1/appointments/": "appointment",
    "api/v1/blocks/": "block",
    "api/v1/cases/": "case",
    "api/v1/consents/": "consent",
    "api/v1/deposit-measurements/": "size",
    "api/v1/deposits/": "deposit",
    "api/v1/documents/": "document",
    "api/v1/earlier-visits/": "earlier_visit",
    "api/v1/goals/": "goal",
    "api/v1/imports/": "history_import",
    "api/v1/imaging-files/": "imaging_file",
    "api/v1/imaging-requests/": "request",
    "api/v1/imaging-results/": "result",
    "api/v1/injuries/": "injury",
    "api/v1/measurements/": "measurement",
    "api/v1/patients/": "patient",
    "api/v1/plans/": "plan",
    "api/v1/prior-treatments/": "prior_treatment",
    "api/v1/reviews/": "review",
    "api/v1/screenings/": "screening",
    "api/v1/sessions/": "session",
}
DRAFTED = {"discard_session", "add_photograph", "take_away_photograph"}  # of a note that is not signed


def routes(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every route of the site, included ones too: its name, its pattern, its view."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or "", path, pattern.callback


def kind_of(path: str) -> str:
    """Which kind of row is named in an address; "" for one that names none of a patient's."""
    return next((kind for start, kind in KINDS.items() if path.startswith(start)), "") if "<uuid" in path else ""


def address(name: str, path: str, rows: dict[str, Any]) -> str:
    """The address of a route for the rows of one patient; a random id where there is no such row."""
    kind = kind_of(path)
    row = rows.get("draft" if name in DRAFTED and kind == "session" else kind) or uuid4()
    path = re.sub(r"<uuid:\w+>", str(row), path, count=1)
    return "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<str:\w+>", "RSWT", path))


def pages(ids: Iterable[tuple[str, Any]]) -> set[str]:
    """Each address of the site but the way out, with each of these rows, by kind, that its id can name."""
    asked = set()
    rows = list(ids)
    for _name, path, _view in routes():
        kind = kind_of(path)
        fit = [pk for each, pk in rows if not kind or each == kind or (each, kind) == ("draft", "session")]
        path = "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<str:\w+>", "RSWT", path))
        asked |= {re.sub(r"<uuid:\w+>", str(pk), path) for pk in (fit if "<uuid" in path else [""])}
    return {path for path in asked if "logout" not in path}
