"""How the clinical record's codes and rules read, on a page and in a letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.queries.pictures import Course, Seen
from cases.rules.deposits import Category, Change, Reason
from clinic.templatetags.formatting import plain

CATEGORY: Mapping[Category, tuple[Any, str]] = {
    Category.COMPLETE: (gettext_lazy("no longer seen"), "good"),
    Category.SUBTOTAL: (gettext_lazy("almost gone"), "good"),
    Category.MARKED: (gettext_lazy("marked reduction"), "good"),
    Category.PARTIAL: (gettext_lazy("partial reduction"), "good"),
    Category.NONE: (gettext_lazy("no change beyond the error"), "watch"),
    Category.PROGRESSION: (gettext_lazy("larger"), "stop"),
    Category.NOT_COMPARABLE: (gettext_lazy("not comparable"), "plain"),
}
WHY_NOT: Mapping[Reason, Any] = {
    Reason.NO_REFERENCE: gettext_lazy("nothing to compare with"),
    Reason.OTHER_SIDE: gettext_lazy("the other side"),
    Reason.OTHER_MODALITY: gettext_lazy("another kind of picture"),
    Reason.OTHER_VIEW: gettext_lazy("another view"),
    Reason.OTHER_CALIBRATION: gettext_lazy("calibrated in another way"),
    Reason.NO_AREA: gettext_lazy("no area on one of the two"),
}


@dataclass(frozen=True)
class ChangeInWords:
    """A change as it is shown: "−27.5 %", the verdict with its tone, and what stands behind it."""

    percent: str
    word: str
    tone: str
    why: str


def change_in_words(change: Change | None) -> ChangeInWords | None:
    """None on the reference itself."""
    if change is None:
        return None
    word, tone = CATEGORY[change.category]
    if change.reason is not None:
        return ChangeInWords("", str(word), tone, str(WHY_NOT[change.reason]))
    why = _("error ±%(error)s %%") % {"error": plain(change.error_percent)}
    if change.length_change_mm is not None:
        why += _("; length %(length)s mm") % {"length": signed(change.length_change_mm)}
    if change.is_relative_only:
        why += _("; pixels only")
    return ChangeInWords(f"{signed(change.percent or Decimal(0))} %", str(word), tone, why)


def signed(value: Decimal) -> str:
    return f"+{plain(value)}" if value > 0 else plain(value)


def size_of(seen: Seen) -> tuple[str, str]:
    """The leading size of a deposit and its unit: area, else length; "no longer seen" without one."""
    row = seen.measurement
    if not row.is_visible:
        return _("no longer seen"), ""
    for value, unit in ((row.area_mm2, "mm²"), (row.area_px, "px"), (row.length_mm, "mm"), (row.width_mm, "mm")):
        if value is not None:
            return plain(value), unit
    return "", ""


def rows_of(course: Course) -> list[dict[str, Any]]:
    """A deposit's studies, each with its size and its change."""
    return [
        {
            "seen": seen,
            "is_last": seen is course.last and seen.change is not None and seen.change.reason is None,
            "size": size_of(seen),
            "change": change_in_words(seen.change),
            "is_mature": seen.measurement.is_mature,
        }
        for seen in course.seen
    ]
