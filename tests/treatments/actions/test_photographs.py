from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.consents import withdraw_consent
from cases.actions.documents import NewPhotograph, keep_photograph, withdraw_document, write_files
from cases.models import Consent, Document
from clinic.errors import NotAllowed, RuleBroken
from clinic.rules.permissions import Role
from tests.factories.photographs import a_photograph, a_picture_file, agreed
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session, site_of, staff
from treatments.actions import photographs
from treatments.actions.photographs import add_photograph, take_away_photograph
from treatments.actions.sessions import discard_session, sign_session
from treatments.models import Session, SessionDocument

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
TOLD = NewPhotograph("Right ankle")


def signed(session: Session) -> Session:
    session.refresh_from_db()
    return sign_session(session=session, draft_version=session.draft_version, by=session.author)


def test_it_is_signed_with_its_note_and_stays() -> None:
    by = a_physio()
    row = a_photograph(a_draft(a_case(by), by), by)
    signed(row.session)
    with pytest.raises(RuleBroken, match="signed"):
        take_away_photograph(photograph=row, reason="Blurred", by=by)
    with pytest.raises(RuleBroken, match="signed"):
        a_photograph(Session.objects.get(pk=row.session_id), by)
    with pytest.raises(DatabaseError, match="photographs stay"), transaction.atomic():
        withdraw_document(document=row.document, reason="Behind its back", by=by)
    assert SessionDocument.objects.that_count().get() == row


def test_until_then_it_may_be_taken_away() -> None:
    by = a_physio()
    row = a_photograph(a_draft(a_case(by), by), by)
    with pytest.raises(RuleBroken, match="Say why"):
        take_away_photograph(photograph=row, reason="", by=by)
    take_away_photograph(photograph=row, reason="Blurred", by=by)
    signed(row.session)
    assert not SessionDocument.objects.that_count().exists()
    assert SessionDocument.objects.count() == 1


def test_a_discarded_note_takes_none(documents: Path) -> None:
    by = a_physio()
    draft = a_draft(agreed(a_case(by), by), by)
    discard_session(session=draft, reason="Wrong patient", by=by)
    draft.refresh_from_db()
    with pytest.raises(RuleBroken, match="discarded"):
        add_photograph(session=draft, data=a_picture_file(), told=TOLD, by=by)
    assert not documents.exists()


def test_what_is_refused_leaves_neither_row_nor_file(documents: Path) -> None:
    by = a_physio()
    draft = a_draft(a_case(by), by)
    with pytest.raises(RuleBroken, match="no consent"):
        add_photograph(session=draft, data=a_picture_file(), told=TOLD, by=by)
    agreed(draft.case, by)
    for data, told in ((b"<svg/>", TOLD), (a_picture_file(), NewPhotograph(""))):
        with pytest.raises(RuleBroken):
            add_photograph(session=draft, data=data, told=told, by=by)
    withdraw_consent(consent=Consent.objects.get(kind="PHOTO"), by=by)
    with pytest.raises(RuleBroken, match="no consent"):
        add_photograph(session=draft, data=a_picture_file(), told=TOLD, by=by)
    assert not Document.objects.exists()
    assert not list(documents.rglob("*.*"))


def test_a_crash_between_file_and_row_leaves_no_row_without_its_file(
    documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = a_physio()
    draft = a_draft(agreed(a_case(by), by), by)

    def crash(*_: object) -> None:
        assert len(list(documents.rglob("*.*"))) == 3, "the files are there before the note knows of them"
        raise DatabaseError("the connection is gone")

    monkeypatch.setattr(photographs, "put_into", crash)
    with pytest.raises(DatabaseError):
        add_photograph(session=draft, data=a_picture_file(), told=TOLD, by=by)
    assert not Document.objects.exists()
    assert len(list(documents.rglob("*.*"))) == 3, "whether the row was kept is not known, so the files stay"


def test_a_disk_that_is_full_leaves_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    by = a_physio()
    draft = a_draft(agreed(a_case(by), by), by)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cases.actions.documents.write", full)
    with pytest.raises(OSError, match="No space"):
        add_photograph(session=draft, data=a_picture_file(), told=TOLD, by=by)
    assert not Document.objects.exists()


def test_only_its_author_adds_to_a_note_and_takes_from_it() -> None:
    by = a_physio()
    row = a_photograph(a_draft(a_case(by), by), by)
    for other in (a_physio(site_of(by)), staff(Role.CLINICAL_LEAD, site=site_of(by))):
        with pytest.raises(NotAllowed):
            add_photograph(session=row.session, data=a_picture_file(), told=TOLD, by=other)
        with pytest.raises(NotAllowed):
            take_away_photograph(photograph=row, reason="x", by=other)


def test_a_note_holds_at_most_so_many(documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photographs, "MOST", 2)
    by = a_physio()
    draft = a_draft(a_case(by), by)
    first = a_photograph(draft, by)
    a_photograph(draft, by)
    with pytest.raises(RuleBroken, match="at most"):
        a_photograph(draft, by)
    assert len(list(documents.rglob("*.*"))) == 6
    take_away_photograph(photograph=first, reason="Blurred", by=by)
    a_photograph(draft, by)


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(statement: str, **names: object) -> str:
    for name, value in names.items():
        statement = statement.replace(f"<{name}>", str(value))
    with pytest.raises(DatabaseError) as no:
        run(statement)
    return str(no.value)


INSERT = (
    "INSERT INTO treatments_sessiondocument (id, created_at, session_id, document_id, case_id) VALUES"
    " (gen_random_uuid(), now(), '<session>', '<document>', '<case>')"
)


def test_the_database_keeps_photographs_where_they_belong() -> None:
    by = a_physio()
    row = a_photograph(a_draft(a_case(by), by), by)
    loose = keep_photograph(case=row.case, kept=write_files(a_picture_file()), told=TOLD, by=by)
    names = {"document": loose.pk, "case": row.case_id}
    other, done = a_draft(a_case(by), by), a_signed_session(row.case, by)
    assert "nothing can be added" in refused(INSERT, session=done.pk, **names)
    assert "of_its_session" in refused(INSERT, session=other.pk, **names)
    assert "of_its_document" in refused(INSERT, session=other.pk, document=loose.pk, case=other.case_id)
    mine = a_draft(row.case, by).pk
    assert "document_id" in refused(INSERT, session=mine, document=row.document_id, case=row.case_id), "in one only"
    for statement in ("UPDATE {} SET session_id = session_id", "DELETE FROM {}", "TRUNCATE {}"):
        assert refused(statement.format("treatments_sessiondocument"))
