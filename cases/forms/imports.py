"""What is sent to import patients: shape only."""

from typing import Any

from django import forms

from cases.forms.appointments import those_who_treat
from cases.models import FileForm
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


class HistoryForm(ImportForm):
    """A file of a former system, its kind, and whose cases become whose."""

    file = forms.FileField(label="File", help_text="UTF-8 text, at most 32 MB", allow_empty_file=True)
    form = forms.ChoiceField(
        label="What it is",
        choices=[
            (FileForm.NDJSON, "a history (NDJSON)"),
            (FileForm.CSV, "a table of patients (CSV)"),
        ],
    )
    system = forms.CharField(
        label="The former system’s name",
        max_length=100,
        help_text="Under this name rows are known again, when the file or a later one is sent once more",
    )
    lead = forms.ModelChoiceField(
        label="Lead of cases that name none", queryset=StaffMember.objects.none(), empty_label=None
    )
    with_lookalikes = forms.BooleanField(
        label="Register those too who look like somebody who is registered", required=False
    )

    field_order = ("file", "form", "system", "site", "lead", "with_lookalikes")

    def __init__(self, *args: Any, by: StaffMember, **options: Any) -> None:
        super().__init__(*args, by=by, **options)
        people = [person.pk for person in those_who_treat(by)]
        self.fields["lead"].queryset = StaffMember.objects.with_sites().filter(pk__in=people).order_by("name")
