"""Nothing clinical reaches those who may not read it: a planted marker is looked for in every answer."""

from itertools import islice
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from clinic.actions.api_keys import create_api_key, scopes_of
from clinic.rules.permissions import Role
from tests.factories.planted import plant
from tests.factories.records import a_physio, site_of, staff
from tests.factories.rows import pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
MARKER = "Zyzzyva"


def planted() -> tuple[Any, dict[str, UUID]]:
    """A patient whose every clinical text says the marker; and the ids of all that is theirs, by kind."""
    by = a_physio()
    return by, plant(by, MARKER)


def asked_for(ids: dict[str, UUID]) -> set[str]:
    """Each address of the site with each row in its place; and searches."""
    return pages(ids.items()) | {f"/patients/?q={MARKER}", f"/api/v1/patients/?search={MARKER}", "/?who=all"}


def said(response: Any) -> str:
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode(errors="replace")
    return str(response.content.decode(errors="replace"))  # a PDF is no text


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR])
def test_a_planted_marker_reaches_nobody_who_may_not_read_it(client: Client, role: Role) -> None:
    by, ids = planted()
    client.force_login(staff(role, site=site_of(by)))
    asked = asked_for(ids)
    assert len(asked) > 300
    found = {
        path
        for path in asked
        if MARKER
        in said(client.get(path))
        .replace(f"?q={MARKER}", "")
        .replace(f"“{MARKER}”", "")
        .replace(f'value="{MARKER}"', "")
    }
    assert found == set()


def test_the_marker_is_there_to_be_found(client: Client) -> None:
    by, ids = planted()
    client.force_login(by)
    found = (path for path in sorted(asked_for(ids)) if MARKER in said(client.get(path)))
    assert len(list(islice(found, 30))) == 30


def test_nor_by_a_key_of_the_clinic_admin(client: Client) -> None:
    by, ids = planted()
    admin = staff(Role.CLINIC_ADMIN, Role.PHYSIOTHERAPIST, site=site_of(by))
    _, key = create_api_key(owner=admin, name="Desk", scopes=list(scopes_of(admin)), by=admin)
    admin.roles = [str(Role.CLINIC_ADMIN)]  # and no physiotherapist any more
    admin.save_change("roles")
    headers = {"Authorization": f"Bearer {key}"}
    answers = [client.get(path, headers=headers) for path in asked_for(ids) if path.startswith("/api/")]
    assert any(answer.status_code == 200 for answer in answers)
    assert not [a for a in answers if MARKER in said(a) and f"search={MARKER}" not in said(a)]
