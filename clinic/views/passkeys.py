"""One's own passkeys: added, named, removed."""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.actions import passkeys as actions
from clinic.actions.proofs import require_proof
from clinic.errors import RuleBroken
from clinic.forms.passkeys import PasskeyForm
from clinic.views.asked import whole_number
from clinic.views.faults import place


def passkeys(request: HttpRequest) -> HttpResponse:
    """Which ones there are, and when each was last used."""
    return render(request, "clinic/passkeys/passkeys.html", {"passkeys": actions.passkeys_of(request.user)})


def add_passkey(request: HttpRequest) -> HttpResponse:
    """A name, then the browser makes the key: its script asks here for the challenge and posts the answer."""
    require_proof(good_for=actions.JUST_NOW)
    if request.headers.get("X-Requested-With") == "fetch" and request.method == "GET":
        return JsonResponse({"creation_options": begin_registration(request.user, passwordless=True)})
    form = PasskeyForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            told = form.cleaned_data
            actions.add_passkey(name=told["name"], credential=told["credential"], by=request.user)
            messages.success(request, _("The passkey is added. You can log in and sign with it."))
            return redirect("passkeys")
        except RuleBroken as no:
            place(no, form)
    if "credential" in form.errors:
        form.add_error(None, _("The passkey was not made. Press “Add passkey” again."))
    return render(request, "clinic/passkeys/add_passkey.html", {"form": form}, status=422 if form.errors else 200)


def name_passkey(request: HttpRequest, pk: str) -> HttpResponse:
    found = mine(request, pk)
    error = ""
    if request.method == "POST":
        try:
            actions.name_passkey(passkey=found, name=request.POST.get("name", ""), by=request.user)
            return redirect("passkeys")
        except RuleBroken as no:
            error = no.message
    context = {"passkey": found, "name": request.POST.get("name", str(found)), "error": error}
    return render(request, "clinic/passkeys/name_passkey.html", context, status=422 if error else 200)


@require_POST
def remove_passkey(request: HttpRequest, pk: str) -> HttpResponse:
    actions.remove_passkey(passkey=mine(request, pk), by=request.user)
    messages.success(request, _("The passkey is removed: nobody logs in with it any more."))
    return redirect("passkeys")


def mine(request: HttpRequest, pk: str) -> Authenticator:
    return get_object_or_404(Authenticator, pk=whole_number(pk), user=request.user, type=Authenticator.Type.WEBAUTHN)
