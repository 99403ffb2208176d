"""Every route, by every method, by everybody: the answer is the table's, and nothing is told beside it."""

import pytest

from clinic import clock
from clinic.rules.routes import ROUTES
from tests.factories.who import METHODS, a_clinic, ask, everything, wrong_with

pytestmark = [pytest.mark.torture, pytest.mark.django_db, pytest.mark.usefixtures("documents")]


def test_every_route_by_every_method_by_everybody(capsys: pytest.CaptureFixture[str]) -> None:
    with clock.set_to(clock.now()):  # it may take longer than a login lasts that nobody uses
        people, rows = a_clinic()
        wrong, asked = [], 0
        seen = set()
        for each in everything(people, rows):
            asked += 1
            seen.add((each.route, each.method))
            if told := wrong_with(each, ask(each)):
                wrong.append(f"{each.who.name}: {each.method} {each.route} ({each.about}): {told}")
    with capsys.disabled():
        print(f" {asked} requests", end=" ")  # noqa: T201
    assert "\n".join(wrong) == ""
    assert seen == {(name, method) for name in ROUTES for method in METHODS}
