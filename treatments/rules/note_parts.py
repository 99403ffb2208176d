"""The parts of a note beside treatments and measures: since last time, exercises for home, adverse events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from treatments.rules import numbers

if TYPE_CHECKING:
    from treatments.rules.notes import Reader

SKIN_REACTIONS = ("NONE", "ERYTHEMA", "PETECHIAE", "ECCHYMOSIS", "BLISTER", "ABRASION", "OTHER")
RESPONSES = ("USUAL", "BETTER", "WORSE")
DECISIONS = ("CONTINUE", "CHANGE_DOSE", "CHANGE_MODALITY", "IMAGE", "REFER", "DISCHARGE")
SEVERITIES = ("MILD", "MODERATE", "SEVERE")
OF_REVIEW = ("decision", "reason")
OF_SINCE = ("response", "pain", "skin_reaction", "was_flare", "adherence_percent", "note")
OF_EXERCISE = ("name", "sets", "reps", "load_kg", "load_rm", "times_a_week", "note", "origin", "confirmed")
OF_EVENT = ("what", "severity", "onset_on", "modality", "told", "resolved_on")
# Typing errors, C 4.8; decimals only of a load.
LIMITS = {"sets": (1, 20), "reps": (1, 200), "load_kg": (0, 500), "load_rm": (1, 30), "times_a_week": (1, 21)}


@dataclass(frozen=True)
class SinceNote:
    """How it was after the last session."""

    response: str
    pain: int | None
    skin_reaction: str
    was_flare: bool
    note: str
    adherence_percent: int | None = None


@dataclass(frozen=True)
class ReviewNote:
    """The decision after a block, made in the visit itself."""

    decision: str
    reason: str


@dataclass(frozen=True)
class ExerciseNote:
    """One exercise for home."""

    name: str
    sets: int | None
    reps: int | None
    load_kg: Decimal | None
    load_rm: int | None
    times_a_week: int | None
    note: str
    is_untouched: bool = False

    @property
    def sentence(self) -> str:
        """ "Calf raise · 4 × 8 · 8 RM · 3 times a week"."""
        return sentence_of(self)


@dataclass(frozen=True)
class EventNote:
    """Something that went wrong."""

    what: str
    severity: str
    onset_on: date
    modality_key: str | None
    told: str
    resolved_on: date | None


def sentence_of(exercise: Any) -> str:
    """One line of an exercise, from anything that has its values."""
    parts = [str(exercise.name)]
    if exercise.sets or exercise.reps:
        parts.append(" × ".join(str(n) for n in (exercise.sets, exercise.reps) if n))
    if exercise.load_rm:
        parts.append(f"{exercise.load_rm} RM")
    if exercise.load_kg is not None:
        parts.append(f"{numbers.shown(exercise.load_kg)} kg")
    if exercise.times_a_week:
        parts.append(f"{exercise.times_a_week} times a week")
    return " · ".join([*parts, exercise.note] if exercise.note else parts)


def in_plain_words(exercise: Any) -> str:
    """What a patient reads: "4 sets of 8 repetitions. As heavy as you can lift 8 times. 3 times a week."."""
    parts = []
    if exercise.sets:
        parts.append(f"{exercise.sets} set{'' if exercise.sets == 1 else 's'}")
    if exercise.reps:
        parts.append(f"{exercise.reps} repetition{'' if exercise.reps == 1 else 's'}")
    told = [" of ".join(parts)] if parts else []
    if exercise.load_rm:
        told.append(f"As heavy as you can lift {often(exercise.load_rm)}")
    if exercise.load_kg is not None:
        told.append(f"With {numbers.shown(exercise.load_kg)} kg")
    if exercise.times_a_week:
        told.append(f"{often(exercise.times_a_week).capitalize()} a week")
    return " ".join([*(f"{part}." for part in told), *([exercise.note] if exercise.note else [])])


def often(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def read_since(reader: Reader, written: Any) -> SinceNote | None:
    """None where nothing was said of it."""
    if not isinstance(written or {}, Mapping):
        reader.no("/since", "not_an_object")
        return None
    row = written or {}
    reader.only("/since", row, OF_SINCE)
    said = SinceNote(
        response=reader.choice("/since/response", row.get("response"), RESPONSES),
        pain=whole(reader, "/since/pain", row.get("pain"), 0, 10),
        skin_reaction=reader.choice("/since/skin_reaction", row.get("skin_reaction"), SKIN_REACTIONS),
        was_flare=row.get("was_flare") in (True, "yes"),
        note=reader.text("/since/note", row.get("note"), 500),
        adherence_percent=whole(reader, "/since/adherence_percent", row.get("adherence_percent"), 0, 100),
    )
    empty = SinceNote("", None, "", False, "")
    return None if said == empty else said


def read_review(reader: Reader, written: Any) -> ReviewNote | None:
    """None where nothing is decided; a decision and its reason come together."""
    if not isinstance(written or {}, Mapping):
        reader.no("/review", "not_an_object")
        return None
    row = written or {}
    reader.only("/review", row, OF_REVIEW)
    decision = reader.choice("/review/decision", row.get("decision"), DECISIONS)
    reason = reader.text("/review/reason", row.get("reason"), 10_000).strip()
    if not (decision or reason):
        return None
    for name, value in (("decision", row.get("decision")), ("reason", reason)):
        if not value:
            reader.no(f"/review/{name}", "missing")
    return ReviewNote(decision, reason)


def read_exercises(reader: Reader, document: Mapping[str, Any]) -> tuple[ExerciseNote, ...]:
    found = []
    for pointer, row in zip(*reader.numbered(document, "exercises"), strict=True):
        if not isinstance(row, Mapping):
            reader.no(pointer, "not_an_object")
            continue
        reader.only(pointer, row, OF_EXERCISE)
        name = reader.text(f"{pointer}/name", row.get("name"), 200).strip()
        if not name:
            reader.no(f"{pointer}/name", "missing")
        kg = bounded(reader, f"{pointer}/load_kg", row.get("load_kg"), *LIMITS["load_kg"])
        if kg is not None and kg != round(kg, 1):
            reader.no(f"{pointer}/load_kg", "between_steps", step="0.1", unit="kg")
        counts = {n: whole(reader, f"{pointer}/{n}", row.get(n), *LIMITS[n]) for n in LIMITS if n != "load_kg"}
        note = reader.text(f"{pointer}/note", row.get("note"), 500)
        found.append(ExerciseNote(name=name, load_kg=kg, note=note, is_untouched=is_untouched(row), **counts))
    return tuple(found)


def read_events(reader: Reader, document: Mapping[str, Any]) -> tuple[EventNote, ...]:
    found = []
    for pointer, row in zip(*reader.numbered(document, "adverse_events"), strict=True):
        if not isinstance(row, Mapping):
            reader.no(pointer, "not_an_object")
            continue
        reader.only(pointer, row, OF_EVENT)
        what = reader.text(f"{pointer}/what", row.get("what"), 500).strip()
        severity = reader.choice(f"{pointer}/severity", row.get("severity"), SEVERITIES)
        for name, value in (("what", what), ("severity", row.get("severity"))):
            if not value:
                reader.no(f"{pointer}/{name}", "missing")
        onset = reader.day(row.get("onset_on"), f"{pointer}/onset_on")
        ended = reader.day(row["resolved_on"], f"{pointer}/resolved_on") if row.get("resolved_on") else None
        if onset and ended and ended < onset:
            reader.no(f"{pointer}/resolved_on", "before_its_onset")
        modality = reader.known.modalities.get(str(row.get("modality") or ""))
        if row.get("modality") and modality is None:
            reader.no(f"{pointer}/modality", "unknown_modality")
        if onset:
            told = reader.text(f"{pointer}/told", row.get("told"), 500).strip()
            found.append(EventNote(what, severity, onset, modality.key if modality else None, told, ended))
    return tuple(found)


def is_untouched(row: Mapping[str, Any]) -> bool:
    """Prefilled, and neither changed nor confirmed since."""
    return bool(row.get("origin")) and row.get("confirmed") not in (True, "yes")


def bounded(reader: Reader, pointer: str, written: Any, low: int, high: int) -> Decimal | None:
    if written in (None, ""):
        return None
    try:
        value = numbers.parse(written)
    except ValueError:
        reader.no(pointer, "not_a_number")
        return None
    if not low <= value <= high:
        reader.no(pointer, "out_of_range", low=str(low), high=str(high))
        return None
    return value


def whole(reader: Reader, pointer: str, written: Any, low: int, high: int) -> int | None:
    value = bounded(reader, pointer, written, low, high)
    if value is None:
        return None
    if value != value.to_integral_value():
        reader.no(pointer, "not_whole")
        return None
    return int(value)
