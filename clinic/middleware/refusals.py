"""Every "no" of the pages: before a view by the table of routes, after it by what the view did not expect."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinic import audit
from clinic.errors import MovedTo, NotAllowed, RuleBroken, from_database
from clinic.middleware.requests import Answer, is_api
from clinic.rules import routes
from clinic.rules.glass import OPEN_UNDER_GLASS
from clinic.rules.routes import ROUTES, answer_to
from clinic.views.errors import not_found, said


class WhoMayMiddleware:
    """Refuses, before any view, what the table of routes does not give to who asks (clinic/rules/routes.py).

    In the REST interface that is decided again once it is known who calls, and with which key (clinic/api/keys.py).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Answer, args: Any, kwargs: Any) -> HttpResponseBase | None:
        name = request.resolver_match.url_name if request.resolver_match else None
        by = request.user if request.user.is_authenticated else None
        verdict, lacking = answer_to(name, request.method, by.permissions() if by else None)
        if verdict is routes.Answer.LOG_IN:
            return None if is_api(request) else redirect_to_login(request.get_full_path())
        if is_api(request) and name in ROUTES and not ROUTES[name].is_public:
            return None
        if verdict is routes.Answer.NO_SUCH_METHOD:
            allowed = HttpResponseNotAllowed(ROUTES[str(name)].methods)
            return said(request, 405, "method_not_allowed", "No such method.") if is_api(request) else allowed
        if verdict is routes.Answer.NOT_FOUND:
            return not_found(request)
        if verdict is routes.Answer.NOT_ALLOWED:
            return refused(request, lacking)
        if by is not None and name in OPEN_UNDER_GLASS:
            audit.through_glass(getattr(by, "known_openings", None) or ())
        return None


def refused(request: HttpRequest, permission: str) -> HttpResponse:
    """The page that says no, and the event of it."""
    by = request.user if request.user.is_authenticated else None
    audit.refused(permission, by=by, code="not_allowed")
    return said(request, 403, "not_allowed", "You may not do this.")


class RefusalMiddleware:
    """The pages' translator: a "no" that no view expected becomes a page that says what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotAllowed):
            return refused(request, str(error.permission))
        if isinstance(error, ValueError) and "NUL" in str(error):
            told = _("What was sent holds a character that cannot be stored. Go back, remove it and send it again.")
            error = RuleBroken("unreadable_character", told)
        if isinstance(error, DatabaseError):
            found = from_database(error)
            error = found if found is not None else error
        if isinstance(error, MovedTo):
            return moved(request, error)
        if isinstance(error, RuleBroken):
            return render(request, "errors/refused.html", {"refusal": error}, status=409 if error.conflict else 422)
        return None


def moved(request: HttpRequest, error: MovedTo) -> HttpResponse:
    """Who reads is led to where it is now; who writes is told, and writes there if that is what they mean."""
    link = error.leads_to(request.path)
    if request.method in ("GET", "HEAD"):
        messages.info(request, error.message)
        asked = request.META.get("QUERY_STRING", "")
        return redirect(f"{link}?{asked}" if asked else link)
    return render(request, "errors/refused.html", {"refusal": error, "link": link}, status=409)
