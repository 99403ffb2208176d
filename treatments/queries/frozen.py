"""What was signed, read from its seal: as it was shown then, whatever was renamed, changed or moved since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.models import Seal
from treatments.models import Addendum, Response, Session
from treatments.models.sealed import ADDENDUM, SESSION
from treatments.queries.sealed_words import AGAINST, APPLICATIONS, MEASUREMENTS, words_of_session, words_of_values


@dataclass(frozen=True)
class Frozen:
    """A signed session as its seals have it. `row` holds its columns, `words` the names and labels of that day.

    The applications and measurements are all that were ever signed; `addendum` names the addendum that brought them.
    `sha256` is empty for what was signed before seals were kept: then it is read from the rows.
    """

    row: SimpleNamespace
    words: dict[str, Any]
    sha256: str
    applications: list[Any] = field(default_factory=list)
    measurements: list[Any] = field(default_factory=list)
    exercises: list[Any] = field(default_factory=list)
    since: Any = None

    @property
    def place(self) -> dict[str, int] | None:
        return self.words["place"]

    @property
    def time_zone(self) -> str:
        return str(self.words["time_zone"])

    @property
    def is_late_entry(self) -> bool:
        """Signed on a later day than the visit, as the calendar of its site had it."""
        day = datetime.fromisoformat(self.row.signed_at).astimezone(ZoneInfo(self.time_zone)).date()
        return day > date.fromisoformat(self.row.occurred_on)

    def shown(self) -> tuple[list[Any], list[Any]]:
        """Applications and measurements in the last word on each, at the place where they were signed first; `earlier`
        of each are those that it replaced, the latest first.
        """
        return with_earlier(self.applications), with_earlier(self.measurements)

    def latest_applications(self) -> list[Any]:
        return latest_of(self.applications)

    def latest_measurements(self) -> list[Any]:
        """The last word on each, without those of which a correction says that they were not taken."""
        return [row for row in latest_of(self.measurements) if row.value is not None]


def frozen(session: Session) -> Frozen:
    """Takes a signed session with case, patient, site, author, signer, addenda; one statement where all is sealed."""
    addenda = {addendum.pk: addendum for addendum in session.addenda.all()}
    seals = {seal.row_id: seal for seal in Seal.objects.filter(row_id__in=[session.pk, *addenda])}
    own = seals.get(session.pk)
    document = own.document if own else fresh_of_session(session)
    sources: list[tuple[Addendum | None, dict[str, Any]]] = [(None, document)]
    for pk, addendum in addenda.items():
        sealed = seals.get(pk)
        sources.append((addendum, sealed.document if sealed else fresh_of_addendum(session, pk)))
    since = next(iter(document["parts"]["treatments.sincelast"]), None)
    return Frozen(
        row=SimpleNamespace(**document["row"]),
        words=document["words"],
        sha256=own.sha256 if own else "",
        applications=sorted(
            (one for addendum, each in sources for one in applications_in(each, addendum)),
            key=lambda row: (row.position, row.pk),
        ),
        measurements=sorted(
            (one for addendum, each in sources for one in measurements_in(each, addendum)), key=lambda row: row.pk
        ),
        exercises=sorted(map(as_exercise, document["parts"]["treatments.homeexercise"]), key=lambda row: row.position),
        since=since_in(since, document["words"]) if since else None,
    )


def fresh_of_session(session: Session) -> dict[str, Any]:
    document = SESSION.documents_of([session.pk])[session.pk]
    return document | {"words": words_of_session(session, document)}


def fresh_of_addendum(session: Session, pk: UUID) -> dict[str, Any]:
    document = ADDENDUM.documents_of([pk])[pk]
    return document | {"words": words_of_values(session.case, document)}


def applications_in(document: dict[str, Any], addendum: Addendum | None) -> Iterable[Any]:
    words = document["words"]
    against = {row["application_id"]: row for row in document["parts"][AGAINST]}
    for values in document["parts"][APPLICATIONS]:
        row, said = as_row(values), against.get(values["id"])
        entry = (document["definitions"].get(f"treatments.modality/{row.modality_id}") or {}) | {
            "code": row.modality_id.split("@")[0]
        }
        row.modality = SimpleNamespace(**entry)
        told = words["applications"][row.pk]
        row.sentence, row.injury, row.device = told["sentence"], told["injury"], told.get("device", "")
        row.device_id = values.get("device_id")
        row.addendum, row.against, row.earlier = addendum, said and against_in(said, words), []
        yield row


def against_in(values: dict[str, Any], words: dict[str, Any]) -> Any:
    row = as_row(values)
    waiver = words["waivers"].get(row.waiver_id or "")
    row.waiver = waiver and SimpleNamespace(
        request_id=UUID(waiver["request_id"]),
        answered_name=waiver["answered_name"],
        valid_until=as_date(waiver["valid_until"]),
    )
    return row


def measurements_in(document: dict[str, Any], addendum: Addendum | None) -> Iterable[Any]:
    for values in document["parts"][MEASUREMENTS]:
        row, words = as_row(values), document["words"]["measurements"][values["id"]]
        row.name, row.shown, row.grade = words["name"], words["shown"], words["grade"]
        row.measure = SimpleNamespace(code=row.measure_code, unit=words["unit"])
        row.addendum, row.earlier = addendum, []
        yield row


def since_in(values: dict[str, Any], words: dict[str, Any]) -> Any:
    row = as_row(values)
    row.about = SimpleNamespace(occurred_on=as_date(words["since_on"]))
    row.response_label = dict(Response.choices).get(row.response, "")
    return row


def as_exercise(values: dict[str, Any]) -> Any:
    row = as_row(values)
    row.load_kg = None if row.load_kg is None else Decimal(row.load_kg)
    return row


def as_row(values: dict[str, Any]) -> Any:
    return SimpleNamespace(pk=values["id"], **values)


def as_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def latest_of(rows: list[Any]) -> list[Any]:
    replaced = {row.corrects_id for row in rows}
    return [row for row in rows if row.pk not in replaced]


def with_earlier(rows: list[Any]) -> list[Any]:
    by_id, order = {row.pk: row for row in rows}, {row.pk: place for place, row in enumerate(rows)}
    first = {}
    for row in latest_of(rows):
        row.earlier, was = [], row
        while was.corrects_id is not None:
            was = by_id[was.corrects_id]
            row.earlier.append(was)
        first[row.pk] = order[was.pk]
    return sorted((row for row in rows if row.pk in first), key=lambda row: first[row.pk])
