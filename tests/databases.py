"""Databases of the tests' own: made, filled, shared by several processes, undone, removed."""

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings
from django.db import connection, transaction

from clinic.database import attempts, embedded

TEMPLATE = f"test_casebook_{os.getpid()}"
numbers = count(1)


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


@contextmanager
def for_all_processes(
    places: pytest.TempPathFactory, what: str, make: Callable[[], Any], remove: Callable[[Any], None]
) -> Iterator[Any]:
    """What the first of several processes of tests makes, the others use, and the last to leave removes."""
    place = places.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent
    with in_turn(place / what) as state:
        told = {"users": 0, "made": make()} if not state.read_text() else json.loads(state.read_text())
        state.write_text(json.dumps(told | {"users": told["users"] + 1}))
    yield told["made"]
    with in_turn(place / what) as state:
        told = json.loads(state.read_text())
        left = told["users"] - 1
        state.write_text(json.dumps(told | {"users": left}) if left else "")
        if not left:
            remove(told["made"])


@contextmanager
def in_turn(state: Path) -> Iterator[Path]:
    with state.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield state


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


def database_url(role: dict[str, str], name: str) -> str:
    password = f":{quote(role['PASSWORD'])}" if role["PASSWORD"] else ""
    port = f":{role['PORT']}" if role["PORT"] else ""
    return f"postgresql://{role['USER']}{password}@{quote(role['HOST'], safe='')}{port}/{name}"


def environment_of(name: str, home: Path) -> dict[str, str]:
    """What a site of its own is told: the demo in this database and home."""
    return {
        **os.environ,
        "CASEBOOK_MODE": "demo",
        "CASEBOOK_HOME": str(home),
        "DATABASE_URL": database_url(settings.DATABASES["default"], name),
    }


def manage(environment: dict[str, str], *words: str) -> str:
    """Runs a command of manage.py; answers with what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    return done.stdout.strip()
