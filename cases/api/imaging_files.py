"""Files of pictures: sent with a study, listed, and handed out as they came."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions.documents import documents
from cases.actions.imaging_files import Outcome, Sent, keep_files
from cases.api.examples import OTHER, ROW, STAFF
from cases.api.imaging import OfResults
from cases.api.nouns import OfCases
from cases.models import ImagingFile
from cases.models.imaging_files import FileKind, Identity
from cases.queries.imaging_files import TYPES, offered_as
from cases.rules.picture_facts import offered
from clinic import audit
from clinic.api.fields import StrictSerializer
from clinic.api.filters import by_choice, by_id
from clinic.api.idempotency import once
from clinic.api.lists import refuse_unknown
from clinic.api.problems import StrictJSONParser
from clinic.api.resources import Act, Detail, List, One, read
from clinic.api.shapes import MaybeField, Out
from clinic.errors import Fault, RuleBroken

BINARY = "application/octet-stream"


class ScaleOut(serializers.Serializer[Any]):
    """A way in which pixels may become millimetres in the patient, the most trusted first."""

    kind = serializers.CharField()
    row_mm = serializers.FloatField(help_text="From one row of pixels to the next.")
    column_mm = serializers.FloatField()
    magnification = serializers.FloatField(allow_null=True)
    error_percent = serializers.FloatField(help_text="Of an area.")


class OfferedOut(serializers.Serializer[Any]):
    """What the file says of itself, in our codes where there is one. Nothing of it is believed."""

    taken_on = serializers.DateField(allow_null=True)
    modality = serializers.CharField(allow_null=True)
    side = serializers.CharField(allow_null=True)
    view = serializers.CharField(allow_null=True)
    body_part = serializers.CharField(allow_null=True, help_text="As DICOM names it.")
    scales = ScaleOut(many=True)

    @staticmethod
    def made(facts: dict[str, Any]) -> dict[str, Any]:
        found = offered(facts, {})
        return {
            "taken_on": found.taken_on,
            "modality": found.modality or None,
            "side": found.side or None,
            "view": found.view or None,
            "body_part": facts.get("body_part"),
            "scales": [{name: getattr(each, name) for name in ScaleOut().fields} for each in found.scales],
        }


class ImagingFileOut(Out):
    """A file as it was uploaded. While `identity` is MISMATCH and `is_ours` null, its study counts nowhere."""

    id = serializers.UUIDField()
    imaging_result = serializers.UUIDField(source="result_id")
    kind = serializers.ChoiceField(FileKind.choices)
    file_name = MaybeField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    frames = serializers.IntegerField()
    rows_px = serializers.IntegerField(allow_null=True)
    columns_px = serializers.IntegerField(allow_null=True)
    is_colour = serializers.BooleanField()
    is_download_only = serializers.BooleanField(help_text="A report that acts when it is opened.")
    identity = serializers.ChoiceField(Identity.choices)
    differs = serializers.ListField(child=serializers.CharField())
    is_ours = serializers.BooleanField(
        source="answer__is_ours", allow_null=True, help_text="What was answered to a mismatch; false is set aside."
    )
    offered = OfferedOut(source="facts")
    uploaded_by = serializers.UUIDField(source="uploaded_by_id")
    created_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": ROW,
        "imaging_result": OTHER,
        "kind": "DICOM",
        "file_name": "IM000001",
        "size_bytes": 8404992,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "frames": 1,
        "rows_px": 2048,
        "columns_px": 2048,
        "is_colour": False,
        "is_download_only": False,
        "identity": "MATCHES",
        "differs": [],
        "is_ours": None,
        "offered": {
            "taken_on": "2026-09-01",
            "modality": "IMG_XRAY_DX",
            "side": "RIGHT",
            "view": "XR_LATERAL",
            "body_part": "ANKLE",
            "scales": [
                {
                    "kind": "DETECTOR_PLANE",
                    "row_mm": 0.15,
                    "column_mm": 0.15,
                    "magnification": None,
                    "error_percent": 30.0,
                }
            ],
        },
        "uploaded_by": STAFF,
        "created_at": "2026-09-07T10:15:00Z",
    }


class OfFiles(OfCases):
    """What the list and the one file have in common."""

    noun, one, scope, detail = "imaging files", "imaging file", "imaging", "api_imaging_file"
    model, out = ImagingFile, ImagingFileOut
    case, patient = "result__case", "result__case__patient"


class ImagingFiles(OfFiles, List):
    """Files of studies: pictures, and reports as PDF. They are added under their study."""

    filters = {
        "case": by_id("result__case_id"),
        "imaging_result": by_id("result_id"),
        "kind": by_choice("kind", FileKind.values),
        "identity": by_choice("identity", Identity.values),
    }
    is_followed = True


class OneImagingFile(OfFiles, Detail):
    """What a file of a study is."""


class FileContent(OfFiles, One):
    """The bytes of a file as they were uploaded, as an attachment."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(operation_id="imaging_files_content_read", responses={(200, BINARY): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> FileResponse:
        refuse_unknown(request, set())
        row = self.visible(request.user).select_related("result__case").filter(pk=pk).first()
        if row is None:
            raise Http404
        try:
            stored: Any = documents().open(row.stored_as("original"), "rb")
        except FileNotFoundError:
            raise Http404 from None
        audit.seen("imaging_file_original", by=request.user, about=row, patient_id=row.result.case.patient_id)
        response = FileResponse(stored, content_type=TYPES[row.kind], as_attachment=True, filename=offered_as(row))
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cache-Control"] = "private, no-store"
        return response


