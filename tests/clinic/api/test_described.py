"""A few requests of each operation of the description as each role; `make torture` sends thousands."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from clinic.rules.permissions import Role
from tests.factories.asked import asked_by, example_of, with_rows
from tests.factories.described import Described, bearer, described, used
from tests.factories.rows import kind_of

# How often each operation is asked: most as those who may do most.
EXAMPLES = {
    Role.PHYSIOTHERAPIST: 3,
    Role.CLINIC_ADMIN: 2,
    Role.CLINICAL_LEAD: 1,
    Role.RECEPTIONIST: 1,
    Role.AUDITOR: 1,
}
# Which examples are of another day or state than the rows that are planted here, or bring no file.
REFUSED = {
    "POST /api/v1/adverse-events/{id}/resolve/",
    "PATCH /api/v1/blocks/{id}/",
    "POST /api/v1/blocks/{id}/end/",
    "PATCH /api/v1/cases/{id}/",
    "POST /api/v1/imports/{id}/give-up/",
    "POST /api/v1/imaging-results/{id}/files/",
    "POST /api/v1/patients/{id}/merge/",
}
pytestmark = pytest.mark.usefixtures("documents")


@pytest.fixture(scope="module")
def described_clinic(template: str, django_db_blocker: Any) -> Iterator[Described]:
    with described(template, django_db_blocker) as told:
        yield told


def test_examples_are_taken(described_clinic: Described, django_db_blocker: Any) -> None:
    """What the description shows can be sent as it stands, where the rows that it names are in that state."""
    written = [found.ok() for found in described_clinic.description.get_all_operations() if found.ok().method != "get"]
    refused: dict[str, set[tuple[int, str]]] = {}
    with used(described_clinic.database, django_db_blocker):
        for operation in written:
            told = set()
            for answer in as_shown(operation, described_clinic):
                if answer.status_code < 300:
                    break
                told.add((answer.status_code, answer.json()["code"]))
            else:
                refused[operation.label] = told
    assert set(refused) == REFUSED, "\n".join(map(str, refused.items()))


def as_shown(operation: Any, clinic: Described) -> Iterator[Any]:
    """The answers to what is shown, of each patient that is there, by who treats them and by who runs the clinic."""
    for rows in clinic.rows:
        name = rows.get(kind_of(operation.path.removeprefix("/").replace("{id}", "<uuid:pk>")), "")
        path, shown = operation.path.replace("{id}", name), with_rows(example_of(operation), rows)
        for role in (Role.PHYSIOTHERAPIST, Role.CLINIC_ADMIN):
            headers = bearer(clinic.keys[role]) | {"If-Match": clinic.etags.get(name, "1")}
            with transaction.atomic():
                body = "" if shown is None else json.dumps(shown)
                yield Client().generic(operation.method.upper(), path, body, "application/json", headers=headers)
                transaction.set_rollback(True)


@pytest.mark.parametrize(("role", "examples"), EXAMPLES.items())
def test_answers_are_as_described(
    described_clinic: Described, role: Role, examples: int, django_db_blocker: Any
) -> None:
    asked = asked_by(role, described_clinic, examples, django_db_blocker)
    assert asked.operations == described_clinic.operations
    assert asked.statuses[200] or role == Role.AUDITOR
    asked.fail_where_wrong()
