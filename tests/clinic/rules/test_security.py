from datetime import UTC, datetime
from uuid import UUID

import pytest

from clinic.rules.security import is_relevant, line_of

ID = UUID("00000000-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("action", "is_told"),
    [
        ("login.refused", True),
        ("proof.refused", True),
        ("browser.locked", True),
        ("action.refused", True),
        ("api_key.created", True),
        ("api_key.revoked", True),
        ("staff.changed", True),
        ("staff.deactivated", True),
        ("passkey.removed", True),
        ("password.changed", True),
        ("screening.overridden", True),
        ("waiver.granted", True),
        ("break_glass.opened", True),
        ("progress.exported", True),
        ("letter.printed", True),
        ("audit.seen", True),
        ("case.seen", False),
        ("session.signed", False),
        ("patient.registered", False),
        ("waiver.asked", False),
        ("exported.seen", False),
    ],
)
def test_what_is_told(action: str, is_told: bool) -> None:
    assert is_relevant(action, "page") is is_told
    assert not is_relevant(action, "demo")


def a_line(**told: object) -> dict[str, str]:
    usual = {
        "at": datetime(2026, 1, 2, 3, 4, 5, 678901, UTC),
        "action": "login.refused",
        "staff_id": None,
        "door": "page",
        "came_from": None,
        "request_id": None,
        "row_type": "",
        "row_id": None,
        "code": None,
    }
    return line_of(**{**usual, **told})  # type: ignore[arg-type]


def test_a_line_holds_what_there_is_and_nothing_else() -> None:
    assert a_line() == {"at": "2026-01-02T03:04:05.678+00:00", "action": "login.refused", "door": "page"}
    full = a_line(
        staff_id=ID, came_from="203.0.113.9", request_id=ID, row_type="cases.case", row_id=ID, code="too_many"
    )
    assert set(full) == {"at", "action", "staff", "door", "came_from", "request", "row_type", "row", "code"}
    assert (full["code"], full["row"], full["staff"]) == ("too_many", str(ID), str(ID))


@pytest.mark.parametrize("code", ["Ann Example", "a b", "", "é", "x" * 41, 3, {"a": 1}, "too_many\n"])
def test_what_is_no_code_is_left_out(code: object) -> None:
    assert "code" not in a_line(code=code)
