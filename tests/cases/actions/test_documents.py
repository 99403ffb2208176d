import hashlib
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.consents import withdraw_consent
from cases.actions.documents import (
    NewPhotograph,
    agree_to_photographs,
    forget_files,
    keep_photograph,
    photo_consent,
    withdraw_document,
    write,
    write_files,
)
from cases.actions.documents import (
    documents as store,
)
from cases.models import Consent, Document, DocumentWithdrawal
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.photographs import a_picture_file, agreed
from tests.factories.records import a_case, a_patient, a_physio, site_of, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
TOLD = NewPhotograph("Right ankle, from behind", file_name="IMG_1.jpg")


def test_the_original_is_kept_as_it_came(documents: Path) -> None:
    by = a_physio()
    case = agreed(a_case(by), by)
    data = a_picture_file("PNG")
    told = NewPhotograph(" Scar ", case.injuries.get(), file_name="C:\\fake\\..\\IMG\u202e_1.png")
    row = keep_photograph(case=case, kept=write_files(data), told=told, by=by)
    original = documents / row.stored_as("original")
    assert original.read_bytes() == data
    assert row.sha256 == hashlib.sha256(data).hexdigest()
    assert (row.title, row.where, row.file_name) == ("Scar", "right ankle", "IMG_1.png")
    assert (row.content_type, row.width_px, row.height_px, row.size_bytes) == ("image/png", 640, 480, len(data))
    assert row.taken_on == clock.today(case.site.time_zone)
    assert stat.S_IMODE(original.stat().st_mode) == 0o600
    assert stat.S_IMODE(original.parent.stat().st_mode) == 0o700
    assert {p.name.removeprefix(str(row.pk)) for p in original.parent.iterdir()} == {
        ".original",
        ".shown",
        ".thumbnail",
    }
    assert AuditEvent.objects.get(row_id=row.pk).action == "photograph.added"


def test_without_consent_none_is_kept() -> None:
    by = a_physio()
    case = a_case(by)
    kept = write_files(a_picture_file())
    with pytest.raises(RuleBroken, match="no consent to photographs"):
        keep_photograph(case=case, kept=kept, told=TOLD, by=by)
    consent = agree_to_photographs(case=case, by=by)
    assert agree_to_photographs(case=case, by=by) == consent, "once is enough"
    assert (consent.kind, consent.form, consent.case) == ("PHOTO", "VERBAL", case)
    withdraw_consent(consent=consent, by=by)
    with pytest.raises(RuleBroken, match="no consent"):
        keep_photograph(case=case, kept=kept, told=TOLD, by=by)
    assert not Document.objects.exists()


def test_a_consent_for_another_case_or_patient_does_not_count() -> None:
    by = a_physio()
    case = agreed(a_case(by), by)
    assert photo_consent(a_case(by)) is None
    assert photo_consent(a_case(by, case.patient)) is None


def test_under_sixteen_the_competence_is_noted_first() -> None:
    by = a_physio()
    child = a_patient(by, born_on=clock.today() - timedelta(days=12 * 366))
    with pytest.raises(RuleBroken) as no:
        agree_to_photographs(case=a_case(by, child), by=by)
    assert "Gillick" in no.value.faults[0].message


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (NewPhotograph("  "), "Say in a few words"),
        (NewPhotograph("x" * 201), "At most 200"),
        (NewPhotograph("a\x00"), "cannot be stored"),
        (NewPhotograph("x", taken_on=clock.today() + timedelta(days=2)), "in the future"),
        (NewPhotograph("x", taken_on=clock.today() - timedelta(days=365 * 150)), "before the date of birth"),
    ],
)
def test_what_is_said_of_it_must_be_right(told: NewPhotograph, message: str) -> None:
    by = a_physio()
    case = agreed(a_case(by), by)
    with pytest.raises(RuleBroken) as no:
        keep_photograph(case=case, kept=write_files(a_picture_file()), told=told, by=by)
    assert any(message in fault.message for fault in no.value.faults)


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"", "empty", "is empty"),
        (b"\0\0\0\x18ftypheic", "heic", "Most compatible"),
        (b"<svg/>", "other_type", "JPEG, PNG and WebP"),
        (a_picture_file() + b"<script>", "more_than_a_picture", "more than a picture"),
        (a_picture_file()[:3000], "damaged", "did not arrive whole"),
        (a_picture_file() + b"\0" * 20 * 1024 * 1024, "too_large", "at most 20 MB"),
    ],
    ids=["empty", "heic", "svg", "script", "cut off", "too large"],
)
def test_what_is_no_photograph_leaves_nothing_behind(documents: Path, data: bytes, code: str, message: str) -> None:
    with pytest.raises(RuleBroken, match=message) as no:
        write_files(data)
    assert no.value.code == code
    assert not list(documents.rglob("*.*"))


