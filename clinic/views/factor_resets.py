"""Taking a lost second factor from somebody: one admin asks, another confirms."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic import clock
from clinic.actions import factor_resets as actions
from clinic.actions.factors import factors_of
from clinic.actions.permissions import require
from clinic.actions.proofs import PROOF_NEEDED
from clinic.errors import RuleBroken
from clinic.models import FactorReset, StaffMember
from clinic.rules.permissions import Permission


def reset_second_factor(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What waits, or the question why; and what was done before."""
    require(request.user, Permission.STAFF_MANAGE)
    person = get_object_or_404(StaffMember, pk=pk)
    error = ""
    if request.method == "POST":
        try:
            actions.ask_for_reset(person=person, because=request.POST.get("because", ""), by=request.user)
            return redirect("reset_second_factor", pk)
        except RuleBroken as no:
            error = no.message if no.code != PROOF_NEEDED else ""
    rows = FactorReset.objects.filter(person=person).select_related("asked_by", "confirmed_by")
    waiting = rows.waiting(clock.now()).first()
    context = {
        "person": person,
        "has": factors_of(person),
        "waiting": waiting,
        "earlier": [row for row in rows if row.confirmed_at is not None],
        "may_confirm": waiting is not None and request.user.pk not in (waiting.asked_by_id, person.pk),
        "is_me": request.user.pk == person.pk,
        "because": request.POST.get("because", ""),
        "error": error,
    }
    return render(request, "clinic/factors/reset.html", context, status=422 if error else 200)


@require_POST
def confirm_factor_reset(request: HttpRequest, pk: UUID) -> HttpResponse:
    require(request.user, Permission.STAFF_MANAGE)
    reset = get_object_or_404(FactorReset.objects.select_related("person"), pk=pk)
    try:
        actions.confirm_reset(reset=reset, by=request.user)
        told = _(
            "%(name)s has no second factor any more and is logged out everywhere. The next login sets up a new one."
        )
        messages.success(request, told % {"name": reset.person.name})
    except RuleBroken as no:
        if no.code != PROOF_NEEDED:
            messages.error(request, no.message)
    return redirect("reset_second_factor", reset.person_id)
