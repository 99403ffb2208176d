"""What was measured, one value a row; and what went wrong."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.cases import OfAllCases
from cases.api.examples import CASE, OTHER, ROW
from cases.api.nouns import OfCases, case_of
from cases.models import Case
from clinic.api.fields import IdField, StrictSerializer
from clinic.api.filters import by_choice, by_day, by_id, by_text
from clinic.api.idempotency import once
from clinic.api.resources import Act, Detail, List, Told, read, same_version
from clinic.api.shapes import CodeField, EtagField, MaybeField, NumberField, Out
from clinic.models import StaffMember
from treatments.actions.adverse_events import resolve_event
from treatments.actions.received import receive_measurements
from treatments.api.session_shapes import MeasurementIn
from treatments.models import AdverseEvent, Measurement, Moment, SessionStatus, Severity
from treatments.queries.exports import measurements_of


class MeasurementRowOut(Out):
    """One measure taken in a signed session; `value` is in the measure's unit."""

    id = serializers.UUIDField()
    session = serializers.UUIDField(source="session_id")
    case = serializers.UUIDField(source="case_id")
    taken_on = serializers.DateField(source="session.occurred_on")
    measure = serializers.CharField(source="measure_code")
    display = serializers.CharField(source="measure.label")
    unit = serializers.CharField(source="measure.unit")
    context = MaybeField()
    side = MaybeField()
    moment = serializers.ChoiceField(Moment.choices)
    value = NumberField()
    corrects = serializers.UUIDField(source="corrects_id", allow_null=True)

    EXAMPLE = {
        "id": ROW,
        "session": OTHER,
        "case": CASE,
        "taken_on": "2026-09-07",
        "measure": "NPRS",
        "display": "Pain, 0 to 10",
        "unit": "points",
        "context": "LOAD",
        "side": None,
        "moment": "BEFORE",
        "value": 6.0,
        "corrects": None,
    }


class MeasurementsIn(StrictSerializer):
    """Values of one day that were taken without a session. They wait, unsigned, for the lead of the case."""

    case = IdField()
    taken_on = serializers.DateField()
    measurements = MeasurementIn(many=True, allow_empty=False, max_length=200)

    EXAMPLE = {
        "case": CASE,
        "taken_on": "2026-09-07",
        "measurements": [{"measure": "KTW_CM", "side": "RIGHT", "value": 8.5}],
    }


class ReceivedOut(serializers.Serializer[Any]):
    """The assessment that waits: its `author`, the lead, reads it and signs it; others once it is signed."""

    session = serializers.UUIDField()
    case = serializers.UUIDField()
    author = serializers.UUIDField()
    taken_on = serializers.DateField()
    status = serializers.ChoiceField(SessionStatus.choices)


class OfMeasurements(OfCases):
    """What the list and the one measurement have in common."""

    noun, one, scope, detail = "measurements", "measurement", "measurements", "api_measurement"
    model, out = Measurement, MeasurementRowOut

    def visible(self, by: StaffMember) -> Any:
        """What counts. What was corrected or is in error is read with its session alone, behind `originals`."""
        return measurements_of(by)


