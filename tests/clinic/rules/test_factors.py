import pytest

from clinic.rules.factors import fresh_step, sees_patients
from clinic.rules.permissions import Role


@pytest.mark.parametrize("role", list(Role))
def test_every_role_there_is_sees_patients(role: Role) -> None:
    assert sees_patients([role])


def test_who_has_no_role_sees_none() -> None:
    assert not sees_patients([])


@pytest.mark.parametrize(
    ("matching", "last", "step"),
    [([5], 4, 5), ([5], 5, None), ([5], 6, None), ([], 0, None), ([6, 4], 4, 6), ([4, 6], 3, 4)],
)
def test_a_step_is_taken_once_and_none_before_it(matching: list[int], last: int, step: int | None) -> None:
    assert fresh_step(matching, last) == step
