"""The whole course of a case on one time axis, as data."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.models import Case
from clinic import audit
from clinic.api.lists import refuse_unknown
from treatments.queries import Progress, Series, progress_of, story_of
from treatments.rules.progress import chosen


class PointOut(serializers.Serializer[Any]):
    """One value; `moment` is BEFORE or AFTER treatment."""

    on = serializers.DateField()
    value = serializers.FloatField()
    moment = serializers.CharField()
    session = serializers.UUIDField(source="session_id")


class VerdictOut(serializers.Serializer[Any]):
    """What the change amounts to, and the threshold and population that it was held against."""

    code = serializers.CharField(source="word")
    threshold = serializers.FloatField(allow_null=True)
    population = serializers.CharField()


class ThresholdOut(serializers.Serializer[Any]):
    """A change of at least `value`: beyond the measure's error (mdc), or enough to matter (mic)."""

    value = serializers.FloatField()
    population = serializers.CharField()


class SeriesOut(serializers.Serializer[Any]):
    """One measure in one context and of one side; values are in `unit`."""

    measure = serializers.CharField()
    display = serializers.CharField()
    context = serializers.CharField(allow_null=True)
    side = serializers.CharField(allow_null=True)
    unit = serializers.CharField()
    direction = serializers.IntegerField(help_text="1: higher is better; -1: lower is better")
    baseline = PointOut(allow_null=True)
    last = PointOut(allow_null=True)
    change = serializers.FloatField(allow_null=True)
    mdc = ThresholdOut(allow_null=True)
    mic = ThresholdOut(allow_null=True)
    verdict = VerdictOut()
    points = PointOut(many=True)


class DoseOut(serializers.Serializer[Any]):
    """One application; `amount` is in the lane's unit."""

    on = serializers.DateField()
    amount = serializers.FloatField(allow_null=True)
    display = serializers.CharField(source="sentence")
    session = serializers.UUIDField(source="session_id")


class LaneOut(serializers.Serializer[Any]):
    """All applications of one modality."""

    modality = serializers.CharField(source="modality.code")
    display = serializers.CharField(source="modality.label")
    unit = serializers.CharField()
    doses = DoseOut(many=True)


class ProgressOut(serializers.Serializer[Any]):
    """Everything signed of one case."""

    case = serializers.UUIDField()
    number = serializers.CharField()
    series = SeriesOut(many=True)
    lanes = LaneOut(many=True)


class CaseProgress(APIView):
    """Outcomes and doses over time; only what is signed."""

    scopes = {"GET": "cases:read"}

    @extend_schema(operation_id="case_progress", summary="The progress of a case", responses=ProgressOut)
    def get(self, request: Request, pk: UUID) -> Response:
        refuse_unknown(request, set())
        case = get_object_or_404(story_of(Case.objects.visible_to(request.user)), pk=pk)
        audit.seen("case", by=request.user, about=case, patient_id=case.patient_id)
        return Response(ProgressOut(as_data(progress_of(case))).data)


def as_data(progress: Progress) -> dict[str, Any]:
    return {
        "case": progress.case.pk,
        "number": progress.case.number,
        "series": [series_data(s) for s in progress.series],
        "lanes": progress.lanes,
    }


def series_data(series: Series) -> dict[str, Any]:
    rule = series.measure
    start = series.start.value if series.start else Decimal(0)
    return {
        "measure": rule.code,
        "display": series.name,
        "context": series.context or None,
        "side": series.side or None,
        "unit": rule.unit,
        "direction": rule.direction,
        "baseline": series.start,
        "last": series.last,
        "change": series.change,
        "mdc": chosen(rule.thresholds, "MDC", start=start),
        "mic": chosen(rule.thresholds, "MIC", start=start),
        "verdict": series.verdict,
        "points": series.points,
    }
