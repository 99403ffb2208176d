"""The database of the tests: made once as the owner, used as the application; a copy for tests that commit."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.template import Template
from django.test.utils import _TestState

from clinic.database import attempts, embedded
from tests.databases import (
    TEMPLATE,
    administer,
    drop,
    drop_leftovers,
    environment_of,
    for_all_processes,
    grant_connect,
    manage,
    named,
    numbers,
)

# Playwright runs an event loop in the thread of the tests; nothing of ours is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# Fixtures that are built once, in a database of their own, for several tests.
BUILT = ("demo_clinic", "three_patients", "many_sessions", "described_clinic")


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
def template(server: None, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[str]:
    """The name of a database with all tables, guards and catalogues, which nobody is connected to."""

    def made() -> str:
        with django_db_blocker.unblock():
            drop_leftovers()
            administer(f'CREATE DATABASE "{TEMPLATE}"')
            with named(TEMPLATE):
                call_command("migrate", verbosity=0)
                call_command("load_catalogue", verbosity=0)
        return TEMPLATE

    with for_all_processes(tmp_path_factory, "template", made, drop) as name:
        yield name
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(scope="session")
def built_demo(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The name of a database with the demo in it, which nobody is connected to; its home, with the static files."""

    def made() -> dict[str, str]:
        name, home = f"{TEMPLATE}_built", tmp_path_factory.mktemp("demo")
        administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        grant_connect(name)
        for command in (("demo",), ("work", "--once"), ("collectstatic", "--noinput")):
            manage(environment_of(name, home), *command)
        return {"name": name, "home": str(home)}

    with for_all_processes(tmp_path_factory, "demo", made, lambda told: drop(told["name"])) as told:
        yield told["name"], Path(told["home"])


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
