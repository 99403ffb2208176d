"""What is typed when a case is started: shape only."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cases.actions.cases import AskedMeasure, NewInjury, NewPriorTreatment
from cases.models import Benefit, BodyRegion, InjuryKind, Pathology, PriorTreatmentKind, Side
from cases.rules.imprecise_dates import ImpreciseDate, parse
from clinic.models import Site, StaffMember
from treatments.forms.sheets import slots_of
from treatments.models import Measure
from treatments.rules.measures import MeasureRule

INJURIES, PRIOR_TREATMENTS = 3, 6


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


class StartCaseForm(forms.Form):
    """What is wrong, since when, and what to ask at each visit."""

    title = forms.CharField(label="Title", max_length=200, help_text="How colleagues will find it: “Right Achilles”")
    onset = ImpreciseDateField(label="Since", required=False, help_text="2022, 2022-03 or 2022-03-14")
    history = forms.CharField(
        label="What happened", required=False, max_length=20000, widget=forms.Textarea(attrs={"rows": 3})
    )
    referral = forms.CharField(label="Referred by", required=False, max_length=200)
    key_measures = forms.MultipleChoiceField(
        label="Asked at each visit",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="One to four measures; the others stay at hand.",
    )
    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.none(), empty_label=None)

    def __init__(self, *args: Any, by: StaffMember, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["site"].queryset = Site.objects.filter(pk__in=by.site_ids)
        self.fields["key_measures"].choices = measure_choices()

    def asked(self) -> list[AskedMeasure]:
        return [AskedMeasure(*chosen.split("|")) for chosen in self.cleaned_data["key_measures"]]


class InjuryForm(forms.Form):
    """One thing that is wrong: a diagnosis of the list, or in words."""

    kind = forms.ChoiceField(label="Kind", choices=[("", "–"), *InjuryKind.choices])
    pathology = forms.ChoiceField(label="Diagnosis", required=False)
    diagnosis = forms.CharField(label="Or in words", required=False, max_length=300)
    region = forms.ChoiceField(label="Region")
    side = forms.ChoiceField(label="Side", choices=[("", "–"), *Side.choices])

    def as_new(self) -> NewInjury:
        return NewInjury(**self.cleaned_data)


class PriorTreatmentForm(forms.Form):
    """One treatment before us."""

    kind = forms.ChoiceField(label="Treatment")
    detail = forms.CharField(label="Detail", required=False, max_length=200)
    sessions = forms.IntegerField(
        label="Sessions",
        required=False,
        min_value=1,
        max_value=500,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    dose = forms.CharField(label="Dose, if known", required=False, max_length=200)
    started = ImpreciseDateField(label="From", required=False, help_text="2022 or 2022-03")
    ended = ImpreciseDateField(label="To", required=False)
    benefit = forms.ChoiceField(label="Benefit", choices=Benefit, initial=Benefit.UNKNOWN)

    @property
    def changed_data(self) -> list[str]:
        """A row in which nothing but an empty benefit differs was left empty."""
        return [name for name in super().changed_data if name != "benefit" or self["benefit"].value()]

    def as_new(self) -> NewPriorTreatment:
        return NewPriorTreatment(**self.cleaned_data)


class CatalogueFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """Gives each form the entries of the catalogues, read once for all of them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered: dict[str, list[tuple[str, str]]] = {}

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        sources = {"pathology": Pathology, "region": BodyRegion, "kind": PriorTreatmentKind}
        for name, model in sources.items():
            chosen = form.fields.get(name)
            if not isinstance(chosen, forms.ChoiceField) or list(chosen.choices):
                continue
            if name not in self.offered:
                rows = model._default_manager.filter(retired_on=None).order_by("position", "code")
                self.offered[name] = [("", "–"), *rows.values_list("code", "label")]
            chosen.choices = self.offered[name]

    def filled(self) -> Iterable[Any]:
        """What was typed, row by row; rows that were left empty are left out."""
        return [form.as_new() for form in self.forms if form.has_changed()]


InjuryFormSet = forms.formset_factory(
    InjuryForm, formset=CatalogueFormSet, extra=INJURIES, min_num=0, max_num=INJURIES, validate_max=True
)
PriorTreatmentFormSet = forms.formset_factory(
    PriorTreatmentForm, formset=CatalogueFormSet, extra=PRIOR_TREATMENTS, max_num=30, absolute_max=40
)


Group = tuple[str, list[tuple[str, str]]]
ANYWHERE = "For every region"
STRENGTH = "Strength"
# Under which heading a measure is found; one that is taken in most of a limb is found under the limb.
AREAS = {
    "Leg": frozenset({"REG_HIP", "REG_KNEE", "REG_ANKLE"}),
    "Arm": frozenset({"REG_SHOULDER", "REG_ELBOW", "REG_HAND"}),
    "Ankle and foot": frozenset({"REG_ANKLE"}),
    "Foot": frozenset({"REG_FOOT"}),
    "Knee and thigh": frozenset({"REG_KNEE"}),
    "Thigh": frozenset({"REG_THIGH"}),
    "Hip": frozenset({"REG_HIP"}),
    "Shoulder": frozenset({"REG_SHOULDER"}),
    "Elbow": frozenset({"REG_ELBOW"}),
    "Wrist and hand": frozenset({"REG_WRIST"}),
    "Hand": frozenset({"REG_HAND"}),
    "Neck": frozenset({"REG_CSPINE"}),
    "Back": frozenset({"REG_LSPINE"}),
    "Jaw": frozenset({"REG_TMJ"}),
}


def measure_choices() -> list[Group]:
    """Each measure in each context and of each side, under its area: ("NPRS|LOAD|", "Pain, load")."""
    groups: dict[str, list[tuple[str, str]]] = {ANYWHERE: [], STRENGTH: [], **{area: [] for area in AREAS}}
    for measure in Measure.objects.filter(retired_on=None).prefetch_related("thresholds"):
        rule = measure.as_rule()
        groups[area_of(rule)] += [("|".join(slot), rule.name(slot[1], slot[2])) for slot in slots_of(rule)]
    return [(area, choices) for area, choices in groups.items() if choices]


def area_of(rule: MeasureRule) -> str:
    if "KNEE_EXTENSORS" in rule.contexts:
        return STRENGTH
    return next((area for area, regions in AREAS.items() if regions <= set(rule.regions)), ANYWHERE)
