"""What a plan is meant to move: measures of the catalogue, with the value to reach and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.models import StaffMember, shelf
from clinic.rules.permissions import Permission
from treatments.actions.wording import in_words
from treatments.models import Measure, Plan
from treatments.rules import measures
from treatments.rules.dosage import Refused
from treatments.rules.measures import MeasureRule, Sides

MOST = 12


@dataclass(frozen=True)
class NewTarget:
    """A measure in its context and of its side; `value` as typed (a grade by its code or label), or ""."""

    measure: str
    context: str = ""
    side: str = ""
    value: str = ""
    due_on: date | None = None

    @property
    def slot(self) -> tuple[str, str, str]:
        return self.measure, self.context, self.side


@transaction.atomic
def set_targets(*, plan: Plan, version: int, targets: Sequence[NewTarget], by: StaffMember) -> Plan:
    """Says anew what a plan is meant to move; the earlier targets stay in its history. Raises Stale."""
    require(by, Permission.CASE_START)
    locked = Plan.objects.select_for_update(of=("self",)).select_related("case__site").get(pk=plan.pk)
    if locked.version != version:
        raise Stale
    if locked.ended_on is not None:
        raise RuleBroken("ended", _("This plan has ended already."), conflict=True)
    faults = Faults()
    content = check_targets(faults, targets, clock.today(locked.case.site.time_zone), locked.targets)
    faults.stop()
    locked.targets = content
    locked.save_change("targets")
    audit.record("plan.targets_set", by=by, about=locked, patient_id=locked.case.patient_id)
    return locked


def check_targets(
    faults: Faults, targets: Sequence[NewTarget], today: date, before: Sequence[dict[str, Any]] = ()
) -> list[dict[str, Any]]:
    """The targets as a plan keeps them. A day that is over is refused where it was not kept already."""
    rules = shelf(Measure).rules
    kept_days = {(t["measure"], t["context"], t["side"]): t["due_on"] for t in before}
    content, seen = [], set()
    if len(targets) > MOST:
        faults.add("/targets", "too_many", _("At most 12 target measures."))
    for place, target in enumerate(targets):
        at, rule = f"/targets/{place}", rules.get(target.measure)
        due = target.due_on.isoformat() if target.due_on else ""
        if rule is None or not is_slot(rule, target):
            faults.add(f"{at}/measure", "unknown_measure", _("Choose a measure of the list."))
            continue
        if target.slot in seen:
            faults.add(f"{at}/measure", "twice", _("This measure is named twice."))
        seen.add(target.slot)
        if due and not target.value.strip():
            faults.add(f"{at}/value", "missing", _("Say which value is to be reached by then."))
        if target.due_on is not None and target.due_on < today and kept_days.get(target.slot) != due:
            faults.add(f"{at}/due_on", "in_the_past", _("This day is over already."))
        content.append(
            {
                "measure": rule.code,
                "key": rule.key,
                "context": target.context,
                "side": target.side,
                "value": value_of(faults, at, rule, target.value),
                "due_on": due,
            }
        )
    return content


def is_slot(rule: MeasureRule, target: NewTarget) -> bool:
    """Whether a measure is taken in this context and of this side."""
    contexts = rule.contexts or ("",)
    sides = ("LEFT", "RIGHT", "MIDLINE") if rule.sides is Sides.REQUIRED else ("",)
    return target.context in contexts and target.side in sides


def value_of(faults: Faults, at: str, rule: MeasureRule, written: str) -> str:
    """The value to reach as text, of a grade its rank; "" where none is set."""
    text = written.strip()
    if not text:
        return ""
    graded = {grade.label.casefold(): grade.code for grade in rule.grades}
    try:
        return str(measures.read(rule, graded.get(text.casefold(), text)))
    except Refused as no:
        what = dict(no.what)
        if rule.grades:
            what["choices"] = ", ".join(grade.label for grade in rule.grades)
        faults.add(f"{at}/value", no.code, in_words(no.code, what))
        return ""
