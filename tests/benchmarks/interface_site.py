"""The site with floors beside its interface: a bare Django view, and lists and rows as Django REST framework makes them.

Only tests/benchmarks/interface.py serves this. They stand behind the same middleware, let in the same keys, count the same
requests and write the same audit events; what differs is how rows become an answer.
"""

from typing import Any

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.contrib.auth.decorators import login_not_required  # noqa: E402 - the applications are loaded by now
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import generics, renderers, serializers  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402

from cases.api.patients import PatientOut  # noqa: E402
from cases.models import Patient  # noqa: E402
from clinic import audit, urls  # noqa: E402
from clinic.rules.access import PUBLIC_PAGE, reads  # noqa: E402
from clinic.rules.routes import ROUTES  # noqa: E402
from treatments.api.measurements import MeasurementRowOut  # noqa: E402
from treatments.models import Measurement  # noqa: E402
from treatments.queries.exports import measurements_of  # noqa: E402


class BarePatient(serializers.ModelSerializer[Patient]):
    class Meta:
        model = Patient
        fields = [name for name in PatientOut().fields if name != "etag"] + ["version"]


class BareMeasurement(serializers.ModelSerializer[Measurement]):
    taken_on = serializers.DateField(source="session.occurred_on")
    display = serializers.CharField(source="measure.label")
    unit = serializers.CharField(source="measure.unit")

    class Meta:
        model = Measurement
        fields = list(MeasurementRowOut().fields)


class Bare:
    renderer_classes = [renderers.JSONRenderer]
    pagination_class = None
    noun: str

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.get_queryset()[: int(request.query_params.get("limit", "25"))]  # type: ignore[attr-defined]
        told = self.get_serializer(rows, many=True).data  # type: ignore[attr-defined]
        audit.listed(self.noun, by=request.user, rows=len(told))
        return Response({"results": told})


class BarePatients(Bare, generics.ListAPIView):
    noun, scopes, serializer_class = "patients", {"GET": "patients:read"}, BarePatient

    def get_queryset(self) -> Any:
        return Patient.objects.visible_to(self.request.user).current().order_by("sort_name", "pk")


class BareMeasurements(Bare, generics.ListAPIView):
    noun, scopes, serializer_class = "measurements", {"GET": "measurements:read"}, BareMeasurement

    def get_queryset(self) -> Any:
        return measurements_of(self.request.user).select_related("session", "measure").order_by("pk")


class BareOne(generics.RetrieveAPIView):
    scopes, serializer_class, renderer_classes = {"GET": "patients:read"}, BarePatient, [renderers.JSONRenderer]

    def get_queryset(self) -> Any:
        return Patient.objects.visible_to(self.request.user)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        patient = self.get_object()
        audit.seen("patient", by=request.user, about=patient, patient_id=patient.pk)
        return Response(self.get_serializer(patient).data)


@login_not_required
def plain(request: HttpRequest) -> JsonResponse:
    rows = Patient.objects.order_by("pk").values("id", "given_names", "family_name", "born_on")
    return JsonResponse({"results": list(rows[: int(request.GET.get("limit", "25"))])})


urls.urlpatterns[:0] = [
    path("bench/plain/", plain, name="bench_plain"),
    path("api/v1/bench/patients/", BarePatients.as_view(), name="bench_patients"),
    path("api/v1/bench/measurements/", BareMeasurements.as_view(), name="bench_measurements"),
    path("api/v1/bench/patients/<uuid:pk>/", BareOne.as_view(), name="bench_patient"),
]
ROUTES |= {
    "bench_plain": PUBLIC_PAGE,
    "bench_patients": reads(),
    "bench_measurements": reads(),
    "bench_patient": reads(),
}
