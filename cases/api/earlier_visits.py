"""Visits that were entered in another system."""

from typing import Any

from rest_framework import serializers

from cases.api.examples import CASE, ROW
from cases.api.nouns import OfCases
from cases.models import EarlierVisit
from clinic.api.filters import by_day, by_id
from clinic.api.resources import Detail, List
from clinic.api.shapes import MaybeField, Out


class EarlierValueOut(serializers.Serializer[Any]):
    """What was measured, as it was called there."""

    name = serializers.CharField()
    value = serializers.FloatField()
    unit = serializers.CharField(allow_blank=True)
    side = serializers.CharField(allow_blank=True)


class EarlierValues(serializers.ListField):
    child = EarlierValueOut()


class EarlierVisitOut(Out):
    """A visit as the other system told it: entered elsewhere, not signed here; it counts in no block and no chart."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    occurred_on = serializers.DateField()
    author = MaybeField()
    system = serializers.CharField(source="brought_by.system")
    subjective = MaybeField()
    objective = MaybeField()
    assessment = MaybeField()
    plan = MaybeField()
    treatments = serializers.ListField(child=serializers.CharField())
    values = EarlierValues()
    created_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": ROW,
        "case": CASE,
        "occurred_on": "2024-02-08",
        "author": "J. Former",
        "system": "OldBook",
        "subjective": "Stiff in the morning.",
        "objective": None,
        "assessment": None,
        "plan": None,
        "treatments": ["Radial shockwave 2.0 bar, 2000 impulses"],
        "values": [{"name": "VISA-A", "value": 42.0, "unit": "points", "side": ""}],
        "created_at": "2026-09-07T10:15:00Z",
    }


class OfEarlierVisits(OfCases):
    noun, one, scope, detail = "earlier visits", "earlier visit", "sessions", "api_earlier_visit"
    model, out = EarlierVisit, EarlierVisitOut


class EarlierVisits(OfEarlierVisits, List):
    """Visits that were entered in another system and imported from it."""

    filters = {
        "case": by_id("case_id"),
        "occurred_after": by_day("occurred_on__gt"),
        "occurred_before": by_day("occurred_on__lt"),
    }
    orderings = ("pk", "occurred_on")
    is_followed = True


class OneEarlierVisit(OfEarlierVisits, Detail):
    """One such visit."""
