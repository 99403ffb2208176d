"""What is typed of a consent while planning, or of who authorised the plan without it: shape only."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from cases.models import ConsentForm as Form
from cases.models import GivenBy
from clinic.errors import Fault
from treatments.actions.agreements import Agreement
from treatments.models import Leaflet, Modality

CHOICES = [
    ("consent", "The patient agrees: keep the consent"),
    ("authorised", "No consent yet: somebody authorises the plan without it"),
]
FORMS = [(f.value, f.label) for f in Form if f is not Form.IMPLIED]


class AgreementForm(forms.Form):
    """For one higher-risk modality: the consent, or the authorisation."""

    choice = forms.ChoiceField(label="What holds", choices=CHOICES, required=False, widget=forms.RadioSelect)
    form = forms.ChoiceField(label="How it was given", choices=FORMS, required=False)
    given_by = forms.ChoiceField(label="By whom", choices=GivenBy, required=False)
    leaflet = forms.CharField(label="Leaflet and its version", required=False, max_length=200)
    discussed = forms.CharField(
        label="What was discussed",
        required=False,
        max_length=10_000,
        help_text="Risks that matter to this patient, alternatives, doing nothing",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    authorised_by = forms.CharField(label="Who authorised it", required=False, max_length=200)
    because = forms.CharField(label="Why without a consent", required=False, max_length=500)

    def __init__(self, data: Any = None, *, modality: Modality, leaflet: Leaflet | None) -> None:
        prefix = f"agreement-{modality.code}"
        self.modality, self.printed = modality, leaflet
        start = {"leaflet": leaflet.name if leaflet else "", "given_by": GivenBy.PATIENT, "form": Form.VERBAL}
        bound = data if data is not None and f"{prefix}-shown" in data else None
        super().__init__(bound, prefix=prefix, initial=start)

    def as_new(self) -> Agreement:
        told = self.cleaned_data
        if told["choice"] == "consent":
            names = ("form", "given_by", "leaflet", "discussed")
        elif told["choice"] == "authorised":
            names = ("authorised_by", "because")
        else:
            names = ()
        return Agreement(self.modality.code, **{name: told[name] for name in names})


def agreement_forms(posted: Any, codes: Iterable[str]) -> list[AgreementForm]:
    """A form for each of these modalities, filled as it was sent."""
    wanted = list(codes)
    if not wanted:
        return []
    modalities = {m.code: m for m in Modality.objects.filter(retired_on=None, code__in=wanted)}
    leaflets = {row.code: row for row in Leaflet.objects.filter(retired_on=None, code__in=wanted)}
    return [AgreementForm(posted, modality=modalities[c], leaflet=leaflets.get(c)) for c in wanted if c in modalities]


def agreements_in(asked: Iterable[AgreementForm]) -> list[Agreement]:
    return [form.as_new() for form in asked if form.is_bound and form.is_valid()]


def place_agreements(faults: Iterable[Fault], asked: Iterable[AgreementForm]) -> list[dict[str, str]]:
    """Puts each fault about an agreement beside its field; answers with what the summary says of them."""
    by_code: Mapping[str, AgreementForm] = {form.modality.code: form for form in asked}
    listed = []
    for fault in faults:
        parts = fault.pointer.strip("/").split("/")
        form = by_code.get(parts[1]) if len(parts) == 3 and parts[0] == "agreements" else None
        if form is None:
            continue
        name = parts[2] if parts[2] in form.fields else "choice"
        if form.is_bound:
            form.add_error(name, fault.message)
        anchor = f"agreement-{form.modality.code}" if name == "choice" else form[name].id_for_label
        label = "" if name == "choice" else f"{form.modality.label}, {form.fields[name].label.lower()}: "
        listed.append({"message": f"{label}{fault.message}", "anchor": anchor})
    return listed
