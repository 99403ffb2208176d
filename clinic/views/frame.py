"""What each page shows around its content, and how it is known that the site is up."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse

from clinic.rules.permissions import Permission
from clinic.rules.proofs import IDLE_AFTER

# What the login page of the demo tells everybody; `treatments.demo` makes these accounts.
DEMO_PASSWORD = "casebook-demo"  # noqa: S105 - public on purpose
DEMO_ACCOUNTS = (
    {"email": "physio@example.org", "role": "physiotherapist"},
    {"email": "lead@example.org", "role": "clinical lead"},
    {"email": "admin@example.org", "role": "clinic admin"},
    {"email": "reception@example.org", "role": "receptionist"},
)
SECTIONS = {
    "": "today",
    "appointments": "today",
    "patients": "patients",
    "cases": "patients",
    "sessions": "patients",
    "own-files": "patients",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of every page: which section is open, who is logged in, whether this is the demo."""
    first = request.path.strip("/").split("/")[0]
    person = getattr(request, "user", None)
    held = person.permissions() if person is not None and person.is_authenticated else frozenset()
    return {
        "frame": {
            "section": SECTIONS.get(first, first),
            "reads_cases": person is not None and person.is_authenticated and person.may(Permission.CASE_READ),
            "writes_notes": person is not None and person.is_authenticated and person.may(Permission.SESSION_LOG),
            "leads_clinic": person is not None and person.is_authenticated and person.may(Permission.RULES_APPROVE),
            "manages_staff": person is not None and person.is_authenticated and person.may(Permission.STAFF_MANAGE),
            "manages_keys": Permission.API_KEY_CREATE in held,
            "reads_audit": person is not None and person.is_authenticated and person.may(Permission.AUDIT_READ),
            "hands_files_over": Permission.OWN_FILE in held,
            "breaks_glass": Permission.BREAK_GLASS in held,
            "reads_openings": Permission.OPENINGS_READ in held,
            "manages_restrictions": Permission.RESTRICTIONS_MANAGE in held,
            "person": person.name if person is not None and person.is_authenticated else "",
            "idle_seconds": int(IDLE_AFTER.total_seconds()),
            "demo": settings.MODE == "demo",
            "demo_accounts": DEMO_ACCOUNTS if settings.MODE == "demo" else (),
            "demo_password": DEMO_PASSWORD if settings.MODE == "demo" else "",
        }
    }


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the site and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
