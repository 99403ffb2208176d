"""What is typed about a case, its injuries and its past: shape only."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import groupby
from typing import Any

from django import forms

from cases.actions.cases import NewInjury
from cases.actions.goals import NewGoal
from cases.actions.prior_treatments import NewPriorTreatment
from cases.actions.red_flags import NewRedFlag
from cases.models import (
    Benefit,
    BodyRegion,
    InjuryKind,
    Pathology,
    PriorTreatmentKind,
    RedFlagKind,
    Side,
    Structure,
    Term,
)
from cases.rules.imprecise_dates import ImpreciseDate, parse

INJURIES, PRIOR_TREATMENTS, GOALS = 3, 6, 3
BENEFITS = [("", "–"), *((b.value, b.label) for b in Benefit if b is not Benefit.UNKNOWN)]
KINDS = {"CALCIFICATION": "Calcifications", "ADHESION": "Adhesions"}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ImpreciseDateField(forms.CharField):
    """A year, a month or a day, as 2022, 2022-03 or 2022-03-14."""

    def clean(self, value: Any) -> ImpreciseDate | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError:
            raise forms.ValidationError(
                "Write 2022, 2022-03 or 2022-03-14: as much as is known.", code="not_a_date"
            ) from None


class InjuryForm(forms.Form):
    """One thing that is wrong: a diagnosis of the list, or in words."""

    kind = forms.ChoiceField(label="Kind", choices=InjuryKind, widget=forms.RadioSelect)
    pathology = forms.ChoiceField(label="Diagnosis", required=False)
    diagnosis = forms.CharField(label="In words", required=False, max_length=300)
    region = forms.ChoiceField(label="Region")
    side = forms.ChoiceField(label="Side", choices=Side, widget=forms.RadioSelect)
    structure = forms.ChoiceField(label="Structure", required=False)
    zone = forms.ChoiceField(label="Zone", required=False)
    mechanism = forms.ChoiceField(label="How it came about", required=False)

    MORE = ("structure", "zone", "mechanism")

    def as_new(self) -> NewInjury:
        return NewInjury(**self.cleaned_data)


class PriorTreatmentForm(forms.Form):
    """One treatment before us, or beside us."""

    kind = forms.ChoiceField(label="Treatment")
    sessions = forms.IntegerField(
        label="Sessions",
        required=False,
        min_value=1,
        max_value=500,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    benefit = forms.ChoiceField(label="Benefit", choices=Benefit, initial=Benefit.UNKNOWN)
    started = ImpreciseDateField(label="From", required=False, help_text="2022 or 2022-03")
    ended = ImpreciseDateField(label="To", required=False, help_text="Empty where it was one day")
    detail = forms.CharField(label="Detail", required=False, max_length=200)
    dose = forms.CharField(label="Dose, if known", required=False, max_length=200)
    provider = forms.CharField(label="Where", required=False, max_length=200)
    benefit_pain = forms.ChoiceField(label="Pain", required=False, choices=BENEFITS)
    benefit_range = forms.ChoiceField(label="Range", required=False, choices=BENEFITS)
    benefit_flexibility = forms.ChoiceField(label="Flexibility", required=False, choices=BENEFITS)

    MORE = ("detail", "dose", "provider", "benefit_pain", "benefit_range", "benefit_flexibility")

    @property
    def changed_data(self) -> list[str]:
        """A row in which nothing but an empty benefit differs was left empty."""
        return [name for name in super().changed_data if name != "benefit" or self["benefit"].value()]

    def as_new(self) -> NewPriorTreatment:
        return NewPriorTreatment(**self.cleaned_data)


class GoalForm(forms.Form):
    """One thing that the patient wants to reach."""

    text = forms.CharField(label="Goal", max_length=300, help_text="Run 5 km, lift the child, sleep through")
    target = forms.CharField(label="Reached when", required=False, max_length=200)
    due_on = forms.DateField(label="By", required=False, widget=DAY)

    def as_new(self) -> NewGoal:
        return NewGoal(**self.cleaned_data)


class CatalogueFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """Gives each form the entries of the catalogues, read once for all of them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered: dict[str, Any] = {}
        self.read = cache(offered)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        for name, offer in OFFERS.items():
            chosen = form.fields.get(name)
            if not isinstance(chosen, forms.ChoiceField) or list(chosen.choices):
                continue
            if name not in self.offered:
                self.offered[name] = [("", "–"), *offer(self.read)]
            chosen.choices = self.offered[name]

    def filled(self) -> Iterable[Any]:
        """What was typed, row by row; rows that were left empty are left out."""
        return [form.as_new() for form in self.forms if form.has_changed()]


def offered(model: Any) -> list[Any]:
    return list(model._default_manager.filter(retired_on=None).order_by("position", "code"))


Read = Callable[[Any], list[Any]]
Choices = list[Any]


def labelled(rows: Iterable[Any]) -> Choices:
    return [(row.code, row.label) for row in rows]


def pathologies(read: Read) -> Choices:
    """By kind: calcifications first."""
    rows = sorted(read(Pathology), key=lambda row: row.kind, reverse=True)
    return [(KINDS[kind], labelled(found)) for kind, found in groupby(rows, lambda row: row.kind)]


def structures(read: Read) -> Choices:
    """By region, in the order of the regions; what can be anywhere last."""
    rows = read(Structure)
    groups = [(r.label, labelled(s for s in rows if s.region_code == r.code)) for r in read(BodyRegion)]
    return [
        (name, found)
        for name, found in (*groups, ("Anywhere", labelled(s for s in rows if not s.region_code)))
        if found
    ]


def terms(list_: str, read: Read = offered) -> Choices:
    """The members of a short list."""
    return labelled(row for row in read(Term) if row.list == list_)


OFFERS: Mapping[str, Callable[[Read], Choices]] = {
    "pathology": pathologies,
    "region": lambda read: labelled(read(BodyRegion)),
    "kind": lambda read: labelled(read(PriorTreatmentKind)),
    "structure": structures,
    "zone": lambda read: terms("ZONE", read),
    "mechanism": lambda read: terms("MECHANISM", read),
}

InjuryFormSet = forms.formset_factory(
    InjuryForm, formset=CatalogueFormSet, extra=INJURIES, min_num=0, max_num=9, absolute_max=20, validate_max=True
)
PriorTreatmentFormSet = forms.formset_factory(
    PriorTreatmentForm, formset=CatalogueFormSet, extra=PRIOR_TREATMENTS, max_num=30, absolute_max=40
)
GoalFormSet = forms.formset_factory(
    GoalForm, formset=CatalogueFormSet, extra=GOALS, max_num=10, validate_max=True, absolute_max=20
)


def red_flag_rows(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The red flags that are asked, with what was tapped and typed at each."""
    return [
        {
            "code": kind.code,
            "label": kind.label,
            "first_step": kind.content.get("action", ""),
            "urgency": kind.urgency,
            "answer": typed.get(f"flag-{kind.code}", ""),
            "action": typed.get(f"flag-{kind.code}-action", ""),
            "told": typed.get(f"flag-{kind.code}-told", ""),
        }
        for kind in offered(RedFlagKind)
    ]


def red_flags_in(typed: Mapping[str, str]) -> list[NewRedFlag]:
    """The flags that were answered; what was not tapped is not asked."""
    found = []
    for row in red_flag_rows(typed):
        if row["answer"] in ("yes", "no"):
            is_present = row["answer"] == "yes"
            found.append(
                NewRedFlag(
                    row["code"],
                    is_present=is_present,
                    action=row["action"] if is_present else "",
                    told=row["told"] if is_present else "",
                )
            )
    return found
