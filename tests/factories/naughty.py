"""Texts that break software, and the ways in which a text gets into the record: each stores it as it is, or refuses it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from django.test import Client

from cases.models import Case, Consent, Patient, PatientAlert
from clinic.models.records import new_id
from tests.factories.records import a_signed_session
from treatments.models import Addendum, Session, Snippet

# The Big List of Naughty Strings, as it stands (MIT; its licence lies beside it).
NAUGHTY: list[str] = json.loads((Path(__file__).parent.parent / "data" / "blns.json").read_text(encoding="utf-8"))
OWN = [
    *("\x00", "a\x00b", "\x01\x02", "\x1b[31m", "\x7f", "\x85", "\u200b", "\ufeffword", "a\u202eb", "\u2066x\u2069"),
    *("\ud800", "a\udfffb", "\uffff", "\U0010ffff", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "e\u0301", "\u1e9e"),
    *("a\r\nb\rc\nd", "  kept  ", "\ttab\t", "\u00a0nbsp\u00a0", "\u2028line\u2029", "' OR 1=1 --", "\\", "\\u0000"),
    *("%00", "%s %d {0} {x}", "{{ 7*7 }}", "{% load x %}", "${7*7}", "<script>alert(1)</script>", "<!--", "&lt;b&gt;"),
    *("=1+1", "+1", "-1", "@SUM(A1)", "null", "NaN", "1e999", "\u0660\u0661", "ﬁ", "ﷺ" * 20, "Z" + "\u0300" * 50),
]
Way = Callable[[Client, Case, str], tuple[int, str | None]]


def alert(client: Client, case: Case, text: str) -> tuple[int, str | None]:
    sent = {"severity": "NOTE", "text": text}
    status = client.post(f"/patients/{case.patient_id}/alerts/", encoded(sent), content_type=FORM).status_code
    return status, last(PatientAlert, "text") if status == 302 else None


def name(client: Client, case: Case, text: str) -> tuple[int, str | None]:
    sent = {"given_names": "Zoë", "family_name": text, "born_on": "12/05/1985", "sex": "UNKNOWN"}
    sent |= {
        "site": str(case.patient.site_id),
        "dominant_side": "UNKNOWN",
        "confirm_not_duplicate": "on",
        "not_known": "on",
    }
    status = client.post("/patients/register/", encoded(sent), content_type=FORM).status_code
    return status, last(Patient, "family_name") if status == 302 else None


def consent(client: Client, case: Case, text: str) -> tuple[int, str | None]:
    sent = {"kind": "TREATMENT", "form": "VERBAL", "given_by": "PATIENT", "discussed": text}
    status = client.post(f"/patients/{case.patient_id}/consents/", encoded(sent), content_type=FORM).status_code
    return status, last(Consent, "discussed") if status == 302 else None


def snippet(client: Client, case: Case, text: str) -> tuple[int, str | None]:
    status = client.post(
        "/snippets/", encoded({"short": f"s{Snippet.objects.count()}", "text": text}), content_type=FORM
    ).status_code
    return status, last(Snippet, "text") if status == 302 else None


def addendum(client: Client, case: Case, text: str) -> tuple[int, str | None]:
    session = case.sessions.signed().first() or a_signed_session(case, case.lead)
    status = client.post(f"/sessions/{session.pk}/addenda/add/", encoded({"text": text}), content_type=FORM).status_code
    return status, last(Addendum, "text") if status == 302 else None


def note_by_program(client: Client, case: Case, text: str) -> tuple[int, str | None]:
    sent = {"case": str(case.pk), "kind": "CONTACT", "occurred_on": "2026-11-02", "subjective": text}
    answer = client.post("/api/v1/sessions/", sent, content_type="application/json")
    stored = answer.json()["subjective"] if answer.status_code == 201 else None
    return answer.status_code, stored


def addendum_by_program(client: Client, case: Case, text: str) -> tuple[int, str | None]:
    session = case.sessions.signed().first() or a_signed_session(case, case.lead)
    sent = {"kind": "ADDS", "text": text}
    answer = client.post(f"/api/v1/sessions/{session.pk}/addenda/", sent, content_type="application/json")
    return answer.status_code, last(Addendum, "text") if answer.status_code == 201 else None


def note_as_typed(client: Client, case: Case, text: str) -> tuple[int, str | None]:
    """The draft that the page saves by itself, and the note that becomes of it."""
    pk = new_id()
    sent = {
        "session": str(pk),
        "draft_version": "0",
        "kind": "CONTACT",
        "occurred_on": "2026-11-02",
        "subjective": text,
    }
    headers = {"X-Requested-With": "fetch"}
    answer = client.post(f"/cases/{case.pk}/sessions/log/", encoded(sent), content_type=FORM, headers=headers)
    found = Session.objects.filter(pk=pk).first()
    return answer.status_code, found.draft.get("subjective", "") if found else None


FORM = "application/x-www-form-urlencoded"
WAYS: dict[str, Way] = {
    "alert": alert,
    "name": name,
    "consent": consent,
    "snippet": snippet,
    "addendum": addendum,
    "note by a program": note_by_program,
    "addendum by a program": addendum_by_program,
    "note as it is typed": note_as_typed,
}


def encoded(sent: dict[str, str]) -> bytes:
    """As a browser would send it; lone surrogates as the bytes that a program might send."""

    def byte(text: str) -> str:
        return quote_from_bytes(text.encode("utf-8", "surrogatepass"))

    return "&".join(f"{byte(n)}={byte(v)}" for n, v in sent.items()).encode()


def last(model: Any, column: str) -> str:
    return str(model.objects.order_by("-created_at", "-pk").values_list(column, flat=True)[0])


def same(sent: str, stored: str) -> bool:
    """Line ends become LF; around a text blanks may go, within it nothing changes."""
    return stored.strip() == sent.replace("\r\n", "\n").replace("\r", "\n").strip()
