"""Who am I: what a program asks first."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clinic.api.keys import ANY_KEY, held_by
from clinic.api.limits import allowance_of
from clinic.api.lists import refuse_unknown
from clinic.models import ApiKey, Site, StaffMember
from clinic.rules.allowances import Allowance
from clinic.rules.permissions import Permission, Role


class CallerOut(serializers.ModelSerializer[StaffMember]):
    """The person in whose name everything is done; of an integration, who answers for it."""

    roles = serializers.ListField(child=serializers.ChoiceField([str(role) for role in Role]))

    class Meta:
        model = StaffMember
        fields = ("id", "name", "email", "roles")


class CallerSiteOut(serializers.ModelSerializer[Site]):
    class Meta:
        model = Site
        fields = ("id", "name")


class CallerKeyOut(serializers.ModelSerializer[ApiKey]):
    integration = serializers.SerializerMethodField(help_text="The program whose key it is; null for a person's own.")

    class Meta:
        model = ApiKey
        fields = ("id", "name", "prefix", "integration", "scopes", "expires_at")

    def get_integration(self, key: ApiKey) -> str | None:
        return key.integration or None


class LimitOut(serializers.Serializer[Allowance]):
    """Requests a minute; what is left of them after this one, and when there are new ones."""

    limit = serializers.IntegerField()
    remaining = serializers.IntegerField()
    reset_seconds = serializers.IntegerField()


class MeOut(serializers.Serializer[dict[str, Any]]):
    person = CallerOut()
    sites = CallerSiteOut(many=True)
    key = CallerKeyOut(allow_null=True)
    permissions = serializers.ListField(
        child=serializers.ChoiceField([str(one) for one in Permission]),
        help_text="What is left of the roles' permissions by the scopes of the key.",
    )
    limits = LimitOut()


class Me(APIView):
    """Who is calling, with which key, and what that allows."""

    scopes = {"GET": ANY_KEY}

    @extend_schema(operation_id="me", summary="Say who is calling", responses=MeOut)
    def get(self, request: Request) -> Response:
        refuse_unknown(request, set())
        told = {
            "person": request.user,
            "sites": Site.objects.filter(pk__in=request.user.site_ids).order_by("name"),
            "key": request.auth if isinstance(request.auth, ApiKey) else None,
            "permissions": sorted(held_by(request)),
            "limits": allowance_of(request),
        }
        return Response(MeOut(told).data)
