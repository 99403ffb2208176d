"""One's own second factor: set up, replaced, removed; and the recovery codes, shown once."""

import base64
from urllib.parse import quote

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import clear_totp_secret, get_totp_secret
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from clinic import clock
from clinic.actions import factors as actions
from clinic.actions.passkeys import JUST_NOW
from clinic.actions.proofs import require_proof
from clinic.errors import RuleBroken
from clinic.models import FactorReset
from clinic.views.attempts import code_tried, said_too_many, with_retry_after


def second_factor(request: HttpRequest) -> HttpResponse:
    """What one has, and what can be done about it."""
    context = {
        "has": actions.factors_of(request.user),
        "is_owed": actions.owes_second_factor(request.user),
        "is_needed": actions.must_have_second_factor(request.user),
        "was_reset": request.user.factor_was_reset,
        "resets": FactorReset.objects.waiting(clock.now()).filter(person=request.user).select_related("asked_by"),
    }
    return render(request, "clinic/factors/second_factor.html", context)


@sensitive_post_parameters()
def add_app(request: HttpRequest) -> HttpResponse:
    """The picture for the app, the secret as text, and a code that shows that it worked; then the recovery codes."""
    require_proof(good_for=JUST_NOW)
    if actions.factors_of(request.user).app_since is not None:
        return redirect("second_factor")
    secret, error, until = get_totp_secret(), "", None
    if request.method == "POST":
        tried = code_tried(request.user.pk)
        until = tried.until
        try:
            if until is not None:
                raise RuleBroken("too_many", said_too_many(until))
            codes = actions.add_app(secret=secret, code=request.POST.get("code", "")[:100], by=request.user)
            tried.succeeded()
            clear_totp_secret(request)
            messages.success(request, _("The app is set up. From now on your login asks for its code."))
            return show_codes(request, codes) if codes else redirect("second_factor")
        except RuleBroken as no:
            error = no.message
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    context = {
        "picture": "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode(),
        "secret": " ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        "error": error,
    }
    status = 429 if until else 422 if error else 200
    response = render(request, "clinic/factors/add_app.html", context, status=status)
    return with_retry_after(response, until) if until else response


@require_POST
def remove_app(request: HttpRequest) -> HttpResponse:
    actions.remove_app(by=request.user)
    messages.success(request, _("The app is removed: its codes work no more."))
    return redirect("second_factor")


@require_POST
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    """The old ones stop working."""
    return show_codes(request, actions.renew_recovery_codes(by=request.user))


def show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Once: they are in this answer alone, and in the file that its link makes in the browser."""
    readable = [f"{code[:5]} {code[5:]}" for code in codes]
    title = _("Physio Casebook: recovery codes of %(email)s. Each works once.") % {"email": request.user.email}
    text = "\r\n".join([title, "", *readable, ""])
    context = {"codes": readable, "file": "data:text/plain;charset=utf-8," + quote(text)}
    response = render(request, "clinic/factors/recovery_codes.html", context)
    response["Cache-Control"] = "no-store"
    return response
