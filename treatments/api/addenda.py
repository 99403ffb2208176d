"""What is said of a signed session later: words added, values corrected, or that it was entered in error."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clinic.api.fields import StrictSerializer
from clinic.api.idempotency import IDEMPOTENCY_KEY, once
from clinic.models import StaffMember
from treatments.actions.addenda import add_addendum, correct_session, mark_in_error
from treatments.models import Addendum, AddendumKind, ErrorKind, Session


class CorrectedMeasurementIn(serializers.Serializer[Any]):
    """The row that counts now (`id`) and its right value; null takes it back. Without `id`: a measure forgotten."""

    id = serializers.UUIDField(required=False)
    measure = serializers.CharField(required=False)
    context = serializers.CharField(required=False, allow_null=True)
    side = serializers.CharField(required=False, allow_null=True)
    moment = serializers.CharField(required=False)
    value = serializers.FloatField(allow_null=True)


class CorrectedApplicationIn(serializers.Serializer[Any]):
    """The row that counts now (`id`) and the members that are different; `parameters` as a whole."""

    id = serializers.UUIDField()
    injury = serializers.UUIDField(required=False, allow_null=True)
    device = serializers.UUIDField(required=False, allow_null=True)
    was_given = serializers.BooleanField(required=False)
    not_given_because = serializers.CharField(required=False)
    parameters = serializers.DictField(required=False)
    skin_reaction = serializers.CharField(required=False)
    tolerance = serializers.CharField(required=False)
    note = serializers.CharField(required=False)


class AddendumIn(StrictSerializer):
    """`text` is what is added, or the reason. ADDS takes nothing else, CORRECTS the values, IN_ERROR its kind."""

    kind = serializers.ChoiceField(AddendumKind.choices)
    text = serializers.CharField(trim_whitespace=False, allow_blank=True)
    error = serializers.ChoiceField(ErrorKind.choices, required=False)
    measurements = serializers.ListField(required=False, help_text="Of CORRECTS: {id, value} each.")
    applications = serializers.ListField(required=False, help_text="Of CORRECTS: {id, …} each.")

    EXAMPLE = {"kind": "ADDS", "text": "She rang: the heel was sore for an hour after it."}

    def validate(self, attrs: Any) -> Any:
        of_kind = {"CORRECTS": {"measurements", "applications"}, "IN_ERROR": {"error"}}.get(attrs["kind"], set())
        surplus = sorted(set(attrs) - {"kind", "text"} - of_kind)
        if surplus:
            told = f"Not with an addendum of kind {attrs['kind']}."
            raise serializers.ValidationError(dict.fromkeys(surplus, told), code="unknown_member")
        return attrs


class AddendumOut(serializers.ModelSerializer[Addendum]):
    session = serializers.UUIDField(source="session_id")
    signed_by = serializers.UUIDField(source="signed_by_id")
    signed_at = serializers.DateTimeField(source="created_at")
    corrects = serializers.SerializerMethodField(help_text="Of CORRECTS: the rows that counted before and count now.")

    class Meta:
        model = Addendum
        fields = ("id", "session", "kind", "error", "text", "signed_by", "signed_name", "signed_at", "corrects")

    def get_corrects(self, row: Addendum) -> list[dict[str, str | None]]:
        rows = [*row.applications.all(), *row.measurements.all()]
        return [{"was": str(r.corrects_id) if r.corrects_id else None, "now": str(r.pk)} for r in rows]


class SessionAddenda(APIView):
    """The addenda of a signed session; signed as they are made."""

    scopes = {"POST": "sessions:sign"}

    def visible(self, by: StaffMember) -> QuerySet[Addendum]:
        return Addendum.objects.filter(session__in=Session.objects.visible_to(by))

    @extend_schema(
        operation_id="sessions_addenda_create",
        summary="Add to, correct or mark in error a signed session",
        parameters=[IDEMPOTENCY_KEY],
        request=AddendumIn,
        responses={201: AddendumOut},
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        session = get_object_or_404(Session.objects.visible_to(request.user).signed(), pk=pk)
        sent = AddendumIn(data=request.data)
        sent.is_valid(raise_exception=True)
        told, by = sent.validated_data, request.user
        acts = {
            AddendumKind.ADDS: lambda: add_addendum(session=session, text=told["text"], by=by),
            AddendumKind.CORRECTS: lambda: correct_session(session=session, told=told, reason=told["text"], by=by),
            AddendumKind.IN_ERROR: lambda: mark_in_error(
                session=session, error=told.get("error", ""), reason=told["text"], by=by
            ),
        }
        return Response(AddendumOut(acts[told["kind"]]()).data, status=status.HTTP_201_CREATED)
