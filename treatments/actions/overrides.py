"""What is given though the screening holds it back: it is recorded, with what must be said of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Case, Consent
from clinic import audit
from clinic.errors import Fault, RuleBroken
from clinic.models import StaffMember
from treatments.models import Application, GivenAgainst, Session, Waiver
from treatments.queries import Clearance, Screened, screened, story_of, waived_in
from treatments.rules.demands import HIGHER_RISK, Demand, demand_of, unsaid
from treatments.rules.note_values import AppliedNote, Note
from treatments.rules.safety import Outcome


@dataclass(frozen=True)
class Held:
    """What one modality must say of itself on a day, and the rules behind it, in words."""

    demand: Demand = Demand.NOTHING
    lacks_consent: bool = False
    outcome: Outcome = Outcome.NO_RULE_HELD
    matches: tuple[Mapping[str, str], ...] = field(default=())
    waiver: Waiver | None = None
    injury_id: str = ""

    @property
    def is_blocked(self) -> bool:
        return self.demand is Demand.AGAINST


def held_back(case: Case, day: date, found: Screened | None = None) -> dict[tuple[str, str | None], Held]:
    """For each modality and injury of the case (None: any of them, the strictest) what holds it back on that day.

    Takes the case as `story_of` reads it.
    """
    found = found or screened(case, today=day)
    agreed, waived = agreed_to(case, day), waived_in(case, day)
    held: dict[tuple[str, str | None], Held] = {}
    for clearance in found.clearances:
        code = clearance.modality.code
        lacks_consent = code in HIGHER_RISK and code not in agreed
        one = held_of(clearance, found, waived.of(clearance), lacks_consent=lacks_consent)
        held[code, str(clearance.injury.pk)] = one
        whole = held.get((code, None))
        if whole is None or one.demand > whole.demand:
            held[code, None] = one
    return held


def agreed_to(case: Case, day: date) -> frozenset[str]:
    """The higher-risk modalities that this patient agreed to by that day, for this case or for all."""
    rows = Consent.objects.counting_for(case.patient).filter(
        Q(case=None) | Q(case=case.pk), kind="HIGHER_RISK_MODALITY", given_on__lte=day
    )
    return frozenset(rows.values_list("modality_code", flat=True))


def held_of(clearance: Clearance, found: Screened, waiver: Waiver | None = None, *, lacks_consent: bool) -> Held:
    """With a waiver of what blocks, what is demanded is what the other rules demand."""
    strict = [m for m in clearance.result.matches if m.outcome > Outcome.NOT_ASKED]
    matches = [
        {
            "rule": match.rule.key,
            "says": found.conditions[match.rule.condition].label,
            "outcome": match.outcome.name,
        }
        for match in strict
    ]
    if lacks_consent:
        matches.append({"rule": "", "says": str(_("no consent to this treatment")), "outcome": "NEEDS_AUTHORISATION"})
    left = [m.outcome for m in strict if waiver is None or m.outcome is not Outcome.BLOCKED]
    strictest = max(left, default=Outcome.CLEAR) if waiver else clearance.result.outcome
    return Held(
        demand=demand_of(strictest, lacks_consent=lacks_consent, is_waived=waiver is not None),
        lacks_consent=lacks_consent,
        outcome=clearance.result.outcome,
        matches=tuple(matches),
        waiver=waiver,
        injury_id=str(clearance.injury.pk),
    )


def require_said(case: Case, note: Note) -> dict[int, Held]:
    """What each given treatment of a note answers for, by its place; raises RuleBroken where something is unsaid."""
    if note.occurred_on is None or not any(a.was_given for a in note.applications):
        return {}
    story, given = story_of(Case.objects.filter(pk=case.pk)).get(), {a.modality.code for a in note.applications}
    held = held_back(story, note.occurred_on, screened(story, today=note.occurred_on, only=given))
    against, faults = {}, []
    for place, application in enumerate(note.applications):
        one = held.get((application.modality.code, application.injury_id)) if application.was_given else None
        if one is None or one.demand is Demand.NOTHING:
            continue
        against[place] = one
        faults += [asked_for(place, application, name, one) for name in unsaid(one.demand, application.said)]
    if faults:
        raise RuleBroken(
            "held_back", _("Something given is held back by the screening: say what is asked."), faults=faults
        )
    return against


def asked_for(place: int, application: AppliedNote, name: str, held: Held) -> Fault:
    asked = {
        "because": _("%(what)s is held back (%(why)s). Say why it was given."),
        "told": _("%(what)s is held back (%(why)s). Say who was told or agreed."),
        "happened": _("%(what)s is held back (%(why)s). Say what happened."),
    }
    why = ", ".join(match["says"] for match in held.matches)
    told = asked[name] % {"what": application.modality.label, "why": why}
    return Fault(f"/applications/{place}/{name}", "held_back", told)


def write_against(
    session: Session, note: Note, written: Iterable[Application], against: Mapping[int, Held], by: StaffMember
) -> list[GivenAgainst]:
    rows = list(written)
    given = GivenAgainst.objects.bulk_create(
        GivenAgainst(
            application=rows[place],
            session=session,
            case_id=session.case_id,
            demand=held.demand.name,
            matches=list(map(dict, held.matches)),
            waiver=held.waiver,
            **said_in(note.applications[place], held),
        )
        for place, held in against.items()
    )
    for row in given:
        details = {"demand": row.demand, "session": str(session.pk)}
        audit.record("screening.overridden", by=by, about=row, patient_id=session.case.patient_id, details=details)
    return given


def said_in(application: AppliedNote, held: Held) -> dict[str, Any]:
    """What was said of it; where a waiver demands nothing more, the reason for which it was asked."""
    said = {name: text.strip() for name, text in application.said.items()}
    if held.waiver is not None and not said.get("because"):
        said["because"] = held.waiver.request.reason[:500]
    return said
