"""What is typed when a case is started: shape only."""

from typing import Any

from django import forms

from cases.actions.cases import AskedMeasure
from cases.forms.cases import DAY, ImpreciseDateField, terms
from cases.models import Case, Patient
from clinic.models import Site, StaffMember, shelf
from treatments.forms.sheets import slots_of
from treatments.models import Measure, MeasureSet
from treatments.rules.measures import MeasureRule


class StartCaseForm(forms.Form):
    """What is wrong, since when, and what to ask at each visit."""

    title = forms.CharField(
        label="Title", required=False, max_length=200, help_text="Empty: side and diagnosis, as “Right: Achilles tear”"
    )
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
    factors = forms.MultipleChoiceField(
        label="What may have contributed", required=False, widget=forms.CheckboxSelectMultiple
    )
    continues = forms.ModelChoiceField(
        label="Continues", queryset=Case.objects.none(), required=False, empty_label="no earlier case"
    )
    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.none(), empty_label=None)
    opened_on = forms.DateField(
        label="Started on", required=False, widget=DAY, help_text="Empty: today. Earlier where it is entered later."
    )

    def __init__(self, *args: Any, by: StaffMember, patient: Patient, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["site"].queryset = Site.objects.filter(pk__in=by.site_ids)
        self.fields["continues"].queryset = Case.objects.visible_to(by).filter(patient=patient).order_by("-opened_on")
        self.fields["key_measures"].choices = measure_choices()
        self.fields["factors"].choices = terms("FACTOR")

    @property
    def areas(self) -> list[tuple[str, bool, list[tuple[str, str]]]]:
        """The measures by area: its name, whether something in it is ticked, and its choices."""
        ticked = set(self["key_measures"].value() or ())
        groups: list[Group] = list(self.fields["key_measures"].choices)
        return [(area, any(value in ticked for value, _ in found), found) for area, found in groups]

    def asked(self) -> list[AskedMeasure]:
        return [AskedMeasure(*chosen.split("|")) for chosen in self.cleaned_data["key_measures"]]


Group = tuple[str, list[tuple[str, str]]]
PAIN = "Pain"
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
    groups: dict[str, list[tuple[str, str]]] = {PAIN: [], ANYWHERE: [], STRENGTH: [], **{area: [] for area in AREAS}}
    for rule in shelf(Measure).rules.values():
        groups[area_of(rule)] += [("|".join(slot), rule.name(slot[1], slot[2])) for slot in slots_of(rule)]
    return [(area, choices) for area, choices in groups.items() if choices]


def area_of(rule: MeasureRule) -> str:
    if rule.code == "NPRS":
        return PAIN
    if "KNEE_EXTENSORS" in rule.contexts:
        return STRENGTH
    return next((area for area, regions in AREAS.items() if regions <= set(rule.regions)), ANYWHERE)


def offered_sets() -> list[dict[str, Any]]:
    """The least that is measured in a region: for which regions, what it says, and what is asked at each visit."""
    names = shelf(Measure).rules
    return [
        {
            "label": row.label,
            "regions": " ".join(row.content["regions"]),
            "asked": " ".join(f"{m['measure']}|{m.get('context', '')}|" for m in row.content["at_each_visit"]),
            "says": "; ".join(names[m["measure"]].name(m.get("context", ""), "") for m in row.content["at_each_visit"]),
        }
        for row in MeasureSet.objects.filter(retired_on=None)
    ]
