"""Writes the parts of a note into the record, once, as it is signed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from clinic.errors import Fault, RuleBroken
from clinic.models import StaffMember
from treatments.actions.overrides import Held, write_against
from treatments.actions.plans import review_block
from treatments.models import AdverseEvent, Application, HomeExercise, Measurement, Session, SessionKind, SinceLast
from treatments.queries import plan_of
from treatments.rules.note_values import AppliedNote, MeasuredNote, Note


def write_parts(session: Session, note: Note, against: Mapping[int, Held], by: StaffMember) -> None:
    applications = write_applications(session, note)
    write_against(session, note, applications, against, by)
    Measurement.objects.bulk_create(measurements_of(session, note))
    HomeExercise.objects.bulk_create(
        HomeExercise(
            session=session,
            case_id=session.case_id,
            position=place,
            name=e.name,
            sets=e.sets,
            reps=e.reps,
            load_kg=e.load_kg,
            load_rm=e.load_rm,
            times_a_week=e.times_a_week,
            note=e.note,
        )
        for place, e in enumerate(note.exercises, start=1)
    )
    AdverseEvent.objects.bulk_create(
        AdverseEvent(
            session=session,
            case_id=session.case_id,
            what=e.what,
            severity=e.severity,
            onset_on=e.onset_on,
            suspected_id=e.modality_key,
            told=e.told,
            resolved_on=e.resolved_on,
        )
        for e in note.adverse_events
    )
    write_since(session, note)


def measurements_of(session: Session, note: Note) -> list[Measurement]:
    """The measurements of a note, not stored yet."""
    return [measurement_of(session, m) for m in note.measurements]


def measurement_of(session: Session, m: MeasuredNote) -> Measurement:
    return Measurement(
        session=session,
        case_id=session.case_id,
        measure_id=m.measure.key,
        measure_code=m.measure.code,
        context=m.context,
        side=m.side,
        moment=m.moment,
        value=m.value,
        hard_min=m.measure.hard_min,
        hard_max=m.measure.hard_max,
    )


def review_in_visit(
    session: Session, note: Note, by: StaffMember, just_taken: Sequence[Measurement] | None = None
) -> bool:
    """Signs the review that the note holds, where one is due; answers with whether it did.

    `just_taken` are the measurements of a note that is not part of the record yet; None where it is.
    """
    state = plan_of(session.case) if note.review else None
    if note.review is None or state is None or state.review_due is None:
        return False
    told = note.review
    review_block(
        block=state.review_due,
        decision=told.decision,
        reason=told.reason,
        on=note.occurred_on,
        just_taken=just_taken or (),
        note=None if just_taken is None else note,
        by=by,
    )
    return True


def write_applications(session: Session, note: Note) -> list[Application]:
    return Application.objects.bulk_create(
        application_of(session, a, place) for place, a in enumerate(note.applications, start=1)
    )


def application_of(session: Session, a: AppliedNote, position: int) -> Application:
    """A treatment of a note, not stored yet."""
    return Application(
        session=session,
        case_id=session.case_id,
        position=position,
        modality_id=a.modality.key,
        injury_id=a.injury_id,
        device_id=a.device.id if a.device else None,
        was_given=a.was_given,
        not_given_because=a.not_given_because,
        skin_reaction=a.skin_reaction,
        tolerance=a.tolerance,
        note=a.note,
        parameters=as_json(a.parameters),
    )


def write_since(session: Session, note: Note) -> None:
    """What was learnt of the session before: the last signed treatment on or before this day."""
    if note.since is None:
        return
    earlier = session.case.sessions.in_force().filter(kind=SessionKind.TREATMENT, occurred_on__lte=note.occurred_on)
    about = earlier.exclude(pk=session.pk).order_by("-occurred_on", "-signed_at").first()
    if about is None:
        told = _("There is no earlier session that this could be about. Write it into the note.")
        raise RuleBroken("no_earlier_session", told, faults=[Fault("/since/response", "no_earlier_session", told)])
    SinceLast.objects.create(
        session=session,
        about=about,
        case_id=session.case_id,
        response=note.since.response,
        pain=note.since.pain,
        skin_reaction=note.since.skin_reaction,
        was_flare=note.since.was_flare,
        adherence_percent=note.since.adherence_percent,
        note=note.since.note,
    )


def as_json(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers as JSON numbers: whole ones as integers."""
    return {
        name: (int(v) if v == v.to_integral_value() else float(v)) if isinstance(v, Decimal) else v
        for name, v in parameters.items()
    }
