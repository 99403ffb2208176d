"""What was signed before seals were kept is sealed later, says so, and is checked from then on."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from clinic.clock import now
from clinic.database.roles import as_owner
from clinic.models import AuditEvent, Seal
from tests.treatments.queries.test_verification import said_by_the_command, signed, tampered
from treatments.actions.late_seals import seal_later
from treatments.models import Session
from treatments.models.sealed import SESSION
from treatments.queries.frozen import frozen

__all__ = ["signed"]


def unsealed() -> None:
    """As it was before there were seals: the rows are signed, and nothing is sealed."""
    guard = "TRIGGER a_never_changed"
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE clinic_seal DISABLE {guard}")
        cursor.execute("DELETE FROM clinic_seal")
        cursor.execute(f"ALTER TABLE clinic_seal ENABLE ALWAYS {guard}")


def said(*options: str) -> str:
    out = StringIO()
    call_command("seal_records", *options, stdout=out)
    return out.getvalue()


def test_it_is_sealed_as_it_stands_and_says_that_it_was_later(signed: Session) -> None:
    before = {seal.row_id: seal.document for seal in Seal.objects.all()}
    unsealed()
    assert "8 signed records compared" in said_by_the_command()[0]
    assert said_by_the_command()[0].count("is signed and has no seal") == 8
    assert "8 signed records have no seal" in said("--dry-run")
    assert Seal.objects.count() == 0
    told = said()
    assert "8 signed records sealed as they stand now (" in told
    assert "proves nothing of the time before" in told
    day = now().date().isoformat()
    for seal in Seal.objects.all():
        document = seal.document
        assert document.pop("sealed_later_on") == day
        assert document == before[seal.row_id], "words, parts and definitions are those that a signing seals"
        event = AuditEvent.objects.get(row_id=seal.row_id, action="record.sealed_later")
        assert (event.details, event.patient_id, event.staff) == ({"seal": seal.sha256}, seal.patient_id, None)
    checked, is_well = said_by_the_command()
    assert is_well, checked
    assert f"8 of them were sealed after their signing (8 on {day})" in checked
    assert "prove nothing" in checked
    assert frozen(signed).words["patient"]["name"] == signed.case.patient.full_name


def test_it_is_done_once_and_changes_show_from_then_on(signed: Session) -> None:
    unsealed()
    said()
    sealed = set(Seal.objects.values_list("sha256", flat=True))
    assert "0 signed records sealed as they stand now (none)." in said()
    assert not seal_later(kind=SESSION, row_id=signed.pk)
    assert set(Seal.objects.values_list("sha256", flat=True)) == sealed
    with tampered(f"UPDATE treatments_session SET subjective = 'x' WHERE id = '{signed.pk}'"):
        checked, is_well = said_by_the_command()
    assert not is_well
    assert "/row/subjective" in checked


def test_a_draft_and_what_is_not_there_are_not_sealed(signed: Session) -> None:
    with pytest.raises(Session.DoesNotExist):
        seal_later(kind=SESSION, row_id=signed.case_id)
