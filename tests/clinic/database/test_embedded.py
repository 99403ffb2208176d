"""Real servers in homes of their own: started, killed, found again, refused."""

import os
import pwd
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from clinic.database import embedded
from clinic.database.embedded import EmbeddedError, Location, location


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CASEBOOK_MODE", "demo")  # in test mode a server is fast and forgets what a kill interrupts
    yield tmp_path
    embedded.reset(tmp_path)
    shutil.rmtree(location(tmp_path).directory)


def connect(where: Location, role: str, database: str = embedded.DATABASE) -> psycopg2.extensions.connection:
    link = psycopg2.connect(host=str(where.socket_directory), user=role, dbname=database)
    link.autocommit = True
    return link


def asked(where: Location, role: str, question: str) -> tuple[object, ...]:
    link = connect(where, role)
    with link.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    link.close()
    assert row is not None
    return tuple(row)


def postmaster(where: Location) -> int:
    return int((where.data_directory / "postmaster.pid").read_text().splitlines()[0])


def test_a_first_start_and_what_it_made(home: Path) -> None:
    where = location(home)
    assert embedded.ensure_running(home)
    assert not embedded.ensure_running(home)
    assert embedded.is_running(home)
    assert asked(
        where,
        embedded.APP_ROLE,
        "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user",
    ) == (
        False,
        False,
        False,
    )
    assert asked(
        where, embedded.OWNER_ROLE, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ) == (False, True)
    assert asked(where, embedded.APP_ROLE, "SHOW listen_addresses") == ("",)
    assert asked(where, embedded.APP_ROLE, "SELECT upper('müller')") == ("MÜLLER",)
    assert where.data_directory.stat().st_mode & 0o077 == 0
    assert where.socket_directory.stat().st_mode & 0o077 == 0
    link = connect(where, embedded.APP_ROLE)
    for refused in ("CREATE TABLE x (y int)", "CREATE TEMP TABLE x (y int)", "CREATE SCHEMA x"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege), link.cursor() as cursor:
            cursor.execute(refused)
    link.close()


def test_what_was_written_survives_a_kill(home: Path) -> None:
    where = location(home)
    embedded.ensure_running(home)
    link = connect(where, embedded.OWNER_ROLE)
    with link.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (n int)")
        cursor.execute("INSERT INTO kept SELECT generate_series(1, 500)")
    link.close()
    killed = postmaster(where)
    os.kill(killed, signal.SIGKILL)
    while Path(f"/proc/{killed}/stat").exists() and " Z " not in Path(f"/proc/{killed}/stat").read_text():
        time.sleep(0.01)
    assert embedded.ensure_running(home)
    assert asked(where, embedded.OWNER_ROLE, "SELECT count(*) FROM kept") == (500,)


def test_the_last_to_leave_stops_it(home: Path) -> None:
    with embedded.using(home) as started:
        assert started
        with embedded.using(home) as again:
            assert not again
        assert embedded.is_running(home)
    assert not embedded.is_running(home)


def test_others_are_not_let_in(home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    where = location(home)
    embedded.ensure_running(home)
    child = os.fork()
    if child == 0:
        games = pwd.getpwnam("games")
        os.setgroups([])
        os.setgid(games.pw_gid)
        os.setuid(games.pw_uid)
        try:
            psycopg2.connect(host=str(where.socket_directory), user=embedded.OWNER_ROLE, dbname=embedded.DATABASE)
        except psycopg2.OperationalError:
            os._exit(7)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7


def test_data_of_another_version_are_left_alone(home: Path) -> None:
    where = location(home)
    embedded.ensure_running(home)
    embedded.stop(home)
    version = where.data_directory / "PG_VERSION"
    before = version.read_text()
    version.write_text("9\n")
    with pytest.raises(EmbeddedError, match=r"were written by PostgreSQL 9.*CASEBOOK_POSTGRES_BIN.*demo-reset"):
        embedded.ensure_running(home)
    version.write_text(before)
    assert embedded.ensure_running(home)


def test_a_beginning_that_was_cut_off_is_begun_again(home: Path) -> None:
    where = location(home)
    embedded.ensure_running(home)
    embedded.reset(home)
    assert not where.data_directory.exists()
    where.unfinished_directory.mkdir()
    (where.unfinished_directory / "half").write_text("x")
    embedded.ensure_running(home)
    assert not where.unfinished_directory.exists()


def test_programs_that_are_not_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBOOK_POSTGRES_BIN", "/nowhere")
    with pytest.raises(EmbeddedError, match="CASEBOOK_POSTGRES_BIN"):
        embedded.ensure_running(home)
    monkeypatch.delenv("CASEBOOK_POSTGRES_BIN")


def test_two_homes_have_nothing_in_common(tmp_path: Path) -> None:
    one, two = location(tmp_path / "one"), location(tmp_path / "two")
    assert one.data_directory != two.data_directory
    assert one.socket_directory != two.socket_directory


def test_a_long_path_has_a_short_socket(tmp_path: Path) -> None:
    where = location(tmp_path / ("x" * 120))
    assert len(str(where.socket_file)) <= 100


@pytest.mark.parametrize(
    ("words", "mode", "url", "needed"),
    [
        (["manage.py", "shell"], "demo", "", True),
        (["manage.py", "migrate"], "test", "", True),
        (["manage.py", "serve"], "demo", "", False),
        (["manage.py", "check", "--deploy"], "demo", "", False),
        (["manage.py", "migrate", "--help"], "demo", "", False),
        (["manage.py"], "demo", "", False),
        (["manage.py", "migrate"], "production", "", False),
        (["manage.py", "migrate"], "demo", "postgresql://x/y", False),
    ],
)
def test_which_commands_need_it(
    monkeypatch: pytest.MonkeyPatch, words: list[str], mode: str, url: str, needed: bool
) -> None:
    monkeypatch.setenv("CASEBOOK_MODE", mode)
    monkeypatch.setenv("DATABASE_URL", url)
    assert embedded.needs_server(words) is needed


def test_the_tests_use_a_server_of_their_own(server: None) -> None:
    if not settings.EMBEDDED_DATABASE:
        pytest.skip("DATABASE_URL names another server")
    assert embedded.is_running(settings.HOME)
