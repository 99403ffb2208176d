"""What is typed about consents and numbers of other systems: shape only."""

from typing import Any

from django import forms

from cases.actions.consents import NewConsent
from cases.forms.cases import DAY
from cases.models import ConsentForm as Form
from cases.models import ConsentKind, GivenBy


class GiveConsentForm(forms.Form):
    """A consent as it was given."""

    kind = forms.ChoiceField(label="To what", choices=[("", "–"), *ConsentKind.choices])
    modality_code = forms.ChoiceField(label="Which treatment", required=False, help_text="For a higher-risk treatment")
    form = forms.ChoiceField(label="How", choices=Form)
    given_by = forms.ChoiceField(label="By whom", choices=GivenBy)
    given_on = forms.DateField(label="When", required=False, widget=DAY, help_text="Empty: today")
    lacks_capacity = forms.BooleanField(label="The patient lacks capacity for this decision", required=False)
    discussed = forms.CharField(
        label="What was discussed",
        required=False,
        max_length=10_000,
        help_text="Risks that matter to this patient, alternatives, doing nothing",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    leaflet = forms.CharField(label="Leaflet and its version", required=False, max_length=200)

    def __init__(self, *args: Any, modalities: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["modality_code"].choices = [("", "–"), *modalities]

    def as_new(self) -> NewConsent:
        told = dict(self.cleaned_data)
        return NewConsent(has_capacity=not told.pop("lacks_capacity"), **told)


class IdentifierForm(forms.Form):
    """What another system calls the patient."""

    system = forms.CharField(label="System", max_length=100, help_text="Cliniko, TM3, the hospital …")
    value = forms.CharField(label="Number there", max_length=100)
