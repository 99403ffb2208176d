"""The demo, built once for all its tests: in a database of its own, in which each test is rolled back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from tests.conftest import filled, undone


@pytest.fixture(scope="package")
def built(template: str, django_db_blocker: Any) -> Iterator[str]:
    """The name of a database that holds the demo."""
    with filled(template, "demo", lambda: call_command("demo", verbosity=0), django_db_blocker) as (name, _):
        yield name


@pytest.fixture
def demo_clinic(built: str, django_db_blocker: Any) -> Iterator[None]:
    """The built demo; what a test changes in it is undone."""
    with undone(built, django_db_blocker):
        yield
