"""What is answered when a page is not there, may not be seen, or failed: HTML to people, JSON under /api/."""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic.api.problems import problem


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is away: neither the frame nor the person can be asked for."""
    if request.path.startswith("/api/"):
        response = problem(503, "database_away", "The database does not answer.", "Try again in a few seconds.")
    else:
        response = render(None, "503.html", status=503)
    response["Retry-After"] = "10"
    return response


def said(request: HttpRequest, status: int, code: str, title: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(status, code, title)
    return render(request if status != 500 else None, f"{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return said(request, 400, "unreadable", "The request could not be read.")


def not_allowed(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return said(request, 403, "not_allowed", "You may not do this.")


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return said(request, 404, "not_found", "There is nothing here, or it is not yours to see.")


def our_fault(request: HttpRequest) -> HttpResponse:
    """A defect of ours; or the database is away, which a middleware may find out before any view does."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return said(request, 500, "our_fault", "Something went wrong on our side. It has been noted.")
