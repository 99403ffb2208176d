"""The catalogues of treatments, measures and questions."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from rest_framework import serializers

from clinic.api.catalogues import Catalogue, EntryOut
from clinic.api.filters import by_text
from clinic.api.shapes import MaybeField, NumberField
from clinic.models import StaffMember
from treatments.models import Measure, Modality, ModalityParameter, Protocol, ScreeningQuestion, Threshold


class ParameterOut(serializers.Serializer[Any]):
    """One parameter of a dose. Beyond the hard limits a value is refused; beyond the usual ones it is asked about."""

    code = serializers.CharField()
    display = serializers.CharField()
    kind = serializers.CharField()
    unit = serializers.CharField()
    usual_min = serializers.FloatField(allow_null=True)
    usual_max = serializers.FloatField(allow_null=True)
    hard_min = serializers.FloatField(allow_null=True)
    hard_max = serializers.FloatField(allow_null=True)
    choices = serializers.ListField(child=serializers.CharField())
    is_required = serializers.BooleanField()


class ModalityOut(EntryOut):
    """What can be done to a patient, with the parameters of its dose."""

    group = serializers.CharField()
    who_may = serializers.CharField()
    parameters = serializers.ListField(child=ParameterOut(), source="parts")

    EXAMPLE: dict[str, Any] = {**EntryOut.EXAMPLE, "group": "MACHINE", "who_may": "PHYSIO", "parameters": []}


class ThresholdOfMeasureOut(serializers.Serializer[Any]):
    """How large a change must be: beyond the measure's error (MDC), or to matter (MIC); in whom."""

    kind = serializers.CharField()
    value = serializers.FloatField()
    population = serializers.CharField()


class MeasureOut(EntryOut):
    """A measure: its unit, its limits, in which direction it is better, and what a change of it means."""

    unit = MaybeField()
    direction = serializers.IntegerField(help_text="1: higher is better; -1: lower is better; 0: neither.")
    hard_min = NumberField()
    hard_max = NumberField()
    step = NumberField()
    sides = serializers.CharField()
    contexts = serializers.ListField(child=serializers.CharField())
    regions = serializers.ListField(child=serializers.CharField())
    thresholds = serializers.ListField(child=ThresholdOfMeasureOut(), source="parts")

    EXAMPLE: dict[str, Any] = {
        **EntryOut.EXAMPLE,
        "unit": "points",
        "direction": -1,
        "hard_min": 0.0,
        "hard_max": 10.0,
        "step": 1.0,
        "sides": "NONE",
        "contexts": ["LOAD", "REST"],
        "regions": [],
        "thresholds": [{"kind": "MDC", "value": 2.0, "population": "musculoskeletal pain"}],
    }


class QuestionOut(EntryOut):
    """What is asked before treatment, and for how many days an answer is good."""

    valid_days = serializers.IntegerField()
    conditions = serializers.ListField(child=serializers.CharField())

    EXAMPLE: dict[str, Any] = {**EntryOut.EXAMPLE, "valid_days": 90, "conditions": []}


class ProtocolOut(EntryOut):
    """A start for a plan."""

    content = serializers.DictField()

    EXAMPLE: dict[str, Any] = {**EntryOut.EXAMPLE, "content": {}}


class Modalities(Catalogue):
    """What can be done to a patient, with the parameters of its dose."""

    noun, model, out = "modalities", Modality, ModalityOut
    filters = {**Catalogue.filters, "group": by_text("group", 30)}

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        names = ("code", "kind", "unit", "usual_min", "usual_max", "hard_min", "hard_max", "choices", "is_required")
        rows = ModalityParameter.objects.filter(modality=OuterRef("key")).order_by("position")
        told = rows.values(told=JSONObject(display="label", **{name: name for name in names}))
        return Modality.objects.annotate(parts=ArraySubquery(told))


class Measures(Catalogue):
    """What can be measured, with its error and what matters."""

    noun, model, out = "measures", Measure, MeasureOut

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        rows = Threshold.objects.filter(measure=OuterRef("key")).order_by("kind", "value")
        told = rows.values(told=JSONObject(kind="kind", value="value", population="population"))
        return Measure.objects.annotate(parts=ArraySubquery(told))


class ScreeningQuestions(Catalogue):
    """What is asked before treatment."""

    noun, model, out = "screening questions", ScreeningQuestion, QuestionOut


class ProtocolTemplates(Catalogue):
    """Starts for plans."""

    noun, model, out = "protocol templates", Protocol, ProtocolOut
