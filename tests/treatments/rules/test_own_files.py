"""When the patient's own file is due, and what is left out of it."""

from datetime import date

import pytest

from treatments.rules.own_files import (
    Entry,
    Line,
    Omission,
    Section,
    due_on,
    found_in,
    how_soon,
    marked,
    walked,
    without,
)

VISIT = Entry(
    "treatments.session",
    "s",
    "Visit",
    (Line("subjective", "Subjective", "Her sister hit her."), Line("plan", "Plan", "Go on.")),
    (Section("treatments.measurement", "Measured", (Entry("treatments.measurement", "m", "Measurement"),)),),
    {"id": "s", "subjective": "Her sister hit her.", "plan": "Go on."},
)
LETTER = Entry("treatments.letter", "l", "Letter", (Line("file", "The file itself", "a.pdf"),), file="a.pdf")
BOOK = (
    Section("treatments.session", "Visits", (VISIT,)),
    Section("treatments.letter", "Letters", (LETTER,)),
)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (date(2026, 3, 3), date(2026, 4, 3)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2024, 1, 30), date(2024, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
        (date(2026, 11, 30), date(2026, 12, 30)),
    ],
)
def test_it_is_due_on_the_day_of_the_next_month(asked: date, due: date) -> None:
    assert due_on(asked) == due


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 4, 1), (9, "plain")),
        (date(2026, 4, 2), (8, "plain")),
        (date(2026, 4, 3), (7, "watch")),
        (date(2026, 4, 10), (0, "watch")),
        (date(2026, 4, 11), (-1, "stop")),
    ],
)
def test_how_many_days_are_left(today: date, said: tuple[int, str]) -> None:
    assert how_soon(date(2026, 4, 10), today) == said


def test_an_entry_goes_with_all_that_belongs_to_it() -> None:
    left = without(BOOK, [Omission("s", "Harm")], says_where=False)
    assert [entry.id for entry in walked(left)] == ["l"]
    assert [section.kind for section in left] == ["treatments.letter"]


def test_a_place_may_say_that_something_is_left_out_and_not_what() -> None:
    [visits, _letters] = without(BOOK, [Omission("s", "Harm")], says_where=True)
    assert visits.entries == (Entry("treatments.session", "", "", omitted="Harm"),)


def test_a_line_is_left_out_of_page_and_data() -> None:
    [visits, _letters] = without(BOOK, [Omission("s", "Harm", frozenset({"subjective"}))], says_where=False)
    [visit] = visits.entries
    assert [line.name for line in visit.lines] == ["plan"]
    assert visit.data == {"id": "s", "plan": "Go on."}
    assert visit.omitted == ""
    assert [entry.id for entry in walked(visit.parts)] == ["m"]


def test_what_belongs_to_an_entry_is_left_out_alone() -> None:
    [visits, _letters] = without(BOOK, [Omission("m", "Harm")], says_where=False)
    assert visits.entries[0].parts == ()
    assert visits.entries[0].lines == VISIT.lines


@pytest.mark.parametrize("part", ["file", "content", "recipient"])
def test_the_paper_of_a_letter_goes_with_its_words(part: str) -> None:
    left = without(BOOK, [Omission("l", "Harm", frozenset({part}))], says_where=False)
    assert [entry.file for entry in walked(left) if entry.id == "l"] == [""]


def test_a_reader_sees_where_something_is_left_out() -> None:
    told = marked(BOOK, [Omission("s", "Harm"), Omission("l", "Third", frozenset({"file"}))])
    assert [(e.id, e.omitted, e.title) for e in walked(told)] == [("s", "Harm", "Visit"), ("l", "Third", "Letter")]
    assert marked(BOOK, []) == BOOK
    [visits, _letters] = marked(BOOK, [Omission("m", "Harm")])
    assert [e.omitted for e in walked(visits.entries[0].parts)] == ["Harm"]


def test_an_entry_is_found_by_kind_and_identity() -> None:
    found = found_in(BOOK, "treatments.measurement", "m")
    assert found is not None
    assert found.title == "Measurement"
    assert found_in(BOOK, "treatments.session", "m") is None
