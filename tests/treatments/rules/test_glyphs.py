import re

import pytest

from treatments.rules.glyphs import GLYPHS, POINTS, glyph


@pytest.mark.parametrize("name", GLYPHS)
def test_each_kind_is_one_closed_shape_around_its_place(name: str) -> None:
    path = glyph(name, 100, 50, 4)
    assert re.fullmatch(r"[MahvlzA-Z0-9 .\-]+", path)
    assert path.endswith("z")
    x, y = (float(n) for n in re.match(r"M([\d.]+) ([\d.]+)", path).groups())  # type: ignore[union-attr]
    assert abs(x - 100) <= 6
    assert abs(y - 50) <= 6


def test_no_two_kinds_look_alike() -> None:
    drawn = {glyph(name, 0, 0) for name in GLYPHS}
    assert len(drawn) == len(GLYPHS)
    assert len(set(POINTS)) == len(POINTS) == 5
    assert set(POINTS) < set(GLYPHS)


@pytest.mark.parametrize("name", ["up", "down", "diamond", "square", "stroke", "cross"])
def test_straight_shapes_are_as_high_above_as_below(name: str) -> None:
    y = float(re.match(r"M[\d.-]+ ([\d.-]+)", glyph(name, 0, 0, 4)).group(1))  # type: ignore[union-attr]
    ys = [y]
    for command, numbers in re.findall(r"([lv])([^lhvMz]*)", glyph(name, 0, 0, 4)):
        found = re.findall(r"-?[\d.]+", numbers)
        ys.append(ys[-1] + float(found[1] if command == "l" else found[0]))
    assert min(ys) == pytest.approx(-max(ys), abs=1.3)
    assert 7.5 <= max(ys) - min(ys) <= 11
