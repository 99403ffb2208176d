"""The demo, built once for all its tests: in a database of its own, in which each test is rolled back."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.conftest import TEMPLATE, administer, drop, grant_connect, named


@pytest.fixture(scope="package")
def built(template: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a database that holds the demo."""
    name = f"{TEMPLATE}_demo"
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    grant_connect(name)
    with django_db_blocker.unblock(), named(name):
        call_command("demo", verbosity=0)
    yield name
    drop(name)


@pytest.fixture
def demo_clinic(built: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The built demo; what a test changes in it is undone."""
    with django_db_blocker.unblock(), named(built), transaction.atomic():
        yield
        transaction.set_rollback(True)
