"""Reads what is corrected of a signed session, and writes the rows that count instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases.models import Case
from clinic.errors import Fault, RuleBroken
from treatments.actions.overrides import held_back
from treatments.actions.sessions import as_faults, known_for
from treatments.actions.visits import application_of, as_json, measurement_of
from treatments.models import Addendum, Application, GivenAgainst, Measurement, Session
from treatments.queries import story_of
from treatments.queries.written import application_as_typed, measurement_as_typed
from treatments.rules.demands import Demand
from treatments.rules.note_values import AppliedNote, Known, MeasuredNote, Note, Wrong
from treatments.rules.notes import read_note

OF_MEASUREMENT = ("id", "side", "value")
OF_FORGOTTEN = ("measure", "context", "side", "moment", "value")
OF_APPLICATION = (
    "id",
    "injury",
    "device",
    "was_given",
    "not_given_because",
    "parameters",
    "skin_reaction",
    "tolerance",
    "note",
)


IDENTITY = ("measure_id", "measure_code", "context", "side", "moment", "hard_min", "hard_max")
Given = list[tuple[Application, AppliedNote]]


@dataclass(frozen=True)
class Changes:
    """What differs from what counts now: the row that is replaced (None: forgotten), its value (None: taken back)."""

    applications: tuple[tuple[Application, AppliedNote], ...]
    measurements: tuple[tuple[Measurement | None, MeasuredNote | None], ...]


class Correction:
    """Puts what is told beside what was signed. Told rows go first, so that pointers into them stay true."""

    def __init__(self, session: Session, told: Mapping[str, Any]) -> None:
        self.session, self.wrong = session, []
        given = session.applications.latest().select_related("modality", "against")
        given = given.prefetch_related("modality__parameters")
        taken = session.measurements.latest().select_related("measure").prefetch_related("measure__thresholds")
        self.applications = self.paired(told, "applications", list(given), OF_APPLICATION)
        self.measurements = self.paired(told, "measurements", list(taken.order_by("id")), OF_MEASUREMENT)

    def paired(self, told: Mapping[str, Any], group: str, rows: list[Any], members: tuple[str, ...]) -> list[Any]:
        """Each told row with the stored one that it names, then the stored ones that are not named."""
        by_id, pairs, sent = {str(row.pk): row for row in rows}, [], told.get(group) or []
        if not isinstance(sent, list) or len(sent) > 200 or not all(isinstance(each, Mapping) for each in sent):
            self.wrong.append(Wrong(f"/{group}", "not_a_list"))
            sent = []
        for place, each in enumerate(sent):
            is_forgotten = group == "measurements" and not each.get("id")
            row = None if is_forgotten else by_id.pop(str(each.get("id") or ""), None)
            if row is None and not is_forgotten:
                self.wrong.append(Wrong(f"/{group}/{place}/id", "not_of_this_session"))
            unknown = set(each) - set(OF_FORGOTTEN if is_forgotten else members) - {"id"}
            self.wrong += [Wrong(f"/{group}/{place}/{name}", "unknown_member") for name in sorted(unknown)]
            pairs.append((row, each))
        return [*pairs, *((row, {}) for row in by_id.values())]

    @property
    def known(self) -> Known:
        """The definitions under which it was signed; for what was forgotten, those of today."""
        known = known_for(self.session.case)
        return Known(
            kinds=known.kinds,
            modalities=known.modalities | {r.modality.code: r.modality.as_rule() for r, _ in self.applications if r},
            measures=known.measures | {r.measure.code: r.measure.as_rule() for r, _ in self.measurements if r},
            injury_ids=known.injury_ids,
            born_on=known.born_on,
            today=known.today,
            devices=known.devices,
            site=known.site,
        )

    def document(self) -> dict[str, Any]:
        """The visit as it is to count."""
        given = [application_as_typed(row) | without_id(told) if row else {} for row, told in self.applications]
        taken = [
            measurement_as_typed(row, row.measure.as_rule()) | without_id(told) if row else dict(told)
            for row, told in self.measurements
        ]
        day = self.session.occurred_on.isoformat() if self.session.occurred_on else ""
        return {"kind": self.session.kind, "occurred_on": day, "applications": given, "measurements": taken}

    def read(self) -> Note:
        """Raises RuleBroken with everything that is to be corrected of the correction."""
        if not self.wrong:
            note, self.wrong = read_note(self.document(), self.known)
        if self.wrong:
            raise RuleBroken("not_right", _("Some entries need correcting."), faults=as_faults(self.wrong))
        return note


def without_id(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "id"}


def corrected(session: Session, told: Mapping[str, Any]) -> Changes:
    """What is different from what counts now. Raises RuleBroken where something is wrong, or nothing is different."""
    correction = Correction(session, told)
    document, note = correction.document(), correction.read()
    values = iter(note.measurements)
    taken = [
        (row, next(values) if typed.get("value") not in (None, "") else None)
        for (row, _told), typed in zip(correction.measurements, document["measurements"], strict=True)
    ]
    given: Given = [(row, new) for (row, _told), new in zip(correction.applications, note.applications, strict=True)]
    changes = Changes(
        applications=tuple((row, new) for row, new in given if is_other_dose(row, new)),
        measurements=tuple((row, new) for row, new in taken if is_other_value(row, new)),
    )
    if not (changes.applications or changes.measurements):
        raise RuleBroken("nothing_changed", _("Nothing is different from what was signed. Change what is wrong."))
    require_free(session, given)
    return changes


def is_other_value(row: Measurement | None, new: MeasuredNote | None) -> bool:
    if row is None or new is None:
        return row is not None or new is not None
    return (row.value, row.side, row.context, row.moment) != (new.value, new.side, new.context, new.moment)


def is_other_dose(row: Application, new: AppliedNote) -> bool:
    was = (str(row.injury_id or ""), row.was_given, row.not_given_because, row.skin_reaction, row.tolerance, row.note)
    now = (new.injury_id or "", new.was_given, new.not_given_because, new.skin_reaction, new.tolerance, new.note)
    is_with_another = str(row.device_id or "") != (new.device.id if new.device else "")
    return is_with_another or was != now or dict(row.parameters) != as_json(new.parameters)


def require_free(session: Session, given: Given) -> None:
    """A correction does not bring in what the screening held back: that is said in a note of its own."""
    fresh = [(place, new) for place, (row, new) in enumerate(given) if is_brought_in(row, new)]
    if not fresh or session.occurred_on is None:
        return
    held = held_back(story_of(Case.objects.filter(pk=session.case_id)).get(), session.occurred_on)
    told = _(
        "%(what)s was held back for this injury on that day. Mark the session as entered in error and enter it again: "
        "the note asks for what must be said."
    )
    faults = [
        Fault(f"/applications/{place}/was_given", "held_back", told % {"what": new.modality.label})
        for place, new in fresh
        if (one := held.get((new.modality.code, new.injury_id))) and one.demand is not Demand.NOTHING
    ]
    if faults:
        raise RuleBroken("held_back", faults[0].message, faults=faults)


def is_brought_in(row: Application, new: AppliedNote) -> bool:
    """Given now and not before, or for another injury; what was said of it then holds for the same treatment."""
    is_other = not row.was_given or str(row.injury_id or "") != (new.injury_id or "")
    return new.was_given and is_other and not hasattr(row, "against")


def write_corrections(session: Session, addendum: Addendum, changes: Changes) -> None:
    Measurement.objects.bulk_create(replacement(session, addendum, row, new) for row, new in changes.measurements)
    for row, new in changes.applications:
        made = application_of(session, new, row.position)
        made.addendum, made.corrects = addendum, row
        made.save(force_insert=True)
        if made.was_given and hasattr(row, "against"):
            keep_against(row.against, made)


def replacement(session: Session, addendum: Addendum, row: Measurement | None, new: MeasuredNote | None) -> Measurement:
    """The row that counts from now on; without a value where it was not measured."""
    made = measurement_of(session, new) if new else Measurement(session=session, case_id=session.case_id)
    for name in (
        ("measure_id", "measure_code", "context", "side", "moment", "hard_min", "hard_max") if new is None else ()
    ):
        setattr(made, name, getattr(row, name))
    made.addendum, made.corrects = addendum, row
    return made


def keep_against(against: GivenAgainst, made: Application) -> GivenAgainst:
    """What was said of the treatment is said of its correction too."""
    kept: Sequence[str] = ("session_id", "case_id", "demand", "because", "told", "happened", "matches", "waiver_id")
    return GivenAgainst.objects.create(application=made, **{name: getattr(against, name) for name in kept})
