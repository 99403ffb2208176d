"""The patient's own file: when it is due, the entries it is made of, and what is left out of them."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

FILE = "file"  # the line of an entry that stands for its file
WATCHED_DAYS = 7  # so many days before it is due, it is soon


def due_on(asked_on: date) -> date:
    """The corresponding day of the next month, or the last day of a shorter one: UK GDPR, Article 12(3)."""
    year, month = asked_on.year + asked_on.month // 12, asked_on.month % 12 + 1
    return date(year, month, min(asked_on.day, calendar.monthrange(year, month)[1]))


def how_soon(due: date, today: date) -> tuple[int, str]:
    """Days left, fewer than none when it is late; and the tone in which that is said."""
    left = (due - today).days
    return left, "stop" if left < 0 else "watch" if left <= WATCHED_DAYS else "plain"


@dataclass(frozen=True)
class Line:
    """One value of an entry, in words; `name` is its column."""

    name: str
    label: str
    text: str


@dataclass(frozen=True)
class Entry:
    """One row of the record, as it is read; `data` is the same by columns, `parts` are the rows that belong to it.

    `marks` say what a reader must know first: "entered in error". `omitted` says that something is left out here.
    """

    kind: str
    id: str
    title: str
    lines: tuple[Line, ...] = ()
    parts: tuple["Section", ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    file: str = ""
    omitted: str = ""


@dataclass(frozen=True)
class Section:
    """Entries of one kind."""

    kind: str
    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Omission:
    """What is left out of an entry: the lines that are named, or all of it."""

    row_id: str
    why: str
    parts: frozenset[str] = frozenset()


def without(sections: Iterable[Section], omissions: Iterable[Omission], *, says_where: bool) -> tuple[Section, ...]:
    """The sections as they go out. With `says_where` a mark stands at each place; a section of nothing is not there."""
    by_id = {omission.row_id: omission for omission in omissions}
    found = (left_of(section, by_id, says_where) for section in sections)
    return tuple(section for section in found if section.entries)


def left_of(section: Section, by_id: Mapping[str, Omission], says_where: bool) -> Section:
    entries = (shortened(entry, by_id, says_where) for entry in section.entries)
    return replace(section, entries=tuple(entry for entry in entries if entry is not None))


def shortened(entry: Entry, by_id: Mapping[str, Omission], says_where: bool) -> Entry | None:
    """The entry without what is left out of it; None where nothing of it goes out."""
    omission = by_id.get(entry.id)
    if omission is not None and not omission.parts:
        return Entry(entry.kind, "", "", omitted=omission.why) if says_where else None
    parts = tuple(section for section in (left_of(s, by_id, says_where) for s in entry.parts) if section.entries)
    if omission is None:
        return replace(entry, parts=parts)
    return replace(
        entry,
        lines=tuple(line for line in entry.lines if line.name not in omission.parts),
        data={name: value for name, value in entry.data.items() if name not in omission.parts},
        parts=parts,
        file="" if omission.parts & {FILE, *FILE_SAYS.get(entry.kind, ())} else entry.file,
        omitted=omission.why if says_where else "",
    )


# A file that is made of these lines goes with them.
FILE_SAYS = {"treatments.letter": ("content", "recipient", "recipient_address")}


def walked(sections: Iterable[Section]) -> Iterable[Entry]:
    """Every entry, those that belong to another one after it."""
    for section in sections:
        for entry in section.entries:
            yield entry
            yield from walked(entry.parts)


def found_in(sections: Iterable[Section], kind: str, row_id: str) -> Entry | None:
    return next((entry for entry in walked(sections) if (entry.kind, entry.id) == (kind, row_id)), None)


def marked(sections: Iterable[Section], omissions: Iterable[Omission]) -> tuple[Section, ...]:
    """The sections as a clinician reads them: as they go out, with a mark at each place where something is left out."""
    by_id = {omission.row_id: omission for omission in omissions}
    return tuple(marked_section(section, by_id) for section in sections)


def marked_section(section: Section, by_id: Mapping[str, Omission]) -> Section:
    return replace(section, entries=tuple(marked_entry(entry, by_id) for entry in section.entries))


def marked_entry(entry: Entry, by_id: Mapping[str, Omission]) -> Entry:
    omission = by_id.get(entry.id)
    if omission is not None and not omission.parts:
        return Entry(entry.kind, entry.id, entry.title, omitted=omission.why)
    parts = tuple(marked_section(section, by_id) for section in entry.parts)
    kept = shortened(entry, {entry.id: omission}, True) if omission else entry
    return replace(kept or entry, parts=parts)
