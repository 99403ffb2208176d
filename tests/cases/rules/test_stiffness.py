from decimal import Decimal

import pytest

from cases.rules.stiffness import extension_loss, flexion_loss, meets_capsulitis_criterion, shelbourne

D = Decimal


@pytest.mark.parametrize(
    ("short_of_neutral", "flexion", "lost_extension", "lost_flexion", "type_"),
    [
        (12, 88, 15, 54, "SHEL_3"),
        (8, 101, 11, 41, "SHEL_3"),
        (6, 110, 9, 32, None),
        (4, 118, 7, 24, None),
        (3, 124, 6, 18, None),
    ],
)
def test_the_knee_of_the_worked_case(
    short_of_neutral: int, flexion: int, lost_extension: int, lost_flexion: int, type_: str | None
) -> None:
    """The sound knee goes from 3° of hyperextension to 142°; the patella stands at its usual height."""
    lost = extension_loss(D(3), D(-short_of_neutral)), flexion_loss(D(142), D(flexion))
    assert lost == (lost_extension, lost_flexion)
    assert shelbourne(*lost, patella_is_low=False) == type_


@pytest.mark.parametrize(
    ("extension", "flexion", "low", "type_"),
    [
        ("9.9", "0", False, "SHEL_1"),
        ("10", "0", False, "SHEL_2"),
        ("9.9", "5", False, "SHEL_1"),
        ("10", "5", True, "SHEL_2"),
        ("9.9", "6", False, None),
        ("10", "6", False, None),
        ("10", "25", False, None),
        ("10", "26", False, "SHEL_3"),
        ("10", "29", True, "SHEL_3"),
        ("10", "30", True, "SHEL_4"),
        ("10", "30", False, "SHEL_3"),
        ("9", "30", True, None),
    ],
)
def test_the_bounds_of_the_types(extension: str, flexion: str, low: bool, type_: str | None) -> None:
    assert shelbourne(D(extension), D(flexion), patella_is_low=low) == type_


@pytest.mark.parametrize(
    ("rotation", "other", "normal", "met"),
    [
        (12, 68, True, True),
        (12, 68, False, False),
        (12, None, True, True),
        (30, None, True, False),
        (29, None, True, True),
        (33, 68, True, True),
        (34, 68, True, False),
        (48, 68, True, False),
        (30, 60, True, False),
    ],
)
def test_the_criterion_of_the_stiff_shoulder(rotation: int, other: int | None, normal: bool, met: bool) -> None:
    found = meets_capsulitis_criterion(D(rotation), None if other is None else D(other), xray_is_normal=normal)
    assert found is met
