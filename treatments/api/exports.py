"""Cases and measurements as files, for programs."""

from typing import Any

from django.http import Http404, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clinic import audit
from clinic.api.filters import by_day, by_id
from clinic.api.lists import read_filters, refuse_unknown
from clinic.api.rendering import FastRenderer
from treatments.queries.exports import EXPORTS, KINDS, lines, lines_of, named
from treatments.queries.research import FILES, rows_for
from treatments.rules.research import PROJECT

FILTERS = {"since": by_day("since"), "until": by_day("until"), "site": by_id("site")}
ASKED = [
    OpenApiParameter("since", OpenApiTypes.DATE, description="Cases opened, or values taken, on or after this day."),
    OpenApiParameter("until", OpenApiTypes.DATE, description="And on or before this one."),
    OpenApiParameter("site", OpenApiTypes.UUID, description="Of the cases of one site."),
]
FILE = OpenApiParameter(
    "file", str, OpenApiParameter.PATH, enum=[f"{what}.{kind}" for what in EXPORTS for kind in KINDS]
)

RESEARCH_FILE = OpenApiParameter(
    "file", str, OpenApiParameter.PATH, enum=[f"{what}.{kind}" for what in FILES for kind in KINDS]
)
PROJECT_ASKED = OpenApiParameter(
    "project", str, required=True, pattern=PROJECT.pattern, description="Each project has pseudonyms of its own."
)


class CsvRenderer(FastRenderer):
    """Lets a program accept CSV; refusals are JSON all the same."""

    media_type, format = "text/csv", "csv"


class NdjsonRenderer(FastRenderer):
    """Lets a program accept NDJSON."""

    media_type, format = "application/x-ndjson", "ndjson"


class ExportOut(serializers.Serializer[Any]):
    """A kind of file: its names, and the columns of each of its rows."""

    name = serializers.CharField()
    files = serializers.ListField(child=serializers.URLField())
    columns = serializers.ListField(child=serializers.CharField())


class Exports(APIView):
    """Which files there are."""

    scopes = {"GET": "exports:read"}

    @extend_schema(
        operation_id="exports_list", summary="List the files that can be taken", responses=ExportOut(many=True)
    )
    def get(self, request: Request) -> Response:
        refuse_unknown(request, set())
        return Response(
            [
                {
                    "name": name,
                    "files": [request.build_absolute_uri(f"{name}.{kind}") for kind in KINDS],
                    "columns": list(export.columns),
                }
                for name, export in EXPORTS.items()
            ]
        )


class ExportFile(APIView):
    """One file, streamed. A key needs `cases:read` beside: the rows are of clinical records."""

    scopes = {"GET": "exports:read"}
    renderer_classes = [FastRenderer, CsvRenderer, NdjsonRenderer]

    @extend_schema(
        operation_id="exports_read",
        summary="Take a file",
        parameters=[FILE, *ASKED],
        responses={(200, kind.split(";")[0]): OpenApiTypes.STR for kind in KINDS.values()},
    )
    def get(self, request: Request, file: str) -> StreamingHttpResponse:
        found = named(file)
        if found is None:
            raise Http404
        refuse_unknown(request, set(FILTERS))
        asked = read_filters(request, FILTERS)
        what, kind = found
        rows = EXPORTS[what].narrowed(request.user, asked.get("since"), asked.get("until"), asked.get("site"))
        details = {"rows": rows.count(), "as": kind, **{name: str(value) for name, value in asked.items()}}
        audit.taken(what, by=request.user, details=details)
        headers = {"Content-Disposition": f'attachment; filename="{file}"'}
        return StreamingHttpResponse(lines_of(EXPORTS[what], rows, kind), content_type=KINDS[kind], headers=headers)


class ResearchFile(APIView):
    """For one research project: `measurements`, `injuries` and `doses` of patients who agree to research at this
    moment, as they count, and the `thresholds` with which verdicts are made. Rows are named by pseudonyms of this
    project. The days of a patient are all shifted by as much, so that what lies between them is exact.
    """

    scopes = {"GET": "research:read"}
    renderer_classes = [FastRenderer, CsvRenderer, NdjsonRenderer]

    @extend_schema(
        operation_id="research_read",
        summary="Take a file for a research project",
        parameters=[RESEARCH_FILE, PROJECT_ASKED],
        responses={(200, kind.split(";")[0]): OpenApiTypes.STR for kind in KINDS.values()},
    )
    def get(self, request: Request, file: str) -> StreamingHttpResponse:
        found = named(file, FILES)
        if found is None:
            raise Http404
        refuse_unknown(request, {"project"})
        project = request.query_params.get("project", "")
        if not PROJECT.fullmatch(project):
            raise exceptions.ValidationError({"project": "3 to 40 small letters, digits and hyphens"})
        what, kind = found
        audit.taken(f"research_{what}", by=request.user, details={"as": kind, "project": project})
        headers = {"Content-Disposition": f'attachment; filename="{project}-{file}"'}
        told = lines(FILES[what], rows_for(what, project, request.user), kind)
        return StreamingHttpResponse(told, content_type=KINDS[kind], headers=headers)
