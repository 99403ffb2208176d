"""Keys for programs: one's own, those of the clinic, made, revoked, taken over."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from clinic import clock
from clinic.actions import api_keys as actions
from clinic.actions.passkeys import JUST_NOW
from clinic.actions.permissions import require
from clinic.actions.proofs import require_proof
from clinic.errors import RuleBroken
from clinic.forms.api_keys import ApiKeyForm, IntegrationKeyForm
from clinic.models import ApiKey
from clinic.queries import UnknownMark, page_of
from clinic.rules.permissions import Permission
from clinic.views.faults import place, told

ROWS = 50


def my_api_keys(request: HttpRequest) -> HttpResponse:
    """One's own, those of integrations that one answers for among them."""
    return listed(request, ApiKey.objects.filter(owner=request.user), "clinic/api_keys/my_api_keys.html")


def api_keys(request: HttpRequest) -> HttpResponse:
    """All of the clinic."""
    require(request.user, Permission.API_KEY_CREATE)
    return listed(request, ApiKey.objects.all(), "clinic/api_keys/api_keys.html")


def listed(request: HttpRequest, rows: QuerySet[ApiKey], template: str) -> HttpResponse:
    """The newest first; those that work, or with ?show=ended those that do not any more."""
    show = "ended" if request.GET.get("show") == "ended" else "active"
    now = clock.now()
    chosen = rows.usable(now) if show == "active" else rows.ended(now)
    marks = {name: request.GET.get(name, "") for name in ("after", "before")}
    try:
        page = page_of(chosen.select_related("owner", "use"), "created_at", limit=ROWS, is_falling=True, **marks)
    except UnknownMark:
        return redirect(request.path)
    context = {
        "keys": [(key, state_of(key, now)) for key in page.rows],
        "show": show,
        "manages": request.user.may(Permission.API_KEY_CREATE),
        "previous_url": f"?show={show}&before={page.before}" if page.before else "",
        "next_url": f"?show={show}&after={page.after}" if page.after else "",
    }
    return render(request, template, context)


def state_of(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is not None and key.expires_at <= now:
        return "expired"
    return "active" if key.owner.is_active else "ended"


def create_api_key(request: HttpRequest) -> HttpResponse:
    return made(request, ApiKeyForm)


def create_integration_key(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.API_KEY_CREATE)
    return made(request, IntegrationKeyForm)


def made(request: HttpRequest, form_of: type[ApiKeyForm]) -> HttpResponse:
    """The form, behind a proof of the person; then the key, shown once."""
    require_proof(good_for=JUST_NOW)
    form = form_of(request.POST or None, scopes=actions.scopes_of(request.user))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        ends = clock.end_of(given.pop("expires_on"))
        try:
            key, text = actions.create_api_key(owner=request.user, by=request.user, expires_at=ends, **given)
            response = render(request, "clinic/api_keys/made.html", {"key": key, "text": text})
            response["Cache-Control"] = "no-store"
            return response
        except RuleBroken as no:
            if no.code == "proof_needed":
                raise
            place(no, form)
    context = {"form": form, "faults": told(form), "is_integration": form_of is IntegrationKeyForm}
    return render(request, "clinic/api_keys/create_api_key.html", context, status=422 if form.errors else 200)


def revoke_api_key(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks first: the program stops in the middle of what it does."""
    manages = request.user.may(Permission.API_KEY_CREATE)
    rows = ApiKey.objects.all() if manages else ApiKey.objects.filter(owner=request.user)
    key = get_object_or_404(rows.select_related("owner", "use"), pk=pk)
    back = "my_api_keys" if key.owner_id == request.user.pk else "api_keys"
    if request.method == "POST":
        try:
            actions.revoke_api_key(key=key, by=request.user)
            messages.success(request, _("The key is revoked: nobody comes in with it any more."))
        except RuleBroken as no:
            messages.error(request, no.message)
        return redirect(back)
    context = {"key": key, "state": state_of(key, clock.now()), "back": back}
    return render(request, "clinic/api_keys/revoke_api_key.html", context)


def take_over_api_key(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answers for an integration from now on, before its present owner leaves."""
    require(request.user, Permission.API_KEY_CREATE)
    key = get_object_or_404(ApiKey, pk=pk)
    try:
        actions.take_over_api_key(key=key, by=request.user)
        messages.success(request, _("You answer for this key now: it sees what you may see."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("api_keys")
