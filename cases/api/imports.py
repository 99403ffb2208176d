"""A clinic's history from its former system, or a table of patients: sent, and followed until it is imported."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser

from cases.actions.history_imports import give_up_history_import, in_words, start_history_import
from cases.api.examples import ROW, SITE, STAFF, VERSION
from cases.models import FileForm, HistoryImport, ImportStatus
from cases.queries import history_imports_of
from clinic.api.fields import FlagField, IdField, StrictSerializer, TextField
from clinic.api.filters import by_choice
from clinic.api.problems import StrictJSONParser
from clinic.api.resources import Act, Addable, Detail, Told, pointed_at, same_version
from clinic.api.shapes import EtagField, Out
from clinic.models import Site, StaffMember

SMALL = 1_000_000  # characters of a text in JSON; a file may have 32 MB


class FormFlagField(FlagField):
    """The same; in multipart, where all is text, "true" or "false"."""

    def to_internal_value(self, data: Any) -> bool:
        if isinstance(self.parent.initial_data, QueryDict):
            data = {"true": True, "false": False}.get(str(data), data)
        return super().to_internal_value(data)


class ImportIn(StrictSerializer):
    """What is imported: as multipart with a `file`, or, where it is small, as JSON with its `text`."""

    site = IdField(help_text="Where its patients and cases are registered: one of your own.")
    lead = IdField(help_text="A physiotherapist of this site, who leads the cases that name no lead.")
    system = TextField(max_length=100, help_text="The system it comes from: under this name rows are known again.")
    form = serializers.ChoiceField(FileForm.choices)
    with_lookalikes = FormFlagField(
        required=False, help_text="Register those too who look like somebody. Without it they are told as faults."
    )
    file_name = TextField(max_length=200, required=False, help_text="With a `text`: what the file is called.")
    text = TextField(max_length=SMALL, required=False)
    file = serializers.FileField(required=False, allow_empty_file=True, help_text="At most 32 MB of UTF-8.")

    EXAMPLE = {
        "site": SITE,
        "lead": STAFF,
        "system": "OldBook",
        "form": "NDJSON",
        "text": '{"type": "patient", "id": "1", "given_names": "Ann", "family_name": "Ex", "born_on": "1985-05-12"}',
    }

    def validate(self, attrs: Told) -> Told:
        if ("file" in attrs) == ("text" in attrs):
            raise serializers.ValidationError({"file": "Send a file, or a text."}, "missing")
        return attrs


class LineFaultOut(serializers.Serializer[Any]):
    """One thing to correct: the line of the file, and a JSON pointer into it."""

    line = serializers.IntegerField()
    pointer = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class FaultList(serializers.ListField):
    """At most 200; `faulty` says how many there are."""

    child = LineFaultOut()

    @staticmethod
    def made(outcome: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {"line": line, "pointer": pointer, "code": code, "detail": in_words(code)}
            for line, pointer, code in outcome.get("faults", [])
        ]


class CountsField(serializers.DictField):
    """By kind of line, how many rows are new, were known, or have changed over there since they were imported."""

    child = serializers.DictField(child=serializers.IntegerField())

    @staticmethod
    def made(outcome: dict[str, Any]) -> dict[str, Any]:
        return dict(outcome.get("counts", {}))


class FaultyField(serializers.IntegerField):
    @staticmethod
    def made(outcome: dict[str, Any]) -> int:
        return int(outcome.get("faulty", 0))


class ImportOut(Out):
    """An import as it is now. Ask again while its `status` is WAITING: `done` of `total` lines are checked (phase
    CHECK) or written (WRITE). Nothing of it is there before it is DONE. A job that cannot be done `is_stuck`.
    """

    id = serializers.UUIDField()
    site = serializers.UUIDField(source="site_id")
    lead = serializers.UUIDField(source="lead_id")
    system = serializers.CharField()
    form = serializers.ChoiceField(FileForm.choices)
    file_name = serializers.CharField(allow_blank=True)
    with_lookalikes = serializers.BooleanField()
    status = serializers.ChoiceField(ImportStatus.choices)
    phase = serializers.CharField(allow_null=True)
    done = serializers.IntegerField(allow_null=True)
    total = serializers.IntegerField(allow_null=True)
    is_stuck = serializers.BooleanField()
    counts = CountsField(source="outcome")
    faulty = FaultyField(source="outcome")
    faults = FaultList(source="outcome")
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": ROW,
        "site": SITE,
        "lead": STAFF,
        "system": "OldBook",
        "form": "NDJSON",
        "file_name": "old.ndjson",
        "with_lookalikes": False,
        "status": "REFUSED",
        "phase": "CHECK",
        "done": 2,
        "total": 2,
        "is_stuck": False,
        "counts": {},
        "faulty": 1,
        "faults": [{"line": 2, "pointer": "/case", "code": "unknown_id", "detail": "Neither this file nor …"}],
        "created_at": "2026-09-07T10:14:58Z",
        "ended_at": "2026-09-07T10:15:00Z",
        **VERSION,
    }


class OfImports:
    """They tell of no patient by name, and are their sender's own."""

    noun, one, scope, detail, model, out = "imports", "import", "admin", "api_import", HistoryImport, ImportOut
    patient_column = ""
    scopes = {"GET": "admin", "POST": "admin"}

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        return history_imports_of(by)


class Imports(OfImports, Addable):
    """What was brought from a former system: a whole history as NDJSON, or patients as CSV. A job checks all of it
    first; then all of it is written, or nothing.
    """

    into = ImportIn
    parser_classes = [StrictJSONParser, MultiPartParser]
    filters = {"status": by_choice("status", ImportStatus.values)}
    orderings = ("-created_at", "pk")

    def add(self, told: Told, by: StaffMember) -> HistoryImport:
        site = pointed_at(Site.objects.filter(pk__in=by.site_ids), told["site"], "site")
        lead = pointed_at(StaffMember.objects.with_sites().filter(is_active=True), told["lead"], "lead")
        file = told.get("file")
        return start_history_import(
            file_name=file.name if file else told.get("file_name", ""),
            content=file.read() if file else told["text"].encode("utf-8"),
            form=told["form"],
            site=site,
            system=told["system"],
            lead=lead,
            with_lookalikes=told.get("with_lookalikes", False),
            by=by,
        )


class OneImport(OfImports, Detail):
    """One import: how far it is, what it made, or what is to be corrected."""


class GiveUpImport(OfImports, Act):
    """Throws a file away that waits or is checked; what is being written is not stopped."""

    def do(self, row: HistoryImport, version: int, told: Told, by: StaffMember) -> HistoryImport:
        same_version(row, version)
        return give_up_history_import(import_=row, by=by)
