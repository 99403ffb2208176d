"""What is sent to import patients: shape only."""

from typing import Any

from django import forms

from clinic.models import Site, StaffMember


class ImportForm(forms.Form):
    """A file, and where its patients are registered."""

    file = forms.FileField(
        label="CSV file", help_text="One line for each patient; the first line names the columns", allow_empty_file=True
    )
    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.none(), empty_label=None)

    def __init__(self, *args: Any, by: StaffMember, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["site"].queryset = Site.objects.filter(pk__in=by.site_ids)
