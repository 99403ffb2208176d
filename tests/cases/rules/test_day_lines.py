from datetime import time

import pytest

from cases.rules.day_lines import read_line, read_lines


@pytest.mark.parametrize(
    ("line", "at", "minutes", "who"),
    [
        ("09:00 Marcus Ellery", time(9), 30, "Marcus Ellery"),
        ("9.30 Ellery, Marcus", time(9, 30), 30, "Ellery Marcus"),
        ("0930 Marcus Ellery", time(9, 30), 30, "Marcus Ellery"),
        ("09:00-09:45 Marcus Ellery", time(9), 45, "Marcus Ellery"),
        ("09:00 – 10:00\tMarcus Ellery (12/05/1985)", time(9), 60, "Marcus Ellery 12/05/1985"),
        ("2:15 pm, Marcus Ellery", time(14, 15), 30, "Marcus Ellery"),
        ("14:00;Marcus Ellery;1985-05-12", time(14), 30, "Marcus Ellery 1985-05-12"),
    ],
)
def test_lines_of_other_diaries(line: str, at: time, minutes: int, who: str) -> None:
    read = read_line(line)
    assert (read.at, read.minutes, read.who) == (at, minutes, who)
    assert read.is_read


@pytest.mark.parametrize("line", ["Marcus Ellery", "25:00 Marcus", "09:61 Marcus", "10:00-09:00 Marcus", "09:00", "—"])
def test_a_line_that_cannot_be_read_keeps_its_words(line: str) -> None:
    read = read_line(line)
    assert (read.line, read.is_read) == (line, False)


def test_empty_lines_are_left_out() -> None:
    assert [r.line for r in read_lines("\n09:00 A B\n\n  \n10:00 C D\n")] == ["09:00 A B", "10:00 C D"]
