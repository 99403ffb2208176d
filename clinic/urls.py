"""The map of the site."""

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

import clinic.api.schema  # noqa: F401 - makes itself known to the description
from clinic.views.frame import healthz
from clinic.views.joining import join

# What allauth serves of an account. Not its pages that send mail: nobody signs up, and no mail is set up here.
ACCOUNT = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
]
urlpatterns = [
    path("", include("treatments.urls")),
    path("", include("cases.urls")),
    path("account/", include(ACCOUNT)),
    path("api/v1/schema/", login_not_required(SpectacularAPIView.as_view()), name="api_schema"),
    path("join/<str:token>/", join, name="join"),
    path("healthz", healthz, name="healthz"),
]
handler400 = "clinic.views.errors.bad_request"
handler403 = "clinic.views.errors.not_allowed"
handler404 = "clinic.views.errors.not_found"
handler500 = "clinic.views.errors.our_fault"