class Measurements(OfMeasurements, List):
    """What counts: as last corrected, and of no session that was entered in error. Values are posted with a session, or
    without one: then they make an assessment that waits for the lead of the case, and counts in no block.
    """

    filters = {
        "case": by_id("case_id"),
        "session": by_id("session_id"),
        "measure": by_text("measure_code", 60),
        "moment": by_choice("moment", Moment.values),
        "taken_on_after": by_day("session__occurred_on__gt"),
        "taken_on_before": by_day("session__occurred_on__lt"),
    }
    expands = {"case": OfAllCases}
    is_followed = True

    @extend_schema(
        operation_id="measurements_create",
        summary="Send values that were taken without a session",
        request=MeasurementsIn,
        responses={201: ReceivedOut},
        examples=[OpenApiExample("Sent", value=MeasurementsIn.EXAMPLE, request_only=True)],
    )
    @once
    def post(self, request: Request) -> Response:
        told = read(MeasurementsIn, request)
        made = receive_measurements(
            case=case_of(told, request.user),
            taken_on=told["taken_on"],
            measurements=request.data["measurements"],
            by=request.user,
        )
        shown = {
            "session": made.pk,
            "case": made.case_id,
            "author": made.author_id,
            "taken_on": told["taken_on"],
            "status": made.status,
        }
        headers = {"Location": reverse("api_session", args=[made.pk])}
        return Response(shown, status=status.HTTP_201_CREATED, headers=headers)

    def gone(self, ids: list[UUID], by: StaffMember) -> dict[UUID, Told]:
        mine = Measurement.objects.filter(pk__in=ids, case__in=Case.objects.visible_to(by))
        corrected = mine.filter(Q(corrected_by__isnull=False) | Q(value=None)).values_list("pk", flat=True)
        in_error = mine.filter(session__addenda__kind="IN_ERROR").values_list("pk", flat=True)
        told = super().gone(ids, by) | {pk: {"reason": "corrected"} for pk in corrected}
        return told | {pk: {"reason": "in_error"} for pk in in_error}


class OneMeasurement(OfMeasurements, Detail):
    """One measure taken, as it counts now."""


class AdverseEventOut(Out):
    """Something that went wrong."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    session = serializers.UUIDField(source="session_id")
    what = serializers.CharField()
    severity = serializers.ChoiceField(Severity.choices)
    onset_on = serializers.DateField()
    modality = CodeField(source="suspected_id", allow_null=True, help_text="What may have caused it.")
    told = MaybeField()
    resolved_on = serializers.DateField(allow_null=True)
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": ROW,
        "case": CASE,
        "session": OTHER,
        "what": "Bruise of 3 cm",
        "severity": "MILD",
        "onset_on": "2026-09-08",
        "modality": "IASTM",
        "told": None,
        "resolved_on": None,
        "etag": "1",
        "updated_at": "2026-09-14T10:15:00Z",
    }


class ResolveIn(StrictSerializer):
    """Since when it is over; today, if not said."""

    resolved_on = serializers.DateField(required=False)

    EXAMPLE = {"resolved_on": "2026-09-12"}


class OfAdverseEvents(OfCases):
    """What the list and the one event have in common: those of signed sessions."""

    noun, one, scope, detail = "adverse events", "adverse event", "sessions", "api_adverse_event"
    model, out = AdverseEvent, AdverseEventOut

    def visible(self, by: StaffMember) -> Any:
        rows = AdverseEvent.objects.in_force().filter(case__in=Case.objects.visible_to(by))
        return rows.filter(session__status=SessionStatus.SIGNED)


class AdverseEvents(OfAdverseEvents, List):
    """What went wrong, but in sessions that were entered in error. One is added with its session."""

    filters = {
        "case": by_id("case_id"),
        "session": by_id("session_id"),
        "severity": by_choice("severity", Severity.values),
        "onset_on_after": by_day("onset_on__gt"),
    }
    orderings = ("pk", "onset_on", "updated_at")
    is_followed = True

    def gone(self, ids: list[UUID], by: StaffMember) -> dict[UUID, Told]:
        wrong = AdverseEvent.objects.filter(pk__in=ids, case__in=Case.objects.visible_to(by))
        wrong = wrong.filter(session__addenda__kind="IN_ERROR")
        return super().gone(ids, by) | {pk: {"reason": "in_error"} for pk in wrong.values_list("pk", flat=True)}


class OneAdverseEvent(OfAdverseEvents, Detail):
    """Something that went wrong."""


class ResolveEvent(OfAdverseEvents, Act):
    """Note since when an adverse event is over."""

    into = ResolveIn

    @property
    def scopes(self) -> dict[str, str]:  # type: ignore[override]
        return {"POST": "sessions:sign"}

    def do(self, row: AdverseEvent, version: int, told: Told, by: StaffMember) -> Any:
        same_version(row, version)
        return resolve_event(event=row, on=told.get("resolved_on"), by=by)
