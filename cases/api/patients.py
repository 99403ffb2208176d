"""Patients as programs read them."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.models import Patient
from clinic import audit
from clinic.api.lists import asked_page


class PatientOut(serializers.ModelSerializer[Patient]):
    """A patient as read."""

    site = serializers.UUIDField(source="site_id")
    etag = serializers.CharField()

    class Meta:
        model = Patient
        fields = (
            "id",
            "given_names",
            "family_name",
            "known_as",
            "born_on",
            "sex",
            "nhs_number",
            "phone",
            "email",
            "occupation",
            "sport",
            "site",
            "etag",
            "updated_at",
        )


class PatientPage(serializers.Serializer[dict[str, object]]):
    """One page of patients; `next` and `previous` are addresses or null."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = PatientOut(many=True)


class Patients(APIView):
    """The patients whom the key's owner may see."""

    scopes = {"GET": "patients:read"}

    @extend_schema(
        operation_id="patients_list",
        summary="List or search patients",
        parameters=[
            OpenApiParameter("search", str, description="Parts of names, NHS number, telephone or date of birth"),
            OpenApiParameter("limit", int, description="Rows a page, 1 to 200; 25 if not said"),
            OpenApiParameter("after", str, description="From `next` of the page before"),
            OpenApiParameter("before", str, description="From `previous` of the page after"),
        ],
        responses=PatientPage,
    )
    def get(self, request: Request) -> Response:
        rows = Patient.objects.visible_to(request.user)
        search = request.query_params.get("search", "").strip()[:100]
        rows = rows.found_as(search) if search else rows.filter(merged_into=None)
        found, links = asked_page(request, rows, "sort_name", {"search"})
        audit.listed("patients", by=request.user, rows=len(found))
        return Response({**links, "results": PatientOut(found, many=True).data})
