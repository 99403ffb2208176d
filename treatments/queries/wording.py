"""What a change amounts to, in words: on a page and in a letter."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from treatments.queries.progress import Point, Series
from treatments.rules import numbers, sides
from treatments.rules.progress import Verdict, Word


@dataclass(frozen=True)
class Course:
    """One row of the table "Now"."""

    name: str
    unit: str
    is_key: bool
    start: Point
    last: Point
    start_value: str
    last_value: str
    change: str
    word: str
    tone: str
    why: str
    beside: str = ""
    aim: str = ""


def course_of(series: Series, among: Iterable[Series] = ()) -> Course | None:
    """`among` are the series in which that of the other side is looked for."""
    start, last = series.start, series.last
    if start is None or last is None:
        return None
    word, tone, why = verdict_of(series)
    return Course(
        name=series.name,
        unit=series.measure.unit,
        is_key=series.is_key,
        start=start,
        last=last,
        start_value=series.measure.shown(start.value),
        last_value=series.measure.shown(last.value),
        change="" if series.change is None else numbers.change(series.change),
        word=word,
        tone=tone,
        why=why,
        beside=beside(series, among),
    )


def beside(series: Series, among: Iterable[Series]) -> str:
    """The last value against that of the other side: "71 % of left"; "" where that was never measured."""
    other = {"LEFT": "RIGHT", "RIGHT": "LEFT"}.get(series.side)
    slot = (series.measure.code, series.context, other)
    found = next((s.last for s in among if (s.measure.code, s.context, s.side) == slot), None)
    if found is None or series.last is None or series.measure.hard_min < 0 or series.measure.grades:
        return ""
    percent = sides.percent_of_other_side(series.last.value, found.value)
    told = _("%(percent)s %% of left") if other == "LEFT" else _("%(percent)s %% of right")
    return "" if percent is None else told % {"percent": percent}


def in_words(verdict: Verdict, unit: str) -> tuple[str, str, str]:
    """The word, its tone, and what it was held against."""
    words = {
        Word.IMPROVED: (_("improved"), "good"),
        Word.WORSE: (_("worse"), "stop"),
        Word.NO_RELIABLE_CHANGE: (_("no reliable change"), "watch"),
        Word.MORE_THAN_ERROR: (_("more than the error"), "good" if verdict.is_good else "stop"),
        Word.NO_AGREED_THRESHOLD: (_("no agreed threshold"), "plain"),
        Word.NO_START: (_("measured once"), "plain"),
        Word.BETTER_GRADE: (_("better grade"), "good"),
        Word.SAME_GRADE: (_("same grade"), "plain"),
        Word.WORSE_GRADE: (_("worse grade"), "stop"),
        Word.RATED_BETTER: (_("rated better"), "good"),
        Word.RATED_LITTLE_CHANGE: (_("rated little change"), "watch"),
        Word.RATED_WORSE: (_("rated worse"), "stop"),
    }
    word, tone = words[verdict.word]
    if verdict.threshold is None:
        return word, tone, ""
    sign = "<" if verdict.word in (Word.NO_RELIABLE_CHANGE, Word.RATED_LITTLE_CHANGE) else "≥"
    in_unit = f" {unit}" if unit and not unit.startswith("/") else ""
    why = f"{sign} {numbers.shown(verdict.threshold)}{in_unit}, {verdict.population}"
    if verdict.word is Word.MORE_THAN_ERROR:
        why += "; " + _("what matters is not known")
    elif not verdict.error_is_known:
        why += "; " + _("its error is not known")
    return word, tone, why


def verdict_of(series: Series) -> tuple[str, str, str]:
    """The word for a series, its tone, and what it was held against."""
    if series.since and series.verdict.word is Word.NO_START:
        return _("not measured since"), "plain", ""
    return in_words(series.verdict, series.measure.unit)
