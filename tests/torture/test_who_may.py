"""Every route, by every method, by everybody: the answer is the table's, and nothing is told beside it."""

import os
from itertools import islice

import pytest

from clinic import clock
from clinic.rules.routes import ROUTES
from tests.factories.who import METHODS, a_clinic, ask, everything, wrong_with

STEP = max(1, round(1 / float(os.environ.get("TORTURE_SHARE", "1"))))  # each so many-th request is asked
pytestmark = [pytest.mark.torture, pytest.mark.django_db, pytest.mark.usefixtures("documents")]


def test_every_route_by_every_method_by_everybody(capsys: pytest.CaptureFixture[str]) -> None:
    with clock.set_to(clock.now()):  # it may take longer than a login lasts that nobody uses
        people, rows = a_clinic()
        wrong, asked = [], 0
        seen = set()
        for each in islice(everything(people, rows), 0, None, STEP):
            asked += 1
            seen.add((each.route, each.method))
            if told := wrong_with(each, ask(each)):
                wrong.append(f"{each.who.name}: {each.method} {each.route} ({each.about}): {told}")
    with capsys.disabled():
        print(f" {asked} requests", end=" ")  # noqa: T201
    assert "\n".join(wrong) == ""
    assert STEP > 1 or seen == {(name, method) for name in ROUTES for method in METHODS}
    assert asked > 1000
