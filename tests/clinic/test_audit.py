import json
import logging
from collections import Counter

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from clinic import audit
from clinic.actions.api_keys import create_api_key
from clinic.actions.invitations import invite_staff_member
from clinic.actions.staff import add_site
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import manager, staff


def test_what_is_not_atomic_is_not_told(own_database: str) -> None:
    with pytest.raises(transaction.TransactionManagementError, match="in the transaction that does it"):
        audit.record("case.seen", by=None)
    assert not AuditEvent.objects.filter(action="case.seen").exists()


def test_an_event_goes_with_its_write_or_not_at_all(own_database: str) -> None:
    person = staff(Role.RECEPTIONIST)
    before = AuditEvent.objects.count()
    with transaction.atomic():
        audit.record("case.seen", by=person, about=person)
        transaction.set_rollback(True)
    assert AuditEvent.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["seen", "Case.seen", "case.seen.twice", "case seen", ""])
def test_an_action_is_a_dotted_name(action: str) -> None:
    with pytest.raises(DatabaseError, match="audit_action_is_a_dotted_name"), transaction.atomic():
        audit.record(action, by=None)


@pytest.mark.django_db
def test_details_are_short() -> None:
    with pytest.raises(DatabaseError, match="details of an audit event are short"), transaction.atomic():
        audit.record("case.seen", by=None, details={"x": "y" * 5000})


def test_refusals_outlive_what_is_rolled_back(own_database: str, client: Client) -> None:
    person = staff(Role.RECEPTIONIST)
    client.force_login(person)
    assert client.get("/staff/").status_code == 403
    Client().post("/account/login/", {"login": person.email, "password": "wrong"})
    connection.close()  # what was not committed is gone
    kept = AuditEvent.objects.filter(action__endswith=".refused").order_by("id")
    assert [(e.action, e.staff, e.details["code"]) for e in kept] == [
        ("action.refused", person, "not_allowed"),
        ("login.refused", None, "password"),
    ]


MARKER = "Zyzzyva"


def test_the_security_stream_holds_no_word_of_anybody(own_database: str, caplog: pytest.LogCaptureFixture) -> None:
    """Every text that a person can type says the marker; what is told is told once, after the commit."""
    stream = logging.getLogger("casebook.security")
    stream.addHandler(caplog.handler)
    try:
        with transaction.atomic():
            admin = manager()
            invite_staff_member(
                email=f"{MARKER}@example.org", name=MARKER, roles=["PHYSIOTHERAPIST"], sites=[], by=admin
            )
            add_site(name=MARKER, address=MARKER, by=admin)
            create_api_key(owner=admin, name=MARKER, scopes=["patients:read"], by=admin)
            audit.record("action.refused", by=admin, details={"action": MARKER, "code": MARKER, "q": MARKER})
            audit.record("letter.printed", by=admin, details={"status": MARKER})
            audit.record("case.seen", by=admin)
            assert lines_of(caplog) == []
        Client().post(f"/account/login/?next={MARKER}", {"login": f"{MARKER}@nowhere.example", "password": MARKER})
        Client().get(f"/api/v1/patients/?search={MARKER}", headers={"Authorization": f"Bearer {MARKER}"})
        with transaction.atomic():
            audit.record("staff.changed", by=admin)
            transaction.set_rollback(True)
    finally:
        stream.removeHandler(caplog.handler)
    told = lines_of(caplog)
    assert MARKER.lower() not in str(told).lower()
    assert Counter(line["action"] for line in told) == {
        "staff.added": 2,
        "invitation.made": 1,
        "site.added": 1,
        "api_key.created": 1,
        "action.refused": 1,
        "letter.printed": 1,
        "login.refused": 2,
    }
    assert all(
        set(line) <= {"at", "action", "staff", "door", "came_from", "request", "row_type", "row", "code"}
        for line in told
    )
    assert [line["code"] for line in told if line["action"] == "login.refused"] == ["unknown", "unknown"]


def lines_of(caplog: pytest.LogCaptureFixture) -> list[dict[str, str]]:
    return [json.loads(r.getMessage()) for r in caplog.records if r.name == "casebook.security"]


def test_a_line_of_the_stream_is_json_by_itself() -> None:
    logger = logging.getLogger("casebook.security")
    handler = next(h for h in logger.handlers if h.get_name() == "security")
    assert handler.format(logging.makeLogRecord({"msg": '{"a": 1}'})) == '{"a": 1}'
    assert (logger.propagate, logger.level) == (False, logging.INFO)
