"""Progress in words: what a change amounts to, and what it was held against."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from treatments.queries.wording import in_words
from treatments.rules.progress import Verdict, Word


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
