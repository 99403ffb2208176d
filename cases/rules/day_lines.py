"""Reads the lines of a day as they are pasted from another diary: a time, perhaps an end, and who."""

import re
from dataclasses import dataclass
from datetime import time

LINE = re.compile(
    r"\s*(?P<start>\d{1,2}[:.h]\d{2}|\d{4})\s*(?:(?:-|–|—|to|bis)\s*(?P<end>\d{1,2}[:.h]\d{2}|\d{4}))?"
    r"\s*(?P<half>am|pm)?[\s,;|\t-]+(?P<who>\S.*?)\s*",
    re.IGNORECASE,
)
BORN = re.compile(r"\(?\b(\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})\b\)?")
SEPARATORS = str.maketrans(",;|", "   ")
USUAL_MINUTES = 30


@dataclass(frozen=True)
class DayLine:
    """A line that was read: when, for how many minutes, and the words by which the patient is searched."""

    line: str
    at: time | None = None
    minutes: int = USUAL_MINUTES
    who: str = ""

    @property
    def is_read(self) -> bool:
        return self.at is not None and bool(self.who)


def read_lines(text: str) -> list[DayLine]:
    """Each line that is not empty; one that cannot be read keeps its words and has no time."""
    return [read_line(line.strip()) for line in text.splitlines() if line.strip()]


def read_line(line: str) -> DayLine:
    found = LINE.fullmatch(line)
    start = clock_time(found["start"], found["half"]) if found else None
    if found is None or start is None:
        return DayLine(line)
    end = clock_time(found["end"], found["half"]) if found["end"] else None
    minutes = USUAL_MINUTES
    if end is not None:
        minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
        if not 0 < minutes <= 720:
            return DayLine(line)
    return DayLine(line, start, minutes, searched(found["who"]))


def searched(who: str) -> str:
    """The words of a name, "Ellery, Marcus (12/05/1985)" among them, as one searches for them."""
    return " ".join(BORN.sub(r" \1 ", who).translate(SEPARATORS).split())


def clock_time(written: str, half: str | None) -> time | None:
    """09:30, 9.30, 9h30, 0930; with pm the afternoon. None where there is no such time."""
    digits = re.split(r"[:.h]", written.lower())
    hour, minute = (int(digits[0]), int(digits[1])) if len(digits) == 2 else (int(written[:2]), int(written[2:]))
    if half and half.lower() == "pm" and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None
