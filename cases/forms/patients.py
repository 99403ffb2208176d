"""What is typed when a patient is registered: shape only."""

from typing import Any

from django import forms

from cases.models import Sex
from clinic.models import Site, StaffMember

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]


class RegisterPatientForm(forms.Form):
    """The few fields that a registration needs; all else can follow."""

    given_names = forms.CharField(label="Given names", max_length=100)
    family_name = forms.CharField(label="Family name", max_length=100)
    born_on = forms.DateField(
        label="Date of birth",
        input_formats=DATE_FORMATS,
        help_text="For example 12/05/1985",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "Write the date as 12/05/1985."},
    )
    sex = forms.ChoiceField(label="Sex", choices=Sex, initial=Sex.UNKNOWN)
    nhs_number = forms.CharField(
        label="NHS number",
        required=False,
        max_length=20,
        help_text="Ten digits, if known",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label="Telephone", required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label="E-mail", required=False, max_length=254)
    occupation = forms.CharField(label="Occupation", required=False, max_length=200)
    sport = forms.CharField(label="Sport", required=False, max_length=200)
    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.none(), empty_label=None)

    def __init__(self, *args: Any, by: StaffMember, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["site"].queryset = Site.objects.filter(pk__in=by.site_ids)
        self.fields["given_names"].widget.attrs["autofocus"] = True
