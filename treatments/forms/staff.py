"""What is typed about the people and the places of the clinic: shape only."""

import zoneinfo
from typing import Any

from django import forms

from clinic.forms.conflicts import VersionedForm
from clinic.models import Site
from clinic.rules.permissions import Role
from treatments.actions.training import NEEDS_TRAINING
from treatments.models import Modality

ROLES = [
    (Role.PHYSIOTHERAPIST, "physiotherapist"),
    (Role.CLINICAL_LEAD, "clinical lead"),
    (Role.CLINIC_ADMIN, "clinic admin"),
    (Role.RECEPTIONIST, "receptionist"),
    (Role.AUDITOR, "auditor"),
]


class PersonForm(forms.Form):
    """Who somebody is, what they do here, and where."""

    name = forms.CharField(label="Name", max_length=200)
    hcpc_number = forms.CharField(
        label="HCPC number", max_length=8, required=False, help_text="PH and five or six digits"
    )
    roles = forms.MultipleChoiceField(label="Roles", choices=ROLES, widget=forms.CheckboxSelectMultiple)
    sites = forms.ModelMultipleChoiceField(
        label="Sites", queryset=Site.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )


class InviteForm(PersonForm):
    """Somebody new."""

    email = forms.EmailField(label="E-mail to log in with", max_length=254)
    field_order = ("name", "email", "roles", "sites", "hcpc_number")


class ChangePersonForm(PersonForm, VersionedForm):
    """A correction, and what the person is trained in."""

    modalities = forms.MultipleChoiceField(label="Trained in", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Modality.objects.filter(retired_on=None, who_may__in=NEEDS_TRAINING)
        self.fields["modalities"].choices = list(rows.values_list("code", "label"))


class SiteForm(forms.Form):
    """A place of the clinic."""

    name = forms.CharField(label="Name", max_length=200)
    address = forms.CharField(label="Address", required=False, max_length=1000, widget=forms.Textarea({"rows": 3}))
    time_zone = forms.ChoiceField(
        label="Time zone", choices=[(z, z) for z in sorted(zoneinfo.available_timezones())], initial="Europe/London"
    )


class ChangeSiteForm(SiteForm, VersionedForm):
    """A correction."""
