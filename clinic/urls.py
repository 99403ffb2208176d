"""The map of the site."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from clinic.views.frame import healthz

urlpatterns = [
    path("", include("treatments.urls")),
    path("", include("cases.urls")),
    path("account/", include("allauth.account.urls")),
    path("api/v1/schema/", login_not_required(SpectacularAPIView.as_view()), name="api_schema"),
    path("healthz", healthz, name="healthz"),
]
handler400 = "clinic.views.errors.bad_request"
handler403 = "clinic.views.errors.not_allowed"
handler404 = "clinic.views.errors.not_found"
handler500 = "clinic.views.errors.our_fault"