class FilesIn(StrictSerializer):
    """Files of a study, as multipart: each under `file`, or all of them as one ZIP."""

    file = serializers.FileField(required=False, allow_empty_file=True, help_text="May be sent several times.")

    EXAMPLE: dict[str, Any] = {}


class OutcomeOut(serializers.Serializer[Any]):
    """What became of one file, also of each within a ZIP."""

    name = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(["KEPT", "KNOWN", "REFUSED"])
    imaging_file = serializers.UUIDField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_null=True)


class FilesOut(Out):
    """What became of the files. `left_out` counts what of a disc is its own: a viewer, an index."""

    files = OutcomeOut(many=True)
    left_out = serializers.IntegerField()

    EXAMPLE = {
        "files": [
            {"name": "IM000001", "status": "KEPT", "imaging_file": ROW, "code": None, "detail": None},
            {"name": "IM2", "status": "REFUSED", "imaging_file": None, "code": "empty", "detail": "The file is empty."},
        ],
        "left_out": 0,
    }


class AddFiles(OfResults, Act):
    """Send files of a study: DICOM, JPEG, PNG, PDF, or a patient's CD as ZIP. Each is read in full first, and one that
    is refused keeps no other from being kept; 422 where none is.
    """

    into, out = FilesIn, FilesOut  # type: ignore[assignment]
    asks_version = False
    parser_classes = [StrictJSONParser, MultiPartParser]

    @once
    def post(self, request: Request, pk: UUID) -> Response:
        row = self.found(pk, request.user)
        read(self.into, request)
        sent = [Sent(file, file.name or "") for file in request.FILES.getlist("file")]
        received = keep_files(result=row, sent=sent, by=request.user)
        if all(each.file is None for each in received.outcomes):
            faults = [Fault("/file", each.code, f"{each.name}: {each.message}") for each in received.outcomes]
            raise RuleBroken("nothing_kept", "None of these files is kept.", faults=faults)
        told = [told_of(each) for each in received.outcomes]
        return Response({"files": told, "left_out": received.left_out}, status=status.HTTP_200_OK)


def told_of(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "status": outcome.status,
        "imaging_file": outcome.file.pk if outcome.file else None,
        "code": outcome.code or None,
        "detail": outcome.message or None,
    }
