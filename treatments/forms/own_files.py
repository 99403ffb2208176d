"""What is typed about the patient's own file: shape only."""

from typing import Any

from django import forms

from cases.forms.patients import DATE, DATE_FORMATS, WRONG_DATE
from cases.forms.restrictions import spoken
from treatments.actions.own_files import Asked
from treatments.models import AskedBy, OmissionKind
from treatments.rules.own_files import FILE, Entry

LONGEST = 80


class AskForm(forms.Form):
    """Who asked for the file, on which day, and how that was proved."""

    asked_on = forms.DateField(
        label="Asked on",
        help_text="The day on which it was asked for and proved who asks.",
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%d/%m/%Y", attrs=DATE),
        error_messages=WRONG_DATE,
    )
    asked_by = forms.ChoiceField(
        label="Who asks", choices=spoken(AskedBy), widget=forms.RadioSelect, initial=AskedBy.PATIENT
    )
    asker = forms.CharField(
        label="Name and authority, if it is not the patient",
        max_length=200,
        required=False,
        help_text="A parent of a child, an attorney, a solicitor with the patient’s signature.",
    )
    identity = forms.CharField(
        label="How identity was proved", max_length=200, help_text="Known here in person, or which document was seen."
    )

    def asked(self) -> Asked:
        return Asked(**self.cleaned_data)


class LeaveOutForm(forms.Form):
    """Which lines of an entry are left out, and why."""

    parts = forms.MultipleChoiceField(
        label="Only these lines",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: the entry is left out, with all that belongs to it.",
    )
    kind = forms.ChoiceField(label="Why", choices=spoken(OmissionKind), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="In words",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is kept here and is not in the file.",
    )

    def __init__(self, *told: Any, entry: Entry, **more: Any) -> None:
        super().__init__(*told, **more)
        lines: dict[str, str] = {}
        for line in entry.lines:
            text = line.text if len(line.text) <= LONGEST else f"{line.text[:LONGEST]}…"
            lines.setdefault(line.name, line.label if line.name == FILE else f"{line.label}: {text}")
        self.fields["parts"].choices = list(lines.items())
