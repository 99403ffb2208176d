"""The page's fields for what stands beside treatments and measures: since last time, exercises, adverse events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from treatments.forms.lines import Field, origin_in_words
from treatments.models import Response, Severity
from treatments.rules.adherence import STEPS
from treatments.rules.dosage import in_words
from treatments.rules.note_parts import LIMITS, SKIN_REACTIONS, is_untouched, sentence_of
from treatments.rules.note_values import Known

STEPS_IN_WORDS = tuple(zip(map(str, STEPS), ("none", "a quarter", "half", "three quarters", "all"), strict=True))
# name: label, kind, unit
EXERCISE = {
    "name": ("Exercise", "TEXT", ""),
    "sets": ("Sets", "NUMBER", ""),
    "reps": ("Repetitions", "NUMBER", ""),
    "load_rm": ("Load", "NUMBER", "RM"),
    "load_kg": ("Weight", "NUMBER", "kg"),
    "times_a_week": ("Times a week", "NUMBER", ""),
    "note": ("Remark", "TEXT", ""),
}


@dataclass(frozen=True)
class SinceRow:
    """How it was since: one tap, and what belongs to it folded."""

    response: Field
    adherence: Field
    exactly: Field
    more: tuple[Field, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return (self.response, self.exactly, *self.more)

    @property
    def is_open(self) -> bool:
        return any(f.value or f.error for f in self.more)


@dataclass(frozen=True)
class ExerciseRow:
    """One exercise for home; the last of them is empty."""

    place: int
    sentence: str
    origin: str
    is_confirmed: bool
    is_empty: bool
    is_open: bool
    fields: tuple[Field, ...]

    @property
    def is_untouched(self) -> bool:
        return bool(self.origin) and not self.is_confirmed

    @property
    def state(self) -> str:
        return "confirmed" if self.is_confirmed else origin_in_words(self.origin) if self.origin else ""


@dataclass(frozen=True)
class EventRow:
    """Something that went wrong; the last of them is empty."""

    place: int
    is_empty: bool
    fields: tuple[Field, ...]


def since_row(document: Mapping[str, Any], errors: Mapping[str, str]) -> SinceRow:
    row = document.get("since") or {}

    def one(member: str, label: str, kind: str, choices: Iterable[tuple[str, str]] = (), unit: str = "") -> Field:
        value = "" if row.get(member) in (None, "", False) else row[member]
        return Field(
            id=f"id-since-{member}",
            name=f"since-{member}",
            label=label,
            kind=kind,
            unit=unit,
            value="yes" if value is True else str(value),
            choices=tuple(choices),
            error=errors.get(f"/since/{member}", ""),
        )

    done = one("adherence_percent", "Exercises done", "CHOICE", STEPS_IN_WORDS)
    exact = "" if done.value in dict(STEPS_IN_WORDS) else done.value
    return SinceRow(
        one("response", "How it was since", "CHOICE", Response.choices),
        done,
        replace(done, name="since-exact_percent", label="Exactly", kind="NUMBER", unit="%", value=exact, choices=()),
        (
            one("pain", "Worst pain on the next morning", "NUMBER", unit="/10"),
            one("skin_reaction", "Skin on the next day", "CHOICE", ((c, in_words(c)) for c in SKIN_REACTIONS)),
            one("was_flare", "Flare", "CHOICE", (("yes", "yes"),)),
            one("note", "How it was, in words", "TEXT"),
        ),
    )


def exercise_rows(document: Mapping[str, Any], errors: Mapping[str, str]) -> tuple[ExerciseRow, ...]:
    written = [row for row in document.get("exercises") or [] if isinstance(row, Mapping)]
    return tuple(exercise_row(place, row, errors) for place, row in enumerate([*written, {}]))


def exercise_row(place: int, row: Mapping[str, Any], errors: Mapping[str, str]) -> ExerciseRow:
    fields = tuple(
        Field(
            id=f"id-exercises-{place}-{name}",
            name=f"exercises-{place}-{name}",
            label=label,
            kind=kind,
            unit=unit,
            value=str(row.get(name) or ""),
            hint="–".join(map(str, LIMITS[name])) if name in LIMITS else "",
            error=errors.get(f"/exercises/{place}/{name}", ""),
        )
        for name, (label, kind, unit) in EXERCISE.items()
    )
    return ExerciseRow(
        place=place,
        sentence=typed_exercise(row),
        origin=str(row.get("origin") or ""),
        is_confirmed=bool(row.get("origin")) and not is_untouched(row),
        is_empty=not any(f.value for f in fields),
        is_open=any(f.error for f in fields),
        fields=fields,
    )


def typed_exercise(row: Mapping[str, Any]) -> str:
    """The exercise as it is typed so far, right or not."""
    kg = row.get("load_kg")
    told = SimpleNamespace(
        **{n: row.get(n) or "" for n in ("name", "sets", "reps", "load_rm", "times_a_week", "note")}, load_kg=None
    )
    return sentence_of(told) + (f" · {kg} kg" if kg else "")


def event_rows(document: Mapping[str, Any], known: Known, errors: Mapping[str, str]) -> tuple[EventRow, ...]:
    written = [row for row in document.get("adverse_events") or [] if isinstance(row, Mapping)]
    modalities = tuple((m.code, m.label) for m in known.modalities.values())
    return tuple(event_row(place, row, modalities, errors) for place, row in enumerate([*written, {}]))


def event_row(
    place: int, row: Mapping[str, Any], modalities: tuple[tuple[str, str], ...], errors: Mapping[str, str]
) -> EventRow:
    asked: tuple[tuple[str, str, str, Iterable[tuple[str, str]]], ...] = (
        ("what", "What happened", "TEXT", ()),
        ("severity", "How severe", "CHOICE", Severity.choices),
        ("onset_on", "Since", "DATE", ()),
        ("modality", "After which treatment", "CHOICE", modalities),
        ("told", "Who was told", "TEXT", ()),
        ("resolved_on", "Over since", "DATE", ()),
    )
    fields = tuple(
        Field(
            id=f"id-adverse_events-{place}-{name}",
            name=f"adverse_events-{place}-{name}",
            label=label,
            kind=kind,
            choices=tuple(choices),
            value=str(row.get(name) or ""),
            error=errors.get(f"/adverse_events/{place}/{name}", ""),
        )
        for name, label, kind, choices in asked
    )
    return EventRow(place, not any(f.value for f in fields), fields)
