"""What each answer says beside its content: to browsers, caches, search engines; and that no patient is named there."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from clinic.rules.permissions import Role
from clinic.rules.routes import ROUTES
from tests.factories.planted import plant
from tests.factories.records import a_patient, a_physio, site_of, staff
from tests.factories.rows import address, routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
MARKER, NUMBER, TERM = "Zyzzyva", "9991001018", "Quxyquux"
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}
LEAVES = {"account_logout"}


@pytest.fixture
def walked(client: Client, caplog: pytest.LogCaptureFixture) -> Iterator[list[tuple[str, Any]]]:
    """The answer of each route to somebody who may everything, about a patient whose every text is the marker."""
    by = a_physio()
    rows = plant(by, MARKER, registered=True)
    numbered = a_patient(by, given_names=MARKER, family_name=MARKER, nhs_number=NUMBER, is_another=True)
    client.force_login(staff(*Role, site=site_of(by)))
    for name in ("", "django.request"):  # more than is ever written to a log
        caplog.set_level(logging.INFO, logger=name)
    stream = logging.getLogger("casebook.security")
    stream.addHandler(caplog.handler)
    asked = [address(name, path, rows) for name, path, _ in routes() if name not in LEAVES]
    asked += [f"/patients/{numbered.pk}/", f"/patients/{numbered.pk}/change/", "/nowhere/"]
    asked += [f"{path}{TERM}" for path in ("/patients/?q=", "/cases/?q=", "/audit/?q=", "/api/v1/patients/?search=")]
    answers = [(path, asked_for(client, path)) for path in asked]
    typed = {"given_names": MARKER, "family_name": TERM, "born_on": "12/05/1985", "nhs_number": NUMBER}
    answers.append(("registering", client.post("/patients/register/", typed)))
    answers.append(("correcting", client.post(f"/patients/{numbered.pk}/change/", {**typed, "version": "1"})))
    yield answers
    stream.removeHandler(caplog.handler)


def asked_for(client: Client, path: str) -> Any:
    answer = client.get(path)
    if answer.streaming:
        assert b"".join(answer.streaming_content)  # read to its end, its file is closed
    return answer


def test_each_answer_is_strict_and_kept_nowhere(walked: list[tuple[str, Any]]) -> None:
    assert len(walked) > len(ROUTES)
    assert sum(answer.status_code == 200 for _, answer in walked) > 60
    assert sum(path.startswith("/api/") and answer.status_code == 200 for path, answer in walked) > 3
    wrong = {path: found for path, answer in walked if (found := list(faults_of(answer)))}
    assert wrong == {}


def faults_of(answer: Any) -> Iterator[str]:
    told = answer.headers
    parts = (part.strip().partition(" ") for part in told.get("Content-Security-Policy", "").split(";"))
    policy = {name: value for name, _, value in parts}
    is_cut_off = "sandbox" in policy  # a picture as it was taken: it may do nothing at all
    yield from (
        name
        for name, value in STRICT.items()
        if policy.get(name) != value and not (is_cut_off and name != "default-src")
    )
    if "unsafe" in str(policy) or "*" in str(policy):
        yield "unsafe"
    if told.get("X-Frame-Options") != "DENY":
        yield "X-Frame-Options"
    if told.get("X-Content-Type-Options") != "nosniff":
        yield "X-Content-Type-Options"
    if told.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        yield "Referrer-Policy"
    if told.get("X-Robots-Tag") != "noindex, nofollow":
        yield "X-Robots-Tag"
    if "no-store" not in told.get("Cache-Control", ""):
        yield f"Cache-Control: {told.get('Cache-Control')}"


def test_no_title_no_address_and_no_log_names_a_patient_or_a_search(
    walked: list[tuple[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    told = {f"title of {path}": title_of(answer) for path, answer in walked}
    told |= {f"where {path} leads": answer.headers.get("Location", "") for path, answer in walked}
    told |= {
        f"log {n}": r.getMessage() + str(vars(r).get("exc_text")) for n, r in enumerate(caplog.get_records("setup"))
    }
    assert sum(bool(text) for text in told.values()) > 80
    assert any(name.startswith("log") for name in told)
    names = {where: text for where, text in told.items() if any(word in text for word in (MARKER, NUMBER, TERM))}
    assert names == {}


def title_of(answer: Any) -> str:
    if "html" not in answer.headers.get("Content-Type", ""):
        return ""
    found = re.search(r"<title>(.*?)</title>", answer.content.decode(), re.DOTALL)
    return found[1] if found else ""
