"""A worker takes up what another left, and gives up what ends each of them."""

import logging
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from clinic.management.commands.work import MOST_TRIES, JobWorker

done: list[str] = []
falls: list[type[BaseException]] = []


@task()
def note_down(what: str) -> str:
    if falls:
        raise falls.pop()
    done.append(what)
    return what


@pytest.fixture(autouse=True)
def nothing_done(own_database: str, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.CRITICAL, "django_tasks")
    yield
    done.clear()
    falls.clear()


def work() -> None:
    call_command("work", "--once")


def test_what_waits_is_done_once() -> None:
    note_down.enqueue("a")
    note_down.enqueue("b")
    work()
    work()
    assert done == ["a", "b"]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


def test_what_a_killed_worker_left_is_taken_up_again() -> None:
    note_down.enqueue("a")
    DBTaskResult.objects.get().claim("killed")
    work()
    assert done == ["a"]
    assert len(DBTaskResult.objects.get().worker_ids) == 2


@pytest.mark.parametrize("fall", [SystemExit, OperationalError])
def test_what_was_cut_off_from_outside_is_done_later(fall: type[BaseException]) -> None:
    note_down.enqueue("a")
    falls.append(fall)
    work()
    assert done == ["a"]


def test_one_works_at_a_time() -> None:
    note_down.enqueue("a")
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    assert JobWorker(batch=True).has_turn(other)
    work()
    assert done == []
    other.close()
    work()
    assert done == ["a"]


def test_a_fault_of_its_own_is_not_tried_again() -> None:
    note_down.enqueue("a")
    falls.append(ValueError)
    work()
    work()
    assert done == []
    assert DBTaskResult.objects.get().status == "FAILED"


def test_a_job_that_ends_each_worker_is_given_up() -> None:
    note_down.enqueue("a")
    falls.extend([SystemExit] * 20)
    work()
    assert done == []
    assert len(falls) == 20 - MOST_TRIES
    assert DBTaskResult.objects.get().status == "FAILED"
