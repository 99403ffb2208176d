"""An unsigned note as it would be signed, in words; or what is wrong with it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Case
from clinic import clock
from clinic.errors import RuleBroken
from treatments.actions.sessions import checked, known_for
from treatments.models import AdverseEvent, Decision, SessionKind, SinceLast
from treatments.rules import dosage
from treatments.rules.note_parts import EventNote, SinceNote
from treatments.rules.note_values import AppliedNote, Known, Note

# As the page of a note calls them.
TEXTS = {
    "subjective": "How it was since",
    "objective": "Found",
    "assessment": "Assessment",
    "plan": "Plan for next time",
}

DAY = {"occurred_on": "Day", "began_at": "Time"}


def known_for_each(cases: Sequence[Case]) -> list[Known]:
    """What a note on each case may speak of; the catalogues are read once. Takes cases with their injuries."""
    if not cases:
        return []
    one = known_for(cases[0])
    return [
        replace(
            one,
            injury_ids=frozenset(str(injury.pk) for injury in case.injuries.all()),
            born_on=case.patient.survivor.born_on,
            today=clock.today(case.site.time_zone),
            site=str(case.site_id),
        )
        for case in cases
    ]


def read(draft: dict[str, Any], known: Known) -> tuple[Note | None, list[str]]:
    """The note of a draft; or what is wrong with it."""
    try:
        return checked(draft, known), []
    except RuleBroken as no:
        named = [(place_of(fault.pointer, draft, known), fault.message) for fault in no.faults]
        return None, [f"{place}: {told}" if place else told for place, told in named] or [no.message]


def place_of(pointer: str, draft: dict[str, Any], known: Known) -> str:
    """What the page calls the field of a fault; nothing where it has no name of its own."""
    part, _slash, rest = pointer.removeprefix("/").partition("/")
    if part in TEXTS or part in DAY:
        return TEXTS.get(part) or DAY[part]
    rows, number = draft.get(part), rest.partition("/")[0]
    if not isinstance(rows, list) or not number.isdigit() or not isinstance(rows[int(number)], dict):
        return ""
    row = {name: value for name, value in rows[int(number)].items() if isinstance(value, str)}
    if part == "measurements" and row.get("measure") in known.measures:
        return known.measures[row["measure"]].name(row.get("context", ""), row.get("side", ""))
    if part == "applications" and row.get("modality") in known.modalities:
        return known.modalities[row["modality"]].label
    return row.get("name") or row.get("what") or ""


def in_words(note: Note) -> dict[str, Any]:
    """All that will be in the record, part by part, in the order of the page."""
    return {
        "kind": SessionKind(note.kind).label.capitalize(),
        "occurred_on": note.occurred_on,
        "began_at": note.began_at,
        "since": since_in_words(note.since) if note.since else "",
        "texts": [(TEXTS[name], text) for name, text in note.texts.items() if text.strip()],
        "applications": list(map(applied_in_words, note.applications)),
        "measurements": [
            (
                m.measure.name(m.context, m.side) + (_(", after") if m.moment == "AFTER" else ""),
                m.measure.with_unit(m.value),
            )
            for m in note.measurements
        ],
        "exercises": [exercise.sentence for exercise in note.exercises],
        "events": list(map(event_in_words, note.adverse_events)),
        "review": _("%(what)s: %(why)s")
        % {"what": Decision(note.review.decision).label.capitalize(), "why": note.review.reason}
        if note.review
        else "",
        "untouched": note.untouched,
        "is_empty": note.is_empty,
    }


def applied_in_words(a: AppliedNote) -> str:
    if not a.was_given:
        return _("%(what)s: not given (%(why)s)") % {"what": a.modality.label, "why": a.not_given_because}
    parts = [dosage.sentence(a.modality, a.parameters)]
    if a.device:
        parts.append(a.device.name)
    if a.skin_reaction:
        parts.append(_("skin: %(what)s") % {"what": a.skin_reaction.lower()})
    if a.tolerance:
        parts.append(_("tolerated: %(what)s") % {"what": a.tolerance.lower()})
    return " · ".join([*parts, *filter(None, [a.note, *a.said.values()])])


def since_in_words(since: SinceNote) -> str:
    parts = [str(dict(SinceLast._meta.get_field("response").choices or []).get(since.response, since.response))]
    if since.was_flare:
        parts.append(_("flare"))
    if since.pain is not None:
        parts.append(_("worst pain on the next morning %(n)d/10") % {"n": since.pain})
    if since.skin_reaction:
        parts.append(_("skin: %(what)s") % {"what": since.skin_reaction.lower()})
    if since.adherence_percent is not None:
        parts.append(_("exercises done: %(n)d%%") % {"n": since.adherence_percent})
    return " · ".join(filter(None, [*parts, since.note]))


def event_in_words(event: EventNote) -> str:
    severity = dict(AdverseEvent._meta.get_field("severity").choices or []).get(event.severity, event.severity)
    parts = [event.what, str(severity), _("since %(day)s") % {"day": date_format(event.onset_on, "j M Y")}]
    if event.told:
        parts.append(_("told: %(who)s") % {"who": event.told})
    if event.resolved_on:
        parts.append(_("over %(day)s") % {"day": date_format(event.resolved_on, "j M Y")})
    return " · ".join(parts)
