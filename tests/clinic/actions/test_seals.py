"""What the database makes of seals; the documents themselves are tested where something is signed."""

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from clinic import audit
from clinic.actions.seals import seal_row
from clinic.models import Seal
from clinic.models.records import new_id
from clinic.rules.seals import fingerprint
from tests.factories.records import a_case, a_consent, a_draft, a_physio, a_signed_session
from treatments.models import Session
from treatments.models.sealed import SESSION

pytestmark = pytest.mark.django_db


def at_once() -> None:
    """Asks now what the database asks at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(code: str, call: Any) -> bool:
    with pytest.raises(DatabaseError) as no, transaction.atomic():
        call()
    return no.value.__cause__.pgcode == code


def test_a_signing_is_sealed_and_its_event_says_so() -> None:
    by = a_physio()
    session = a_signed_session(a_case(by), by)
    at_once()
    seal = Seal.objects.get(row_id=session.pk)
    assert (seal.row_type, seal.patient_id) == ("treatments.session", session.case.patient_id)
    document = seal.document
    assert document["row"]["signed_name"] == by.name
    assert document["row"]["signed_hcpc_number"] == by.hcpc_number
    assert document["row"]["occurred_on"] == session.occurred_on.isoformat()
    assert {"created_at", "signed_at"} <= document["row"].keys()
    assert len(document["parts"]["treatments.measurement"]) == 2
    definition = document["definitions"]["treatments.modality/RSWT@1"]
    assert {"label", "content", "content_sha256"} <= definition.keys()
    assert document["words"]["patient"]["name"] == session.case.patient.full_name


def test_a_seal_without_its_event_is_refused() -> None:
    by = a_physio()
    consent = a_consent(a_case(by), by, "RSWT")
    at_once()

    def slip_in() -> None:
        text = json.dumps({"row": {}})
        Seal.objects.create(
            row_type="cases.consent",
            row_id=new_id(),
            patient_id=consent.patient_id,
            text=text,
            sha256=fingerprint(text),
        )
        at_once()

    assert refused("CB500", slip_in)


def test_a_fingerprint_of_something_else_is_refused() -> None:
    forged = Seal(row_type="cases.consent", row_id=new_id(), patient_id=new_id(), text="{}", sha256="0" * 64)
    assert refused("CB500", forged.save)


def test_nothing_is_signed_without_a_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("treatments.actions.sessions.seal_row", lambda *_args, **_more: {})
    by = a_physio()
    case = a_case(by)

    def sign() -> None:
        a_signed_session(case, by)
        at_once()

    assert refused("CB500", sign)


def test_nothing_is_sealed_twice_or_changed_after() -> None:
    by = a_physio()
    session = a_signed_session(a_case(by), by)

    def again() -> None:
        told = seal_row(SESSION, session.pk, patient_id=session.case.patient_id)
        audit.record("session.signed", by=by, about=session, patient_id=None, details=told)

    assert refused("23505", again)
    assert refused("42501", lambda: Seal.objects.filter(row_id=session.pk).update(text="{}"))
    assert refused("42501", Seal.objects.filter(row_id=session.pk).delete)


def test_an_unsigned_note_needs_none() -> None:
    by = a_physio()
    draft = a_draft(a_case(by), by)
    at_once()
    assert not Seal.objects.filter(row_id=draft.pk).exists()
    assert Session.objects.filter(pk=draft.pk).exists()
