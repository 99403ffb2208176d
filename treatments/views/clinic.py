"""The lead's page: the cases of the clinic, what waits, and how they went; and how they went as a file."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.models import Site
from clinic.rules.csv_files import as_csv
from clinic.rules.permissions import Permission
from clinic.views.faults import told
from treatments.forms.clinic import ClinicForm
from treatments.models import OwnFileRequest
from treatments.queries import reviews_due
from treatments.queries.clinic import against_of, clinic_of, pictures_overdue
from treatments.views.responses import all_cases, caution, counted_rows, file_rows, tables_of


def clinic(request: HttpRequest) -> HttpResponse:
    """Cases, what waits, and how the cases went, between two days."""
    form = asked(request)
    if not form.is_valid():
        return refused(request, form)
    found = clinic_of(request.user, form.span, site_id(form))
    record(request, "clinic.seen", form)
    context = {
        "form": form,
        "span": form.span,
        "clinic": found,
        "by_pathology": counted_rows(found.by_pathology),
        "by_modality": counted_rows(found.by_modality),
        "response": all_cases(found),
        "tables": tables_of(found),
        "caution": caution(),
        "reviews": len(reviews_due(request.user)),
        "overdue": pictures_overdue(request.user, form.today),
        "against": against_of(request.user),
        "own_files": OwnFileRequest.objects.visible_to(request.user).open().count(),
        "file": f"{reverse('clinic_response_file')}?{urlencode(chosen(form))}",
        "exports": files_of(form) if request.user.may(Permission.EXPORT) else [],
        "for_research": request.user.may(Permission.RESEARCH_EXPORT),
    }
    return render(request, "treatments/clinic/clinic.html", context)


def clinic_response_file(request: HttpRequest) -> HttpResponse:
    """How the cases went as a CSV file, with the same groups withheld as on the page."""
    form = asked(request)
    if not form.is_valid():
        return refused(request, form)
    rows = file_rows(clinic_of(request.user, form.span, site_id(form)), form.span, form.chosen_site)
    record(request, "clinic_response.exported", form, rows=len(rows))
    name = f"response-{form.span.since}-{form.span.until}.csv"
    return HttpResponse(
        as_csv(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def asked(request: HttpRequest) -> ClinicForm:
    require(request.user, Permission.RULES_APPROVE)
    require(request.user, Permission.CASE_READ)
    sites = list(Site.objects.filter(pk__in=request.user.site_ids))
    return ClinicForm(request.GET, sites, today=clock.today())


def refused(request: HttpRequest, form: ClinicForm) -> HttpResponse:
    """What cannot be read is told beside its field, and nothing is counted."""
    return render(request, "treatments/clinic/clinic.html", {"form": form, "faults": told(form)}, status=422)


def site_id(form: ClinicForm) -> UUID | None:
    return form.chosen_site.pk if form.chosen_site else None


def files_of(form: ClinicForm) -> list[tuple[str, str, str]]:
    """What can be taken away of these days: name of the link, address, and what it holds."""
    cases, values = _("Opened between these days"), _("Measured between these days, as last corrected")
    told = {
        "cases.csv": (_("Cases (CSV)"), cases),
        "cases.ndjson": (_("Cases (NDJSON)"), cases),
        "measurements.csv": (_("Measurements (CSV)"), values),
        "measurements.ndjson": (_("Measurements (NDJSON)"), values),
    }
    asked = urlencode(chosen(form))
    return [(label, f"{reverse('export_file', args=[file])}?{asked}", what) for file, (label, what) in told.items()]


def chosen(form: ClinicForm) -> dict[str, str]:
    """The choice as an address says it."""
    days = {"since": form.span.since.isoformat(), "until": form.span.until.isoformat()}
    return {**days, "site": str(form.chosen_site.pk)} if form.chosen_site else days


@transaction.atomic(savepoint=False)
def record(request: HttpRequest, action: str, form: ClinicForm, **more: Any) -> None:
    """No single patient is looked at: the days and the site say what was."""
    audit.record(action, by=request.user, about=form.chosen_site, details={**chosen(form), **more})
