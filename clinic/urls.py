"""The map of the site."""

from allauth.account import views as account
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

import clinic.api.schema  # noqa: F401 - makes itself known to the description
from clinic.views.frame import healthz
from clinic.views.joining import join
from clinic.views.passkeys import add_passkey, name_passkey, passkeys, remove_passkey
from clinic.views.proofs import lock, passkey_options, still_here, unlock

# What allauth serves of an account. Not its pages that send mail: nobody signs up, and no mail is set up here.
ACCOUNT = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", account.password_change, name="account_change_password"),
    # Logs in a stranger; of the rest of allauth.mfa nothing is served.
    path("login/passkey/", login_not_required(login_webauthn), name="mfa_login_webauthn"),
]
PROOF = [
    path("lock/", lock, name="lock"),
    path("unlock/", unlock, name="unlock"),
    path("unlock/passkey/", passkey_options, name="passkey_options"),
    path("here/", still_here, name="still_here"),
    path("passkeys/", passkeys, name="passkeys"),
    path("passkeys/add/", add_passkey, name="add_passkey"),
    path("passkeys/<str:pk>/name/", name_passkey, name="name_passkey"),
    path("passkeys/<str:pk>/remove/", remove_passkey, name="remove_passkey"),
]
urlpatterns = [
    path("", include("treatments.urls")),
    path("", include("cases.urls")),
    path("account/", include(ACCOUNT)),
    path("account/", include(PROOF)),
    path("api/v1/schema/", login_not_required(SpectacularAPIView.as_view()), name="api_schema"),
    path("join/<str:token>/", join, name="join"),
    path("healthz", healthz, name="healthz"),
]
handler400 = "clinic.views.errors.bad_request"
handler403 = "clinic.views.errors.not_allowed"
handler404 = "clinic.views.errors.not_found"
handler500 = "clinic.views.errors.our_fault"
