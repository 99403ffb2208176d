"""The demo as it is built once, in a database of these tests' own, in which each is rolled back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import filled, undone


@pytest.fixture(scope="package")
def built(built_demo: tuple[str, Path], django_db_blocker: Any) -> Iterator[str]:
    """The name of a database that holds the demo."""
    with filled(built_demo[0], "demo", lambda: None, django_db_blocker) as (name, _):
        yield name


@pytest.fixture
def demo_clinic(built: str, django_db_blocker: Any) -> Iterator[None]:
    """The built demo; what a test changes in it is undone."""
    with undone(built, django_db_blocker):
        yield
