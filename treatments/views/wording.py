"""Progress in words: what a change amounts to, and what it was held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from treatments.queries import Point, Series
from treatments.rules import numbers
from treatments.rules.progress import Verdict, Word

WORDS: Mapping[Word, tuple[Any, str]] = {
    Word.IMPROVED: (gettext_lazy("improved"), "good"),
    Word.WORSE: (gettext_lazy("worse"), "stop"),
    Word.NO_RELIABLE_CHANGE: (gettext_lazy("no reliable change"), "watch"),
    Word.MORE_THAN_ERROR: (gettext_lazy("more than the error"), ""),  # good or not, as its direction is
    Word.NO_AGREED_THRESHOLD: (gettext_lazy("no agreed threshold"), "plain"),
    Word.NO_START: (gettext_lazy("measured once"), "plain"),
    Word.BETTER_GRADE: (gettext_lazy("better grade"), "good"),
    Word.SAME_GRADE: (gettext_lazy("same grade"), "plain"),
    Word.WORSE_GRADE: (gettext_lazy("worse grade"), "stop"),
    Word.RATED_BETTER: (gettext_lazy("rated better"), "good"),
    Word.RATED_LITTLE_CHANGE: (gettext_lazy("rated little change"), "watch"),
    Word.RATED_WORSE: (gettext_lazy("rated worse"), "stop"),
}


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


def course_of(series: Series) -> Course | None:
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
    )


def in_words(verdict: Verdict, unit: str) -> tuple[str, str, str]:
    """The word, its tone, and what it was held against."""
    said, tone = WORDS[verdict.word]
    word, tone = str(said), tone or ("good" if verdict.is_good else "stop")
    if verdict.threshold is None:
        return word, tone, ""
    sign = "<" if verdict.word in (Word.NO_RELIABLE_CHANGE, Word.RATED_LITTLE_CHANGE) else "≥"
    why = f"{sign} {numbers.shown(verdict.threshold)}{'' if unit.startswith('/') else ' ' + unit}, {verdict.population}"
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
