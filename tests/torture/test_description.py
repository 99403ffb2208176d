"""The whole description asked as each role: no fault of ours, no answer that it does not speak of."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from clinic.rules.permissions import Role
from tests.factories.asked import asked_by
from tests.factories.described import Described, described

SHARE = float(os.environ.get("TORTURE_SHARE", "1"))
LEAST = round(5000 * SHARE)  # requests as each role
pytestmark = [pytest.mark.torture, pytest.mark.usefixtures("documents")]


@pytest.fixture(scope="module")
def clinic(template: str, django_db_blocker: Any) -> Iterator[Described]:
    with described(template, django_db_blocker) as told:
        yield told


@pytest.mark.parametrize("role", list(Role))
def test_each_operation_as_each_role(
    clinic: Described, role: Role, django_db_blocker: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    # Some operations take no more than a few different requests: the others are asked more often.
    asked = asked_by(role, clinic, max(2, round(1.1 * LEAST / len(clinic.operations))), django_db_blocker)
    with capsys.disabled():
        print(f" {role}: {asked.cases} requests, {dict(sorted(asked.statuses.items()))}", end=" ")  # noqa: T201
    assert asked.operations == clinic.operations
    asked.fail_where_wrong()
    assert asked.cases >= LEAST
