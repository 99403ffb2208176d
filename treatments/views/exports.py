"""Cases and measurements of the clinic as a file."""

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse

from clinic import audit
from clinic.actions.permissions import require
from clinic.rules.permissions import Permission
from treatments.queries.exports import EXPORTS, KINDS, lines_of, named
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
