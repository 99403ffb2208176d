"""What is kept on file of a case: photographs, without their files."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from cases.api.examples import CASE, ROW, STAFF
from cases.models import Document, DocumentKind, Side
from clinic.api.filters import by_day, by_id
from clinic.api.resources import Detail, List
from clinic.api.shapes import CodeField, MaybeField, Out
from clinic.models import StaffMember
from treatments.models import SessionDocument


class DocumentOut(Out):
    """A file of a visit, and what it shows; `sha256` is that of the file as it was uploaded."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    session = serializers.UUIDField(source="of_session.session_id")
    kind = serializers.ChoiceField(DocumentKind.choices)
    title = serializers.CharField()
    region = CodeField(source="region_id", allow_null=True, help_text="A code of the regions.")
    side = MaybeField(help_text=f"{', '.join(Side.values)} or null.")
    taken_on = serializers.DateField()
    content_type = serializers.CharField()
    width_px = serializers.IntegerField()
    height_px = serializers.IntegerField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    file_name = MaybeField()
    uploaded_by = serializers.UUIDField(source="uploaded_by_id")
    created_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": ROW,
        "case": CASE,
        "session": ROW,
        "kind": "PHOTOGRAPH",
        "title": "Right heel from behind",
        "region": "REG_ANKLE",
        "side": "RIGHT",
        "taken_on": "2026-09-07",
        "content_type": "image/jpeg",
        "width_px": 1600,
        "height_px": 1200,
        "size_bytes": 412345,
        "sha256": "0" * 64,
        "file_name": "IMG_0412.JPG",
        "uploaded_by": STAFF,
        "created_at": "2026-09-07T10:15:00Z",
    }


class OfDocuments:
    noun, one, scope, detail = "documents", "document", "sessions", "api_document"
    model, out = Document, DocumentOut

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        """Of signed visits; of a note that is not signed for its author. Nothing that was taken away."""
        return Document.objects.filter(pk__in=SessionDocument.objects.visible_to(by).values("document"))


class Documents(OfDocuments, List):
    """What was photographed in visits. The files themselves are on the pages of the visit."""

    filters = {
        "case": by_id("case_id"),
        "session": by_id("of_session__session_id"),
        "taken_on_after": by_day("taken_on__gt"),
        "taken_on_before": by_day("taken_on__lt"),
    }
    orderings = ("pk", "taken_on")


class OneDocument(OfDocuments, Detail):
    """One file of a visit, and what it shows."""
