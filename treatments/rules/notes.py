"""Reads the note of a session: a document as typed goes in; values, or everything that is to be corrected, come out."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from clinic.rules.texts import TIME
from treatments.rules import dosage, measures
from treatments.rules.dosage import ModalityRule, Refused
from treatments.rules.measures import Sides
from treatments.rules.note_parts import (
    SKIN_REACTIONS,
    is_untouched,
    read_events,
    read_exercises,
    read_review,
    read_since,
)
from treatments.rules.note_values import AppliedNote, DeviceRule, Known, MeasuredNote, Note, Wrong

TEXTS = ("subjective", "objective", "assessment", "plan")
# For every treatment of the visit that has none of its own.
FOR_ALL = ("skin_reaction", "tolerance")
PARTS = ("applications", "measurements", "since", "exercises", "adverse_events", "review")
OF_APPLICATION = (
    "modality",
    "injury",
    "device",
    "was_given",
    "not_given_because",
    "parameters",
    "skin_reaction",
    "tolerance",
    "note",
    "because",
    "told",
    "happened",
    "origin",
    "confirmed",
)
OF_MEASUREMENT = ("measure", "context", "side", "moment", "value")
TEXT_LENGTH = 20_000
TOUCHING = ("HANDS_ON_TOOL", "HANDS_ON", "ELECTROPHYSICAL", "NEEDLE", "THERMAL", "SUPPORT")
BORNE = (*TOUCHING, "EXERCISE")
TOLERANCES = ("GOOD", "FAIR", "POOR", "STOPPED")
MOMENTS = ("BEFORE", "AFTER")
SIDES = ("LEFT", "RIGHT", "MIDLINE")


class Reader:
    """Reads one document and collects what is wrong with it on the way."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.wrong: list[Wrong] = []

    def no(self, pointer: str, code: str, **what: str) -> None:
        self.wrong.append(Wrong(pointer, code, what))

    def read(self, document: Mapping[str, Any]) -> Note:
        for name in document:
            if name not in ("kind", "occurred_on", "began_at", *PARTS, *FOR_ALL, *TEXTS):
                self.no(f"/{name}", "unknown_member")
        kind = document.get("kind") or "TREATMENT"
        if kind not in self.known.kinds:
            self.no("/kind", "not_a_choice", choices=", ".join(self.known.kinds))
        self.for_all = {
            "skin_reaction": self.choice("/skin_reaction", document.get("skin_reaction"), SKIN_REACTIONS),
            "tolerance": self.choice("/tolerance", document.get("tolerance"), TOLERANCES),
        }
        self.on = self.day(document.get("occurred_on"))
        return Note(
            kind=kind,
            occurred_on=self.on,
            texts={name: self.text(f"/{name}", document.get(name)) for name in TEXTS},
            applications=tuple(filter(None, map(self.application, *self.numbered(document, "applications")))),
            measurements=self.measurements(document),
            since=read_since(self, document.get("since")),
            exercises=read_exercises(self, document),
            adverse_events=read_events(self, document),
            review=read_review(self, document.get("review")),
            began_at=self.clock_time("/began_at", document.get("began_at")),
        )

    def numbered(self, document: Mapping[str, Any], name: str) -> tuple[list[str], list[Any]]:
        rows = document.get(name) or []
        if not isinstance(rows, list) or len(rows) > 100:
            self.no(f"/{name}", "not_a_list")
            rows = []
        return [f"/{name}/{i}" for i in range(len(rows))], rows

    def day(self, written: Any, pointer: str = "/occurred_on") -> date | None:
        try:
            day = date.fromisoformat(str(written or "").strip())
        except ValueError:
            self.no(pointer, "not_a_date" if written else "missing")
            return None
        if day > self.known.today:
            self.no(pointer, "in_the_future")
        elif day < self.known.born_on:
            self.no(pointer, "before_the_birth")
        return day

    def clock_time(self, pointer: str, written: Any) -> time | None:
        """A time of the day as 14:05; None where none was written."""
        if written in (None, ""):
            return None
        if not isinstance(written, str) or not TIME.fullmatch(written.strip()):
            self.no(pointer, "not_a_time")
            return None
        return time.fromisoformat(written.strip())

    def text(self, pointer: str, written: Any, length: int = TEXT_LENGTH) -> str:
        if written is None:
            return ""
        if not isinstance(written, str) or "\x00" in written:
            self.no(pointer, "not_a_text")
            return ""
        text = written.replace("\r\n", "\n")
        if len(text) > length:
            self.no(pointer, "too_long", length=str(length))
        return text

    def choice(self, pointer: str, written: Any, choices: tuple[str, ...]) -> str:
        if written in (None, ""):
            return ""
        if written not in choices:
            self.no(pointer, "not_a_choice", choices=", ".join(choices))
            return ""
        return str(written)

    def application(self, pointer: str, row: Any) -> AppliedNote | None:
        if not isinstance(row, Mapping):
            self.no(pointer, "not_an_object")
            return None
        self.only(pointer, row, OF_APPLICATION)
        modality = self.known.modalities.get(str(row.get("modality")))
        if modality is None:
            self.no(f"{pointer}/modality", "unknown_modality")
            return None
        injury = row.get("injury") or None
        if injury is not None and str(injury) not in self.known.injury_ids:
            self.no(f"{pointer}/injury", "not_of_this_case")
        was_given = row.get("was_given", True) not in (False, "no")
        because = self.text(f"{pointer}/not_given_because", row.get("not_given_because"), 500)
        if not was_given and not because.strip():
            self.no(f"{pointer}/not_given_because", "missing")
        return AppliedNote(
            modality=modality,
            injury_id=str(injury) if injury else None,
            was_given=was_given,
            not_given_because="" if was_given else because,
            parameters=self.parameters(f"{pointer}/parameters", modality, row.get("parameters")) if was_given else {},
            skin_reaction=self.of_all(pointer, row, "skin_reaction", SKIN_REACTIONS, was_given, modality),
            tolerance=self.of_all(pointer, row, "tolerance", TOLERANCES, was_given, modality),
            note=self.text(f"{pointer}/note", row.get("note")),
            said={n: self.text(f"{pointer}/{n}", row.get(n), 500) for n in ("because", "told", "happened")},
            is_untouched=was_given and is_untouched(row),
            device=self.device(f"{pointer}/device", row.get("device"), modality) if was_given else None,
        )

    def device(self, pointer: str, written: Any, modality: ModalityRule) -> DeviceRule | None:
        """The machine that it was given with; None where none is named."""
        if written in (None, ""):
            return None
        found = self.known.devices.get(str(written))
        if found is None:
            self.no(pointer, "unknown_device")
        elif not found.gives(modality.code, self.on):
            self.no(pointer, "other_device", device=found.name, modality=modality.label)
        return found

    def of_all(
        self,
        pointer: str,
        row: Mapping[str, Any],
        name: str,
        choices: tuple[str, ...],
        was_given: bool,
        modality: ModalityRule,
    ) -> str:
        """What this treatment says of itself, else what was said of the whole visit, where it touches the body."""
        own = self.choice(f"{pointer}/{name}", row.get(name), choices)
        touches = modality.group in (TOUCHING if name == "skin_reaction" else BORNE)
        return own or (self.for_all[name] if was_given and touches else "")

    def parameters(self, pointer: str, modality: ModalityRule, written: Any) -> dict[str, Any]:
        if not isinstance(written or {}, Mapping):
            self.no(pointer, "not_an_object")
            return {}
        given = {name: value for name, value in (written or {}).items() if value not in ("", None, [])}
        for name in given:
            if modality.parameter(name) is None:
                self.no(f"{pointer}/{name}", "unknown_member")
        read: dict[str, Any] = {}
        for rule in modality.parameters:
            if rule.code in given:
                try:
                    read[rule.code] = dosage.read(rule, given[rule.code])
                except Refused as no:
                    self.no(f"{pointer}/{rule.code}", no.code, **no.what)
            elif rule.is_required:
                self.no(f"{pointer}/{rule.code}", "missing")
        return read

    def measurements(self, document: Mapping[str, Any]) -> tuple[MeasuredNote, ...]:
        taken: dict[tuple[str, ...], MeasuredNote] = {}
        for pointer, row in zip(*self.numbered(document, "measurements"), strict=True):
            read = self.measurement(pointer, row)
            if read is None:
                continue
            identity = (read.measure.code, read.context, read.side, read.moment)
            if identity in taken:
                self.no(f"{pointer}/value", "measured_twice")
            taken[identity] = read
        return tuple(taken.values())

    def measurement(self, pointer: str, row: Any) -> MeasuredNote | None:
        """None where the value is empty: what is not measured is not stored."""
        if not isinstance(row, Mapping):
            self.no(pointer, "not_an_object")
            return None
        self.only(pointer, row, OF_MEASUREMENT)
        if row.get("value") in (None, ""):
            return None
        measure = self.known.measures.get(str(row.get("measure")))
        if measure is None:
            self.no(f"{pointer}/measure", "unknown_measure")
            return None
        context = self.choice(f"{pointer}/context", row.get("context"), measure.contexts)
        if measure.contexts and not row.get("context"):
            self.no(f"{pointer}/context", "missing")
        side = self.choice(f"{pointer}/side", row.get("side"), SIDES if measure.sides is not Sides.NONE else ())
        if measure.sides is Sides.REQUIRED and not row.get("side"):
            self.no(f"{pointer}/side", "missing")
        moment = self.choice(f"{pointer}/moment", row.get("moment"), MOMENTS) or "BEFORE"
        try:
            value = measures.read(measure, row["value"])
        except Refused as no:
            self.no(f"{pointer}/value", no.code, **no.what)
            return None
        return MeasuredNote(measure, context, side, moment, value)

    def only(self, pointer: str, row: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for name in row:
            if name not in known:
                self.no(f"{pointer}/{name}", "unknown_member")


def read_note(document: Mapping[str, Any], known: Known) -> tuple[Note, list[Wrong]]:
    """The note, and what is wrong with the document; the note is to be used only where nothing is."""
    reader = Reader(known)
    return reader.read(document), reader.wrong
