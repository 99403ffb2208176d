"""What is typed about a machine or an applicator: shape only."""

from typing import Any

from django import forms

from clinic.forms.conflicts import VersionedForm
from clinic.models import Site
from clinic.models.shelves import shelf
from treatments.models import Modality


class DeviceForm(forms.Form):
    """A machine or an applicator of a site, and what is given with it."""

    name = forms.CharField(label="Name", max_length=100, help_text="As people here call it")
    serial_number = forms.CharField(label="Serial number", max_length=60, required=False)
    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.all())
    modalities = forms.MultipleChoiceField(label="Gives", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = {row.code: row.label for row in shelf(Modality)}
        kept = {code: code for code in self.initial.get("modalities", ())}  # one that left the catalogue stays
        self.fields["modalities"].choices = sorted({**kept, **offered}.items(), key=lambda pair: pair[1])


class ChangeDeviceForm(DeviceForm, VersionedForm):
    """A correction, or the last day of a device."""

    retired_on = forms.DateField(
        label="Last day here",
        required=False,
        help_text="Empty while it is in use",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
