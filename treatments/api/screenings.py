"""What was asked before treatment, and what was answered."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from rest_framework import serializers

from cases.api.examples import CASE, ROW, STAFF
from cases.api.fields import ImpreciseDateIn
from cases.api.nouns import OfCases, case_of
from cases.models import Case, Side
from cases.rules.imprecise_dates import ImpreciseDate, Precision
from clinic.api.fields import CountField, FlagField, IdField, StrictSerializer, TextField
from clinic.api.filters import by_choice, by_day, by_id
from clinic.api.resources import Addable, Detail, Told
from clinic.api.shapes import Out
from clinic.models import StaffMember
from treatments.actions.screenings import NewAnswer, complete_screening, confirm_unchanged
from treatments.models import Screening, ScreeningAnswer, ScreeningKind


class PlaceIn(StrictSerializer):
    """A place of the body."""

    region = TextField(max_length=60)
    side = serializers.ChoiceField(Side.choices)


class AnswerIn(StrictSerializer):
    """Yes or no to a question of the catalogue; of a yes where, since when, how far on (weeks), and in words."""

    question = TextField(max_length=60)
    is_yes = FlagField()
    places = PlaceIn(many=True, required=False)
    since = ImpreciseDateIn(required=False, allow_null=True)
    weeks = CountField(required=False, allow_null=True, min_value=0, max_value=45)
    detail = TextField(max_length=5000, required=False, allow_blank=True)


class ScreeningIn(StrictSerializer):
    """What was answered today; `UNCHANGED` says that nothing has changed, and takes no answers."""

    case = IdField()
    kind = serializers.ChoiceField(ScreeningKind.choices, required=False)
    answers = AnswerIn(many=True, required=False)

    EXAMPLE = {"case": CASE, "answers": [{"question": "CARDIAC_DEVICE", "is_yes": False}]}

    def validate(self, attrs: Any) -> Any:
        if attrs.get("kind") == ScreeningKind.UNCHANGED and attrs.get("answers"):
            raise serializers.ValidationError({"answers": "Not where nothing has changed."}, code="unknown_member")
        return attrs


class AnswerOut(serializers.Serializer[Any]):
    """What was said to one question, and until when it is good."""

    question = serializers.CharField()
    is_yes = serializers.BooleanField()
    places = serializers.ListField(child=serializers.DictField())
    since = serializers.CharField(allow_null=True)
    weeks = serializers.IntegerField(allow_null=True)
    detail = serializers.CharField(allow_null=True)
    valid_until = serializers.DateField()


class AnswersField(serializers.ListField):
    """The answers of a screening. What was not asked is not there: it is never a no."""

    child = AnswerOut()

    @staticmethod
    def made(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "since": since_of(row["since"]), "detail": row["detail"] or None} for row in rows]


def since_of(told: dict[str, Any]) -> str | None:
    return str(ImpreciseDate(told["on"], Precision(told["precision"]))) if told["on"] else None


class ScreeningOut(Out):
    """One screening."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    kind = serializers.ChoiceField(ScreeningKind.choices)
    asked_on = serializers.DateField()
    asked_by = serializers.UUIDField(source="asked_by_id")
    answers = AnswersField(source="told")

    EXAMPLE = {"id": ROW, "case": CASE, "kind": "ASKED", "asked_on": "2026-09-07", "asked_by": STAFF, "answers": []}


class OfScreenings(OfCases):
    """What the list and the one screening have in common."""

    noun, one, scope, detail = "screenings", "screening", "cases", "api_screening"
    model, out = Screening, ScreeningOut

    def visible(self, by: StaffMember) -> Any:
        answers = ScreeningAnswer.objects.filter(screening=OuterRef("pk")).order_by("question_code")
        told = answers.values(
            told=JSONObject(
                question="question_code",
                is_yes="is_yes",
                places="places",
                since=JSONObject(on="since_on", precision="since_precision"),
                weeks="weeks",
                detail="detail",
                valid_until="valid_until",
            )
        )
        rows = Screening.objects.filter(case__in=Case.objects.visible_to(by))
        return rows.annotate(told=ArraySubquery(told))


class Screenings(OfScreenings, Addable):
    """What was asked before treatment; once completed it is never changed."""

    scopes = {"GET": "cases:read", "POST": "sessions:write"}
    into = ScreeningIn
    filters = {
        "case": by_id("case_id"),
        "kind": by_choice("kind", ScreeningKind.values),
        "asked_on_after": by_day("asked_on__gt"),
    }
    orderings = ("pk", "asked_on")
    is_followed = True

    def add(self, told: Told, by: StaffMember) -> Screening:
        case = case_of(told, by)
        if told.get("kind") == ScreeningKind.UNCHANGED:
            return confirm_unchanged(case=case, by=by)
        return complete_screening(case=case, answers=[answer_of(one) for one in told.get("answers", [])], by=by)


class OneScreening(OfScreenings, Detail):
    """One screening."""


def answer_of(told: Told) -> NewAnswer:
    known = {name: value for name, value in told.items() if value is not None}
    known["places"] = tuple((place["region"], place["side"]) for place in told.get("places", []))
    return NewAnswer(**known)
