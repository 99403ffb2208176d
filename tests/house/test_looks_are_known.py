"""Whoever is shown something of a clinical record is known to have looked: every address is asked."""

from typing import Any

import pytest
from django.test import Client

from clinic.actions.api_keys import create_api_key, scopes_of
from clinic.models import AuditEvent
from tests.house.test_privacy import MARKER, asked_for, planted, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


def shows(answer: str) -> bool:
    """The marker, but where a search is said back."""
    for said_back in (f"?q={MARKER}", f'value="{MARKER}"', f"“{MARKER}”"):
        answer = answer.replace(said_back, "")
    return MARKER in answer


def looks() -> int:
    return AuditEvent.objects.filter(action__regex=r"\.(seen|exported|printed)$").count()


def unknown_looks(client: Client, paths: set[str], **told: Any) -> set[str]:
    """Addresses that showed the marker and left no event."""
    found = set()
    for path in sorted(paths):
        before = looks()
        if shows(said(client.get(path, **told))) and looks() == before:
            found.add(path)
    return found


def test_every_page_that_shows_a_record_leaves_an_event(client: Client) -> None:
    by, ids = planted()
    client.force_login(by)
    assert sorted(unknown_looks(client, asked_for(ids))) == []


def test_so_does_every_answer_of_the_api(client: Client) -> None:
    by, ids = planted()
    _, key = create_api_key(owner=by, name="Reads", scopes=list(scopes_of(by)), by=by)
    asked = {path for path in asked_for(ids) if path.startswith("/api/")}
    answers = (client.get(path, headers={"Authorization": f"Bearer {key}"}) for path in asked)
    answered = [said(answer) for answer in answers if answer.status_code == 200]  # read to its end, a file is closed
    assert len(answered) > 40
    assert unknown_looks(client, asked, headers={"Authorization": f"Bearer {key}"}) == set()
