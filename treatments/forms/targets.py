"""What is typed about the measures that a plan is meant to move: shape only."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from cases.forms.cases import DAY
from cases.models import Case
from clinic.errors import Fault
from clinic.models import shelf
from treatments.actions.targets import NewTarget
from treatments.forms.cases import measure_choices
from treatments.models import Measure
from treatments.rules import numbers
from treatments.rules.measures import MeasureRule

OTHERS = 3
Target = dict[str, Any]


class TargetForm(forms.Form):
    """One measure: of the case’s own ones a tick says that the plan aims at it, another is chosen from the list."""

    aim = forms.BooleanField(label="", required=False)
    slot = forms.ChoiceField(label="Another measure", required=False)
    value = forms.CharField(label="To reach", required=False, max_length=60)
    due_on = forms.DateField(label="By", required=False, widget=DAY)

    def __init__(
        self,
        data: Any,
        place: int,
        *,
        choices: Any,
        rule: MeasureRule | None = None,
        slot: str = "",
        kept: Target | None = None,
    ) -> None:
        context, side = parts_of(slot)[1:]
        value = kept["value"] if kept else ""
        start = {"aim": True if kept is None else kept["is_aim"], "slot": slot, "value": shown(rule, value)}
        start["due_on"] = date.fromisoformat(kept["due_on"]) if kept and kept["due_on"] else None
        super().__init__(data, prefix=f"targets-{place}", initial=start)
        self.rule, self.slot = rule, slot
        self.fields["slot"].choices = choices
        self.name = rule.name(context, side) if rule else ""
        if rule is not None:
            del self.fields["slot"]
            self.fields["aim"].label = self.name
            self.fields["value"].help_text = "" if rule.grades else limits_of(rule)
            if rule.grades:
                grades = [("", "–"), *((g.code, g.label) for g in rule.grades)]
                self.fields["value"] = forms.ChoiceField(label="To reach", required=False, choices=grades)
        else:
            del self.fields["aim"]
        if "inputmode" not in self.fields["value"].widget.attrs and not (rule and rule.grades):
            self.fields["value"].widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def as_new(self) -> NewTarget | None:
        """None where nothing is aimed at."""
        told = self.cleaned_data
        slot = self.slot if self.rule else told.get("slot", "")
        typed = {"value": told.get("value", ""), "due_on": told.get("due_on")}
        if not (told.get("aim") or (slot and not self.rule) or any(typed.values())):
            return None
        return NewTarget(*parts_of(slot), **typed)


class TargetRows:
    """The case's own measures and those that are aimed at already, each with a tick; then lines for others."""

    def __init__(self, posted: Any, case: Case, kept: Sequence[Target] = (), *, is_new: bool = False) -> None:
        rules = shelf(Measure).rules
        aimed = {"|".join((t["measure"], t["context"], t["side"])): {**t, "is_aim": True} for t in kept}
        own = ["|".join((k.measure_code, k.context, k.side)) for k in case.key_measures.all()]
        asked = posted.getlist("targets-own")[:30] if posted is not None else [*own, *aimed]
        slots = [slot for slot in dict.fromkeys(asked) if slot.split("|")[0] in rules and slot.count("|") == 2]
        nothing = None if is_new else {"is_aim": False, "value": "", "due_on": ""}
        choices = [("", "–"), *measure_choices()]
        self.own = [
            TargetForm(
                posted, i, choices=choices, rule=rules[slot.split("|")[0]], slot=slot, kept=aimed.get(slot, nothing)
            )
            for i, slot in enumerate(slots)
        ]
        self.others = [TargetForm(posted, len(slots) + i, choices=choices) for i in range(OTHERS)]

    @property
    def forms(self) -> list[TargetForm]:
        return [*self.own, *self.others]

    @property
    def others_open(self) -> bool:
        return any(form.is_bound and (form.errors or form["slot"].value()) for form in self.others)

    def is_valid(self) -> bool:
        return not any(form.errors for form in self.forms)

    def filled(self) -> list[tuple[TargetForm, NewTarget]]:
        return [(form, target) for form in self.forms if (target := form.as_new()) is not None]

    def as_new(self) -> list[NewTarget]:
        return [target for _, target in self.filled()]

    def place(self, faults: Iterable[Fault]) -> None:
        """Puts each fault about a target beside its field."""
        rows = self.filled()
        for fault in faults:
            parts = fault.pointer.strip("/").split("/")
            if parts[0] == "targets" and len(parts) == 3 and int(parts[1]) < len(rows):
                form = rows[int(parts[1])][0]
                name = {"measure": "aim" if form.rule else "slot"}.get(parts[2], parts[2])
                form.add_error(name, fault.message)

    def told(self) -> list[dict[str, str]]:
        """All messages with their fields: for components/fault_summary.html."""
        return [
            {"message": f"{form.name or 'Another measure'}: {error}", "anchor": form[name].id_for_label}
            for form in self.forms
            for name, errors in form.errors.items()
            for error in errors
        ]


def parts_of(slot: str) -> tuple[str, str, str]:
    """Measure, context and side of "KTW_CM||RIGHT"."""
    code, context, side = [*slot.split("|"), "", ""][:3]
    return code, context, side


def shown(rule: MeasureRule | None, value: str) -> str:
    """A kept value as it is typed; of a grade its code."""
    if not value or rule is None:
        return ""
    return rule.grades[int(float(value))].code if rule.grades else numbers.shown(numbers.parse(value))


def limits_of(rule: MeasureRule) -> str:
    unit = "" if rule.unit.startswith("/") else f" {rule.unit}"
    return f"{numbers.shown(rule.hard_min)}–{numbers.shown(rule.hard_max)}{unit}"
