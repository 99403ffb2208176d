"""The first page: what waits for the person who logged in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clinic import clock
from clinic.rules.permissions import Permission
from treatments.queries import today_of


def today(request: HttpRequest) -> HttpResponse:
    """Unsigned notes, and the open cases that one leads, longest unseen first."""
    context = {
        "waiting": today_of(request.user),
        "today": clock.today(),
        "reads_cases": request.user.may(Permission.CASE_READ),
    }
    return render(request, "treatments/today/today.html", context)


def imaging(request: HttpRequest) -> HttpResponse:
    """The worklist of pictures that are due."""
    return render(request, "treatments/today/imaging.html")


def reviews(request: HttpRequest) -> HttpResponse:
    """The worklist of reviews that are due."""
    return render(request, "treatments/today/reviews.html")
