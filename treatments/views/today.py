"""The first page: what waits for the person who logged in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.actions.appointments import FOLLOWS
from cases.queries.openings import unseen_openings
from cases.views.appointments import neighbours
from clinic import audit, clock
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission
from clinic.views.asked import asked_day
from treatments.queries import answers_for, day_of, reviews_due, today_of, waiting_for


def today(request: HttpRequest) -> HttpResponse:
    """Who is expected on a day; for those who treat, what waits for them."""
    by = request.user
    now = clock.today()
    day = asked_day(request) or now
    treats, reads_cases = by.may(Permission.SESSION_LOG), by.may(Permission.CASE_READ)
    everybody = not treats or request.GET.get("who") == "all"
    context = {
        "today": now,
        "day": day,
        "is_today": day == now,
        **neighbours(day),
        "expected": day_of(by, day, zone_of(by), everybody=everybody) if by.may(Permission.PATIENT_READ) else [],
        "has_day_list": by.may(Permission.PATIENT_READ),
        "may_book": by.may(Permission.PATIENT_REGISTER),
        "treats": treats,
        "everybody": everybody,
        "follows": FOLLOWS,
        "waiting": today_of(by, now) if reads_cases and day == now else None,
        "reviews": reviews_due(by) if reads_cases and day == now else [],
        "reads_cases": reads_cases,
        "waivers_waiting": waiting_for(by).count() if by.may(Permission.RULES_APPROVE) and day == now else 0,
        "unseen_openings": unseen_openings() if by.may(Permission.OPENINGS_REVIEW) and day == now else 0,
        "answers": answers_for(by, now) if treats and day == now else [],
        "may_sign": by.may(Permission.SESSION_SIGN),
    }
    if reads_cases:
        audit.listed("today", by=by)
    return render(request, "treatments/today/today.html", context)


def zone_of(by: StaffMember) -> str:
    """The time zone of the first of one's sites."""
    site = Site.objects.filter(pk__in=by.site_ids).first()
    return site.time_zone if site else settings.TIME_ZONE
