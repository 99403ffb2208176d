"""The report of a case: what it holds, and the two of it to take away: for a colleague, for the patient."""

import re
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from cases.models import Case
from cases.views.heads import case_head, patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.rules.permissions import Permission
from treatments.queries import story_of
from treatments.queries.plain_reports import plain_report_of
from treatments.queries.reports import report_of, told_of
from treatments.views.papers import as_pdf, attached

PAPERS = {
    "colleague": ("treatments/reports/colleague.typ", report_of),
    "patient": ("treatments/reports/patient.typ", plain_report_of),
}
LONG_WORD = re.compile(r"\S{30}(?=\S)")


def case_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the report holds, and for whom it may be printed."""
    require(request.user, Permission.CASE_READ)
    case = case_of(request, pk)
    audit.seen("case_report", by=request.user, about=case, patient_id=case.patient_id)
    visits = list(case.sessions.in_force().order_by("occurred_on").values_list("occurred_on", flat=True))
    context = {
        "case": case,
        "head": patient_head(case.patient),
        "case_line": case_head(case),
        "page": _("Report"),
        "visits": visits,
        "unsigned": case.sessions.drafts().count(),
    }
    return render(request, "treatments/reports/case_report.html", context)


def case_report_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The report as a file, for whom `?for=` names."""
    require(request.user, Permission.CASE_READ)
    case = case_of(request, pk)
    reader = request.GET.get("for", "")
    if reader not in PAPERS:
        raise Http404
    template, composed = PAPERS[reader]
    told = told_of(case)
    pdf = as_pdf(template, breakable(composed(told, request.user)))
    audit.exported(
        "case_report", by=request.user, about=case, patient_id=case.patient_id, rows=len(told.progress.sessions)
    )
    return attached(pdf, f"report-{case.number}-{reader}.pdf")


def case_of(request: HttpRequest, pk: UUID) -> Case:
    rows = story_of(Case.objects.visible_to(request.user)).select_related("patient__merged_into")
    return get_object_or_404(rows, pk=pk)


def breakable(told: Any) -> Any:
    """The same, in which a word too long for a column may be broken."""
    if isinstance(told, str):
        return LONG_WORD.sub("\\g<0>\u200b", told)
    if isinstance(told, dict):
        return {name: breakable(value) for name, value in told.items()}
    return [breakable(value) for value in told] if isinstance(told, list | tuple) else told
