"""Progress in words: what a change amounts to, and what a point or bar says when it is focused."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from treatments.queries import Lane, Point, Progress, Series
from treatments.queries.wording import in_words
from treatments.rules import charts, numbers
from treatments.rules.progress import Verdict, Word, error_of

Link = Callable[[UUID], str]


def findings_in_words(findings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings of a block, as they are or were frozen in its review, with their verdicts in words."""
    rows = []
    for f in findings:
        held = Verdict(
            word=Word(f["word"]),
            threshold=Decimal(f["threshold"]) if f["threshold"] else None,
            population=f["population"],
            is_good=f["is_good"],
            error_is_known=f["error_is_known"],
        )
        word, tone, why = in_words(held, f["unit"]) if f["now"] else (_("not measured"), "plain", "")
        on = {name: date.fromisoformat(f[name]) if f[name] else None for name in ("start_on", "now_on")}
        rows.append({**f, **on, "words": word, "tone": tone, "why": why, "aim": aim_in_words(f)})
    return rows


def aim_in_words(finding: Mapping[str, Any]) -> tuple[str, str]:
    """ "target 8 cm by 3 Nov 2026: not reached", and its tone; of a finding that the plan does not aim at, nothing."""
    if not finding.get("is_aim"):
        return "", "plain"
    if not finding["target"]:
        return _("target measure, no value set"), "plain"
    what = _("target %(value)s") % {"value": finding["target"]}
    if finding["target_on"]:
        what += " " + _("by %(day)s") % {"day": date_format(date.fromisoformat(finding["target_on"]), "j M Y")}
    if finding["is_reached"] is None:
        return what, "plain"
    return f"{what}: {_('reached') if finding['is_reached'] else _('not reached')}", (
        "good" if finding["is_reached"] else "plain"
    )


def curves_of(progress: Progress, link: Link) -> list[charts.Curve]:
    """The series to draw: the key measures, and what was measured more than once."""
    return [
        charts.Curve(
            name=s.name,
            unit=s.measure.unit,
            direction=s.measure.direction,
            error=error_of(s.measure.thresholds, s.course[0].value),
            last=s.measure.shown(s.course[-1].value),
            values=tuple(
                charts.Value(
                    p.on,
                    p.value,
                    f"{s.name}: {s.measure.with_unit(p.value)}, {said_on(p)}, {change(s, p)}{p.by}",
                    link(p.session_id),
                )
                for p in s.course
            ),
        )
        for s in progress.series
        if s.course and (s.is_key or len(s.course) > 1)
    ]


def change(series: Series, point: Point) -> str:
    if series.start is None or point is series.start or series.change is None:
        return ""
    return f"{numbers.change(point.value - series.start.value)} since the start, "


def said_on(point: Point) -> str:
    return date_format(point.on, "D j M Y")


def rows_of(progress: Progress, link: Link) -> list[charts.DoseRow]:
    """The dose lanes to draw; a modality without a number has bars of one height."""
    return [
        charts.DoseRow(
            name=lane.modality.label,
            last=last_dose(lane),
            values=tuple(
                charts.Value(
                    d.on,
                    d.amount or numbers.parse(1),
                    f"{date_format(d.on, 'D j M Y')}: {d.sentence}",
                    link(d.session_id),
                )
                for d in lane.doses
            ),
        )
        for lane in sorted(progress.lanes, key=lambda lane: not lane.unit)
    ]


def last_dose(lane: Lane) -> str:
    """The last amount in the lane's unit; how often, where it has none."""
    amount = lane.doses[-1].amount
    return f"{len(lane.doses)} ×" if amount is None else f"{numbers.shown(amount)} {lane.unit}"
