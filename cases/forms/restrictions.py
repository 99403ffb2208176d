"""What is typed to restrict a record and to open one under break glass: shape only."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst

from cases.forms.patients import DATE, DATE_FORMATS, WRONG_DATE
from cases.models import OpeningReason, RestrictionReason
from clinic.models import StaffMember


def spoken(choices: type[models.TextChoices]) -> list[tuple[str, str]]:
    """As the lines of a question begin."""
    return [(value, capfirst(label)) for value, label in choices.choices]


class RestrictForm(forms.Form):
    """Why, in a word and in words."""

    reason = forms.ChoiceField(label="Why", choices=spoken(RestrictionReason), widget=forms.RadioSelect)
    because = forms.CharField(
        label="In words", max_length=500, help_text="The clinic's admins read it: no names, no diagnosis."
    )


class NameForm(forms.Form):
    """Who is put on the list."""

    person = forms.ModelChoiceField(label="Who", queryset=StaffMember.objects.none(), empty_label="Choose a person")

    def __init__(self, *told: Any, sites: list[Any], **more: Any) -> None:
        super().__init__(*told, **more)
        here = Q(postings__site__in=sites, postings__ended_at=None)
        self.fields["person"].queryset = StaffMember.objects.filter(here, is_active=True).distinct().order_by("name")


class BreakGlassForm(forms.Form):
    """Exactly whom, and why."""

    nhs_number = forms.CharField(
        label="NHS number", max_length=20, required=False, help_text="Ten digits; or, without it, the two below."
    )
    full_name = forms.CharField(
        label="Full name",
        max_length=200,
        required=False,
        help_text="As on the record, all given names and family name.",
    )
    born_on = forms.DateField(
        label="Date of birth",
        required=False,
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%d/%m/%Y", attrs=DATE),
        error_messages=WRONG_DATE,
    )
    reason = forms.ChoiceField(label="Why", choices=spoken(OpeningReason), widget=forms.RadioSelect)
    because = forms.CharField(
        label="In words",
        min_length=10,
        max_length=500,
        help_text="At least ten characters. A clinic admin reads it; no diagnosis.",
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("nhs_number") and not (told.get("full_name") and told.get("born_on")) and not self.errors:
            self.add_error("nhs_number", "Type the NHS number, or the full name and the date of birth.")
        return told

    def asked(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in ("nhs_number", "full_name", "born_on")}
