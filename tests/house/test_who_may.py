"""A part of the walk through every route, method and person; tests/torture has the whole."""

import pytest

from tests.factories.who import a_clinic, ask, everything, wrong_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
EACH = 31


def test_answers_are_what_the_table_says(capsys: pytest.CaptureFixture[str]) -> None:
    people, rows = a_clinic()
    asked = list(everything(people, rows))[::EACH]
    wrong = [f"{a.who.name}: {a.method} {a.route} ({a.about}): {w}" for a in asked if (w := wrong_with(a, ask(a)))]
    with capsys.disabled():
        print(f" {len(asked)} requests", end=" ")  # noqa: T201 - how much was asked is a part of the finding
    assert "\n".join(wrong) == ""
    assert len(asked) > 900
    assert {a.who.name for a in asked} == {p.name for p in people}
