"""The map of the site."""

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

from clinic.api.clinic import (
    ApiKeys,
    Deactivate,
    OneApiKey,
    OneSite,
    OneStaffMember,
    Reactivate,
    RevokeKey,
    Sites,
    Staff,
)
from clinic.api.me import Me
from clinic.api.schema import Schema
from clinic.views.api_keys import (
    api_keys,
    create_api_key,
    create_integration_key,
    my_api_keys,
    revoke_api_key,
    take_over_api_key,
)
from clinic.views.browsers import browsers, end_browser, end_other_browsers
from clinic.views.factor_resets import confirm_factor_reset, reset_second_factor
from clinic.views.factors import add_app, remove_app, renew_recovery_codes, second_factor
from clinic.views.frame import healthz
from clinic.views.joining import join
from clinic.views.logins import cancel_login, enter_code, log_in, log_in_as_another, log_in_by_passkey
from clinic.views.passkeys import add_passkey, name_passkey, passkeys, remove_passkey
from clinic.views.passwords import change_password
from clinic.views.proofs import lock, passkey_options, still_here, unlock

# What allauth serves of an account. Not its pages that send mail: nobody signs up, and no mail is set up here.
ACCOUNT = [
    path("login/", log_in, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", change_password, name="account_change_password"),
    # Of the rest of allauth.mfa nothing is served.
    path("login/passkey/", log_in_by_passkey, name="mfa_login_webauthn"),
    path("login/code/", enter_code, name="mfa_authenticate"),
    path("login/cancel/", cancel_login, name="cancel_login"),
]
FACTORS = [
    path("second-factor/", second_factor, name="second_factor"),
    path("second-factor/app/", add_app, name="add_app"),
    path("second-factor/app/remove/", remove_app, name="remove_app"),
    path("second-factor/codes/", renew_recovery_codes, name="renew_recovery_codes"),
    path("browsers/", browsers, name="browsers"),
    path("browsers/others/end/", end_other_browsers, name="end_other_browsers"),
    path("browsers/<uuid:pk>/end/", end_browser, name="end_browser"),
]
PROOF = [
    path("lock/", lock, name="lock"),
    path("lock/somebody-else/", log_in_as_another, name="log_in_as_another"),
    path("unlock/", unlock, name="unlock"),
    path("unlock/passkey/", passkey_options, name="passkey_options"),
    path("here/", still_here, name="still_here"),
    path("passkeys/", passkeys, name="passkeys"),
    path("passkeys/add/", add_passkey, name="add_passkey"),
    path("passkeys/<str:pk>/name/", name_passkey, name="name_passkey"),
    path("passkeys/<str:pk>/remove/", remove_passkey, name="remove_passkey"),
]
KEYS = [
    path("account/keys/", my_api_keys, name="my_api_keys"),
    path("account/keys/create/", create_api_key, name="create_api_key"),
    path("keys/", api_keys, name="api_keys"),
    path("keys/create/", create_integration_key, name="create_integration_key"),
    path("keys/<uuid:pk>/revoke/", revoke_api_key, name="revoke_api_key"),
    path("keys/<uuid:pk>/take-over/", take_over_api_key, name="take_over_api_key"),
]
API = [
    path("me/", Me.as_view(), name="api_me"),
    path("sites/", Sites.as_view(), name="api_sites"),
    path("sites/<uuid:pk>/", OneSite.as_view(), name="api_site"),
    path("staff/", Staff.as_view(), name="api_staff"),
    path("staff/<uuid:pk>/", OneStaffMember.as_view(), name="api_staff_member"),
    path("staff/<uuid:pk>/deactivate/", Deactivate.as_view(), name="api_deactivate_staff_member"),
    path("staff/<uuid:pk>/reactivate/", Reactivate.as_view(), name="api_reactivate_staff_member"),
    path("api-keys/", ApiKeys.as_view(), name="api_api_keys"),
    path("api-keys/<uuid:pk>/", OneApiKey.as_view(), name="api_api_key"),
    path("api-keys/<uuid:pk>/revoke/", RevokeKey.as_view(), name="api_revoke_api_key"),
]
docs = SpectacularSwaggerSplitView.as_view(url_name="api_schema", template_name="clinic/docs/docs.html")
urlpatterns = [
    path("", include("treatments.urls")),
    path("", include("cases.urls")),
    path("account/", include(ACCOUNT)),
    path("account/", include(PROOF)),
    path("account/", include(FACTORS)),
    path("", include(KEYS)),
    path("staff/<uuid:pk>/second-factor/", reset_second_factor, name="reset_second_factor"),
    path("staff/second-factor/<uuid:pk>/confirm/", confirm_factor_reset, name="confirm_factor_reset"),
    path("api/v1/schema/", login_not_required(Schema.as_view()), name="api_schema"),
    path("api/v1/docs/", login_not_required(docs), name="api_docs"),
    path("api/v1/", include(API)),
    path("join/<str:token>/", join, name="join"),
    path("healthz", healthz, name="healthz"),
]
handler400 = "clinic.views.errors.bad_request"
handler403 = "clinic.views.errors.not_allowed"
handler404 = "clinic.views.errors.not_found"
handler500 = "clinic.views.errors.our_fault"
