"""Cases and measurements of the clinic as a file; and what a research project may have of them."""

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render

from clinic import audit
from clinic.actions.permissions import require
from clinic.rules.permissions import Permission
from clinic.views.faults import told
from treatments.forms.research import ResearchForm
from treatments.queries.exports import EXPORTS, KINDS, lines, lines_of, named
from treatments.queries.research import FILES, patients_who_agree, rows_for
from treatments.views.clinic import asked, refused, site_id


def export_file(request: HttpRequest, file: str) -> HttpResponseBase:
    """The cases that were opened, or what was measured, between two days: as CSV or NDJSON."""
    require(request.user, Permission.EXPORT)
    found = named(file)
    if found is None:
        raise Http404
    form = asked(request)
    if not form.is_valid():
        return refused(request, form)
    what, kind = found
    export = EXPORTS[what]
    rows = export.narrowed(request.user, form.span.since, form.span.until, site_id(form))
    details = {"rows": rows.count(), "as": kind, "since": str(form.span.since), "until": str(form.span.until)}
    audit.taken(what, by=request.user, details=details)
    name = f"{what}-{form.span.since}-{form.span.until}.{kind}"
    return StreamingHttpResponse(
        lines_of(export, rows, kind),
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def research_file(request: HttpRequest) -> HttpResponseBase:
    """What a research project may have, of patients who agree to it now; at first the form that asks which."""
    require(request.user, Permission.RESEARCH_EXPORT)
    form = ResearchForm(request.GET or None)
    if not form.is_valid():
        context = {"form": form, "faults": told(form), "patients": len(patients_who_agree(request.user))}
        status = 422 if form.errors else 200
        return render(request, "treatments/clinic/research.html", context, status=status)
    project, file = form.cleaned_data["project"], form.cleaned_data["file"]
    what, _dot, kind = file.partition(".")
    audit.taken(f"research_{what}", by=request.user, details={"as": kind, "project": project})
    return StreamingHttpResponse(
        lines(FILES[what], rows_for(what, project, request.user), kind),
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{project}-{file}"'},
    )
