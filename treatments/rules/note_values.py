"""A note as values: what was given and measured, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from treatments.rules import dosage
from treatments.rules.dosage import ModalityRule
from treatments.rules.measures import MeasureRule
from treatments.rules.note_parts import EventNote, ExerciseNote, ReviewNote, SinceNote


@dataclass(frozen=True)
class Wrong:
    """One thing to correct: where (a JSON pointer), what (a code), and what belongs into its message."""

    pointer: str
    code: str
    what: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DeviceRule:
    """A machine or an applicator: the codes of what is given with it, its site, and until when it was there."""

    id: str
    name: str
    modalities: frozenset[str]
    site: str
    retired_on: date | None = None

    def gives(self, modality: str, on: date | None) -> bool:
        return modality in self.modalities and not (self.retired_on and on and on > self.retired_on)


@dataclass(frozen=True)
class AppliedNote:
    """One modality, as it was given or not."""

    modality: ModalityRule
    injury_id: str | None
    was_given: bool
    not_given_because: str
    parameters: Mapping[str, Any]
    skin_reaction: str
    tolerance: str
    note: str
    # Where the screening holds it back: because, told, happened.
    said: Mapping[str, str] = field(default_factory=dict)
    is_untouched: bool = False
    device: DeviceRule | None = None


@dataclass(frozen=True)
class MeasuredNote:
    """One measure, as it was taken."""

    measure: MeasureRule
    context: str
    side: str
    moment: str
    value: Decimal


@dataclass(frozen=True)
class Note:
    """A session as it will be signed."""

    kind: str
    occurred_on: date | None
    texts: Mapping[str, str]
    applications: tuple[AppliedNote, ...]
    measurements: tuple[MeasuredNote, ...]
    since: SinceNote | None = None
    exercises: tuple[ExerciseNote, ...] = ()
    adverse_events: tuple[EventNote, ...] = ()
    review: ReviewNote | None = None
    began_at: time | None = None

    @property
    def is_empty(self) -> bool:
        parts = (self.applications, self.measurements, self.exercises, self.adverse_events, self.since, self.review)
        return not (any(parts) or any(text.strip() for text in self.texts.values()))

    @property
    def untouched(self) -> tuple[str, ...]:
        """What was prefilled and neither changed nor confirmed, in one line each."""
        given = [dosage.sentence(a.modality, a.parameters) for a in self.applications if a.is_untouched]
        return (*given, *(e.sentence for e in self.exercises if e.is_untouched))


@dataclass(frozen=True)
class Known:
    """What a note may speak of."""

    kinds: tuple[str, ...]
    modalities: Mapping[str, ModalityRule]
    measures: Mapping[str, MeasureRule]
    injury_ids: frozenset[str]
    born_on: date
    today: date
    devices: Mapping[str, DeviceRule] = field(default_factory=dict)
    site: str = ""

    def devices_for(self, modality: str, chosen: str = "") -> list[DeviceRule]:
        """Those of this site that give it and are still there, and the one that is chosen."""
        return [
            device
            for device in self.devices.values()
            if device.id == chosen or (device.site == self.site and device.gives(modality, self.today))
        ]
