"""How old somebody is."""

from datetime import date


def age_on(born_on: date, day: date) -> int:
    """Completed years; somebody born on 29 February has a birthday on 1 March in common years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
