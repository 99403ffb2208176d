"""The database of the tests: made once as the owner, used as the application; a copy for tests that commit."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.template import Template
from django.test.utils import _TestState

from clinic.database import attempts, embedded

# Playwright runs an event loop in the thread of the tests; nothing of ours is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

TEMPLATE = f"test_casebook_{os.getpid()}"
# Fixtures that are built once, in a database of their own, for several tests.
BUILT = ("demo_clinic", "three_patients", "many_sessions")
numbers = count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys begin first. With two processes those of one module, which share a site, stay together; each walk through
    the pages is long and on its own; tests that share what was built for them stay together too.
    """
    for item in items:
        shared = [name for name in BUILT if name in getattr(item, "fixturenames", ())]
        if item.get_closest_marker("journey"):
            name = item.nodeid if "test_every_page" in item.nodeid else item.path.stem
            item.add_marker(pytest.mark.xdist_group(name))
        elif shared:
            item.add_marker(pytest.mark.xdist_group(shared[0]))
    items.sort(key=how_late)


def how_late(item: pytest.Item) -> tuple[bool, ...]:
    is_alone = item.get_closest_marker("xdist_group") is None
    return item.get_closest_marker("journey") is None, "test_every_page" not in item.nodeid, is_alone


@pytest.fixture(scope="session", autouse=True)
def templates_are_rendered_as_they_are(django_test_environment: None) -> None:
    """Django's tests copy the context of each template, of each field's widget too: nothing here looks at it."""
    Template._render = _TestState.saved_data.template_render


@pytest.fixture(scope="session")
def server() -> Iterator[None]:
    """PostgreSQL, for as long as the tests run."""
    with embedded.using(settings.HOME) if settings.EMBEDDED_DATABASE else nullcontext():
        yield


@pytest.fixture(scope="session")
def template(server: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a database with all tables, guards and catalogues, which nobody is connected to."""
    with django_db_blocker.unblock():
        drop_leftovers()
        administer(f'CREATE DATABASE "{TEMPLATE}"')
        with named(TEMPLATE):
            call_command("migrate", verbosity=0)
            call_command("load_catalogue", verbosity=0)
    yield TEMPLATE
    with django_db_blocker.unblock():
        connection.close()
    drop(TEMPLATE)


@pytest.fixture(scope="session")
def django_db_setup(template: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """pytest-django's tests roll back in a copy of the template."""
    name = f"{TEMPLATE}_shared"
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    with named(name):
        grant_connect(name)
        yield
        with django_db_blocker.unblock():
            connection.close()
    drop(name)


@pytest.fixture
def own_database(
    template: str, django_db_blocker: pytest.FixtureRequest, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A database of this test's own, in which it may commit and use several connections; removed afterwards."""
    name = f"{TEMPLATE}_own_{next(numbers)}"
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    grant_connect(name)
    with django_db_blocker.unblock(), named(name):
        yield name
    drop(name)


@pytest.fixture(autouse=True)
def no_limit_is_reached(django_db_blocker: Any) -> Iterator[None]:
    """Attempts to log in are counted beside the test's transaction: each test starts at none, and leaves none."""
    cache.clear()
    yield
    with django_db_blocker.unblock():  # the test's own use of the database has ended
        attempts.forget_all()
        attempts.close()


@pytest.fixture
def documents(tmp_path: Path, settings: Any) -> Path:
    """Where photographs are kept in this test."""
    settings.STORAGES = keeping(tmp_path / "documents")
    return tmp_path / "documents"


def keeping(place: Path) -> dict[str, Any]:
    """The setting of storages with photographs at this place."""
    told = settings.STORAGES["documents"]
    return {**settings.STORAGES, "documents": {**told, "OPTIONS": {**told["OPTIONS"], "location": place}}}


@contextmanager
def named(name: str) -> Iterator[None]:
    """Within it, the default connection is to the database of this name."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        attempts.close()
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def filled(template: str, what: str, fill: Callable[[], Any], blocker: Any) -> Iterator[tuple[str, Any]]:
    """A database of its own for several tests: its name, and what filling it gave."""
    name = f"{TEMPLATE}_{what}"
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    grant_connect(name)
    with blocker.unblock(), named(name):
        told = fill()
    yield name, told
    drop(name)


@contextmanager
def undone(name: str, blocker: Any) -> Iterator[None]:
    """What is changed in this database within is undone."""
    with blocker.unblock(), named(name), transaction.atomic():
        yield
        transaction.set_rollback(True)


def as_role(role: dict[str, str], name: str) -> psycopg2.extensions.connection:
    """A plain connection, beside Django's."""
    return psycopg2.connect(
        dbname=name, user=role["USER"], host=role["HOST"], password=role["PASSWORD"] or None, port=role["PORT"] or None
    )


def administer(statement: str) -> None:
    """Runs a statement on no database in particular, as the owner."""
    link = as_role(settings.DATABASE_OWNER, "postgres")
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
    finally:
        link.close()


def drop(name: str) -> None:
    """Removes a database once the last connection to it, which may still be ending, is gone.

    Not by force: the owner may not end the connections of the application's role.
    """
    for _ in range(100):
        try:
            return administer(f'DROP DATABASE IF EXISTS "{name}"')
        except psycopg2.errors.ObjectInUse:
            time.sleep(0.1)
    raise AssertionError(f"somebody is still connected to {name}")


def grant_connect(name: str) -> None:
    administer(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
    administer(f'GRANT CONNECT ON DATABASE "{name}" TO {embedded.APP_ROLE}')


def drop_leftovers() -> None:
    """Databases of runs that were killed."""
    link = as_role(settings.DATABASE_OWNER, "postgres")
    with link.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_casebook_%'")
        found = [name for (name,) in cursor.fetchall()]
    link.close()
    for name in found:
        if not os.path.exists(f"/proc/{name.split('_')[2]}"):
            with suppress(psycopg2.errors.ObjectInUse):  # a site that outlived its tests still holds it
                administer(f'DROP DATABASE IF EXISTS "{name}"')
