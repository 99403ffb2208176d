"""The shapes of a session: as it is posted, and as it is read."""

from typing import Any

from rest_framework import serializers

from clinic.api.fields import ClockTimeField, IdField, QuantityField, StrictSerializer
from treatments.api.addenda import AddendumOut
from treatments.api.visits import (
    AgainstOut,
    EventIn,
    EventOut,
    ExerciseIn,
    ExerciseOut,
    SinceIn,
    SinceOut,
)
from treatments.models import Application, Measurement, Moment, Session, SessionKind, SessionStatus
from treatments.queries.frozen import frozen
from treatments.rules.notes import TEXTS

LISTS = ("exercises", "adverse_events")


class ApplicationIn(StrictSerializer):
    """One modality. `parameters` are those of its page in the catalogue: quantities are numbers, units are in names."""

    modality = serializers.CharField(max_length=60)
    injury = IdField(required=False, allow_null=True)
    device = IdField(required=False, allow_null=True, help_text="The machine or applicator: one of `/devices/`.")
    was_given = serializers.BooleanField(required=False, default=True)
    not_given_because = serializers.CharField(required=False, allow_blank=True, max_length=500)
    parameters = serializers.DictField(required=False)
    skin_reaction = serializers.CharField(required=False, allow_null=True)
    tolerance = serializers.CharField(required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    because = serializers.CharField(required=False, help_text="Why it was given, where the screening holds it back.")
    told = serializers.CharField(required=False, help_text="Who was told or agreed.")
    happened = serializers.CharField(required=False, help_text="What happened.")


class MeasurementIn(StrictSerializer):
    """One measure taken; `value` in the measure's unit."""

    measure = serializers.CharField(max_length=60)
    context = serializers.CharField(required=False, allow_null=True)
    side = serializers.CharField(required=False, allow_null=True)
    moment = serializers.ChoiceField(Moment.choices, required=False)
    value = QuantityField()


class SessionIn(StrictSerializer):
    """A whole visit; it is stored whole or not at all."""

    case = IdField()
    kind = serializers.ChoiceField(SessionKind.choices, required=False)
    occurred_on = serializers.DateField()
    began_at = ClockTimeField(required=False, allow_null=True, help_text="Time of the visit, as 14:05.")
    subjective = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    objective = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    assessment = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    plan = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    applications = ApplicationIn(many=True, required=False)
    measurements = MeasurementIn(many=True, required=False)
    since = SinceIn(required=False)
    exercises = ExerciseIn(many=True, required=False)
    adverse_events = EventIn(many=True, required=False)

    EXAMPLE = {
        "case": "01a2f3c4-0000-7000-8000-000000000002",
        "occurred_on": "2026-09-14",
        "subjective": "Better on the stairs.",
        "applications": [
            {"modality": "RSWT", "parameters": {"pressure_bar": 2.3, "impulses": 2000, "frequency_hz": 8}}
        ],
        "measurements": [{"measure": "NPRS", "context": "LOAD", "value": 6}],
    }


class ApplicationOut(serializers.ModelSerializer[Application]):
    modality = serializers.CharField(source="modality.code")
    display = serializers.CharField(source="modality.label")
    injury = serializers.UUIDField(source="injury_id", allow_null=True)
    device = serializers.UUIDField(source="device_id", allow_null=True)
    against = AgainstOut(default=None, allow_null=True, help_text="Where the screening held it back.")

    class Meta:
        model = Application
        fields = (
            "id",
            "modality",
            "display",
            "injury",
            "device",
            "was_given",
            "not_given_because",
            "parameters",
            "skin_reaction",
            "tolerance",
            "note",
            "against",
        )


class MeasurementOut(serializers.ModelSerializer[Measurement]):
    measure = serializers.CharField(source="measure_code")
    unit = serializers.CharField(source="measure.unit")
    value = serializers.FloatField(help_text="In the unit; of an ordinal measure the rank of the grade, from 0.")
    grade = serializers.CharField(allow_null=True, help_text="The code of the grade of an ordinal measure, else null.")

    class Meta:
        model = Measurement
        fields = ("id", "measure", "unit", "context", "side", "moment", "value", "grade")


class DueOut(serializers.Serializer[Any]):
    """What comes next in the plan: the review of a block, or a session of it."""

    review_of_block = serializers.UUIDField(allow_null=True)
    block = serializers.UUIDField(allow_null=True)
    session_number = serializers.IntegerField(allow_null=True)


class SessionOut(serializers.Serializer[Any]):
    """A signed visit as read. Its parts are those that count: with corrections, and none where it was entered in error.
    `?originals=true` gives them as they were signed.
    """

    id = serializers.UUIDField()
    case = serializers.UUIDField()
    status = serializers.ChoiceField([SessionStatus.SIGNED])
    kind = serializers.CharField()
    occurred_on = serializers.DateField(allow_null=True)
    began_at = serializers.CharField(allow_null=True, help_text="Time of the visit by the clock of its site, as 14:05.")
    subjective = serializers.CharField()
    objective = serializers.CharField()
    assessment = serializers.CharField()
    plan = serializers.CharField()
    applications = ApplicationOut(many=True)
    measurements = MeasurementOut(many=True)
    since = SinceOut(allow_null=True)
    exercises = ExerciseOut(many=True)
    adverse_events = EventOut(many=True)
    visit = serializers.UUIDField(
        allow_null=True, help_text="Shared by the notes of several cases that were written at one visit."
    )
    author = serializers.UUIDField()
    signed_by = serializers.UUIDField(allow_null=True)
    signed_name = serializers.CharField(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    is_in_error = serializers.BooleanField(help_text="It should not be in this record and counts nowhere.")
    copied_from = serializers.UUIDField(allow_null=True, help_text="The session in error that it enters again.")
    addenda = AddendumOut(many=True)
    due = DueOut(required=False, help_text="What is now due: with what is posted or signed.")
    is_late_entry = serializers.BooleanField(help_text="Signed on a later day than the visit, where its site is.")
    seal = serializers.CharField(
        allow_null=True, help_text="SHA-256 of the copy that was frozen when it was signed; null while it is a draft."
    )
    etag = serializers.CharField()
    updated_at = serializers.DateTimeField()


class DraftOut(SessionOut):
    """A visit that is not signed, as read: its parts are those that were sent, or typed on the page, where quantities
    are texts and members may lack.
    """

    status = serializers.ChoiceField([SessionStatus.DRAFT, SessionStatus.DISCARDED])
    occurred_on = serializers.CharField(allow_null=True)
    applications = serializers.ListField(child=serializers.DictField())
    measurements = serializers.ListField(child=serializers.DictField())
    since = serializers.DictField(allow_null=True)
    exercises = serializers.ListField(child=serializers.DictField())
    adverse_events = serializers.ListField(child=serializers.DictField())


def as_data(session: Session, *, originals: bool = False) -> dict[str, Any]:
    is_draft = session.status != SessionStatus.SIGNED
    body: dict[str, Any] = {
        "id": session.pk,
        "case": session.case_id,
        "status": session.status,
        "visit": session.visit,
        "author": session.author_id,
        "signed_by": session.signed_by_id,
        "signed_name": session.signed_name or None,
        "signed_at": session.signed_at,
        "is_in_error": session.is_in_error,
        "copied_from": session.copied_from_id,
        "addenda": AddendumOut(session.addenda.all(), many=True).data,
        "is_late_entry": False,
        "seal": None,
        "etag": session.etag,
        "updated_at": session.draft_saved_at if is_draft else session.updated_at,
    }
    if is_draft:
        written = session.draft
        texts = {name: written.get(name) or "" for name in TEXTS}
        parts = {name: written.get(name) or [] for name in ("applications", "measurements", *LISTS)}
        return {
            **body,
            **texts,
            **parts,
            "since": written.get("since") or None,
            "kind": written.get("kind") or "TREATMENT",
            "occurred_on": written.get("occurred_on") or None,
            "began_at": written.get("began_at") or None,
        }
    signed = frozen(session)
    body |= {"is_late_entry": signed.is_late_entry, "seal": signed.sha256 or None}
    day = session.occurred_on.isoformat() if session.occurred_on else None
    began = f"{session.began_at:%H:%M}" if session.began_at else None
    body |= {"kind": session.kind, "occurred_on": day, "began_at": began}
    if session.is_in_error and not originals:
        nothing: dict[str, Any] = {name: [] for name in ("applications", "measurements", *LISTS)}
        return {**body, **dict.fromkeys(TEXTS, ""), **nothing, "since": None}
    given, taken = signed.latest_applications(), signed.latest_measurements()
    if originals:
        given = [row for row in signed.applications if row.addendum is None]
        taken = [row for row in signed.measurements if row.addendum is None]
    return {
        **body,
        **{name: getattr(signed.row, name) for name in TEXTS},
        "applications": ApplicationOut(given, many=True).data,
        "since": SinceOut(signed.since).data if signed.since else None,
        "exercises": ExerciseOut(signed.exercises, many=True).data,
        "adverse_events": EventOut(session.adverse_events.all(), many=True).data,
        "measurements": MeasurementOut(taken, many=True).data,
    }
