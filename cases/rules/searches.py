"""What people type into a search, as it can stand in a record."""

import re

from cases.rules.identity import dialled

LONGEST = 6
DATE = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
PHONE = re.compile(r"\+?[\d()/\- ]{6,}", re.ASCII)


def searched_forms(text: str) -> list[list[str]]:
    """Each part of a search in every form in which it may be found; six parts at most.

    A date is looked for as it is and with day and month exchanged. A telephone or an NHS number may hold blanks.
    """
    text = text.replace("\x00", "").strip()
    if PHONE.fullmatch(text) and not DATE.fullmatch(text):
        return [[dialled(text)]]
    return [forms_of(word) for word in text.split()[:LONGEST]]


def forms_of(word: str) -> list[str]:
    """A word as it is; a date in the way of the record, both ways round."""
    found = DATE.fullmatch(word)
    if found is None:
        return [word]
    day, month, year, year_first, month_after, day_last = found.groups()
    year, month, day = (year or year_first), (month or month_after).zfill(2), (day or day_last).zfill(2)
    return list(dict.fromkeys([f"{year}-{month}-{day}", f"{year}-{day}-{month}"]))