def test_files_come_first_and_are_never_written_over(documents: Path) -> None:
    kept = write_files(a_picture_file())
    assert len(list(documents.rglob("*.*"))) == 3
    assert not Document.objects.exists()
    with pytest.raises(FileExistsError):
        write(Document(pk=kept.id).stored_as("original"), b"other")
    forget_files(kept)
    assert not store().exists(Document(pk=kept.id).stored_as("original"))


def test_what_is_taken_away_says_why_and_stays(documents: Path) -> None:
    by = a_physio()
    row = keep_photograph(case=agreed(a_case(by), by), kept=write_files(a_picture_file()), told=TOLD, by=by)
    with pytest.raises(RuleBroken, match="Say why"):
        withdraw_document(document=row, reason=" ", by=by)
    withdraw_document(document=row, reason="Blurred", by=by)
    with pytest.raises(RuleBroken, match="already"):
        withdraw_document(document=row, reason="Again", by=by)
    assert (documents / row.stored_as("original")).exists()
    assert not Document.objects.that_count().exists()
    assert AuditEvent.objects.filter(action="photograph.taken_away", staff=by).count() == 1


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR, Role.CLINICAL_LEAD])
def test_only_those_who_treat_keep_photographs(role: Role) -> None:
    by = a_physio()
    case = agreed(a_case(by), by)
    kept = write_files(a_picture_file())
    other = staff(role, site=site_of(by))
    with pytest.raises(NotAllowed):
        keep_photograph(case=case, kept=kept, told=TOLD, by=other)
    row = keep_photograph(case=case, kept=kept, told=TOLD, by=by)
    with pytest.raises(NotAllowed):
        withdraw_document(document=row, reason="x", by=other)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_document SET title = 'x'",
        "DELETE FROM cases_document",
        "TRUNCATE cases_document CASCADE",
        "UPDATE cases_documentwithdrawal SET reason = 'x'",
        "DELETE FROM cases_documentwithdrawal",
    ],
)
def test_what_is_on_file_stays(statement: str) -> None:
    by = a_physio()
    row = keep_photograph(case=agreed(a_case(by), by), kept=write_files(a_picture_file()), told=TOLD, by=by)
    withdraw_document(document=row, reason="Blurred", by=by)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert DocumentWithdrawal.objects.get().reason == "Blurred"


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


INSERT = (
    "INSERT INTO cases_document (id, created_at, case_id, kind, title, side, taken_on, content_type, width_px, height_px,"
    " size_bytes, sha256, file_name, uploaded_by_id) SELECT gen_random_uuid(), now(), case_id, kind, {title}, side,"
    " {day}, {type}, width_px, height_px, {size}, {sha}, file_name, uploaded_by_id FROM cases_document"
)
RIGHT = {"title": "title", "day": "taken_on", "type": "content_type", "size": "size_bytes", "sha": "sha256"}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"title": "''"}, "document_says_what_it_shows"),
        ({"day": "current_date + 2"}, "in the future"),
        ({"day": "'1900-01-01'"}, "before the birth"),
        ({"type": "'image/svg+xml'"}, "document_type_is_known"),
        ({"size": "0"}, "document_is_not_empty_and_not_too_large"),
        ({"sha": "'x'"}, "document_has_its_digest"),
        ({}, "without an audit event"),
    ],
)
def test_the_database_refuses_what_cannot_be(wrong: dict[str, str], told: str) -> None:
    by = a_physio()
    keep_photograph(case=agreed(a_case(by), by), kept=write_files(a_picture_file()), told=TOLD, by=by)
    with pytest.raises(DatabaseError, match=told):
        run(INSERT.format(**{**RIGHT, **wrong}))


def test_nor_a_photograph_of_somebody_who_took_the_consent_back() -> None:
    by = a_physio()
    keep_photograph(case=agreed(a_case(by), by), kept=write_files(a_picture_file()), told=TOLD, by=by)
    withdraw_consent(consent=Consent.objects.get(kind="PHOTO"), by=by)
    with pytest.raises(DatabaseError, match="no consent"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT.format(**RIGHT))
