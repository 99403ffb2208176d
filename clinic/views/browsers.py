"""The browsers in which one is logged in; and ending them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic import clock
from clinic.actions import logins as actions
from clinic.errors import RuleBroken
from clinic.models import BrowserLogin
from clinic.rules.browsers import browser_in_words


def browsers(request: HttpRequest) -> HttpResponse:
    """Each with its beginning, when it was last used, and from where."""
    rows = BrowserLogin.objects.filter(person=request.user, expire_date__gt=clock.now()).defer("session_data")
    shown = [
        {"login": row, "words": browser_in_words(row.browser), "is_this": row.pk == request.session.session_key}
        for row in rows.order_by("-active_at")
    ]
    shown.sort(key=lambda one: not one["is_this"])
    return render(request, "clinic/browsers/browsers.html", {"browsers": shown, "others": len(shown) - 1})


@require_POST
def end_browser(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        actions.end_browser(public_id=pk, by=request.user)
        messages.success(request, _("That browser is logged out."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("browsers")


@require_POST
def end_other_browsers(request: HttpRequest) -> HttpResponse:
    ended = actions.end_other_browsers(this=request.session.session_key, by=request.user)
    messages.success(request, _("Logged out everywhere else: %(count)s.") % {"count": ended})
    return redirect("browsers")
