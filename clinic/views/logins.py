"""Logging in: the password, then the code; a passkey instead of both; somebody else on the same device."""

from typing import Any

from allauth.account import views as account
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from clinic.actions.factors import factors_of, refuse_code, use_code
from clinic.forms.passkeys import PasskeyCodeForm
from clinic.views.attempts import code_tried, passkey_tried, too_many

STAGE = "mfa_authenticate"


@login_not_required
def log_in(request: HttpRequest) -> HttpResponseBase:
    """allauth's page. Who types a password begins anew, whatever login waits for its code."""
    if request.method == "POST":
        clear_login(request)
    return account.login(request)


@login_not_required
def log_in_by_passkey(request: HttpRequest) -> HttpResponseBase:
    """allauth's, with our count of attempts."""
    if request.method != "POST":
        return login_webauthn(request)
    clear_login(request)
    tried = passkey_tried(request)
    if tried.until is not None:
        return too_many(request, tried.until)
    response = login_webauthn(request)
    if request.user.is_authenticated:
        tried.succeeded()
    return response


@sensitive_post_parameters()
@login_stage_required(stage=STAGE, redirect_urlname="account_login")
def enter_code(request: HttpRequest) -> HttpResponseBase:
    """After the password: a code of the app, a recovery code, or a passkey."""
    stage = request._login_stage  # type: ignore[attr-defined]
    person = stage.login.user
    if person is None or not person.is_active:
        clear_login(request)
        return redirect("account_login")
    if request.headers.get("X-Requested-With") == "fetch" and request.method == "GET":
        return JsonResponse({"request_options": begin_authentication(person)})
    error = ""
    if request.method == "POST":
        tried = code_tried(person.pk)
        if tried.until is not None:
            refuse_code(because="too_many", by=person)
            return too_many(request, tried.until)
        error = refusal_of(request, person)
        if not error:
            tried.succeeded()
            return stage.exit()
        refuse_code(because="wrong", by=person)
    context = {"error": error, "has": factors_of(person), "email": person.email}
    return render(request, "account/code.html", context, status=422 if error else 200)


def refusal_of(request: HttpRequest, person: Any) -> str:
    """What is wrong with the code or passkey that was sent; nothing where it holds."""
    if request.POST.get("credential"):
        form = PasskeyCodeForm(request.POST, user=person)
        if form.is_valid():
            form.save()
            return ""
        return _("That passkey did not prove who you are. Try again, or type a code.")
    if use_code(code=request.POST.get("code", "")[:100], by=person):
        return ""
    return _("That code is not valid, or was used already. Type the one that the app shows now.")


@login_not_required
@require_POST
def cancel_login(request: HttpRequest) -> HttpResponse:
    """Leaves a login that waits for its code."""
    clear_login(request)
    return redirect("account_login")


@login_not_required
@require_POST
def log_in_as_another(request: HttpRequest) -> HttpResponse:
    """Hands the device over: the login of who had it ends, and the next person comes to the page that is open."""
    asked = request.POST.get("next") or ""
    there = asked if url_has_allowed_host_and_scheme(asked, request.get_host(), request.is_secure()) else "/"
    logout(request)
    return redirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: there})}")
