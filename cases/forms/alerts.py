"""What is typed for an alert: shape only."""

from django import forms

from cases.forms.patients import DATE, DATE_FORMATS, WRONG_DATE
from cases.models import Severity


class AlertForm(forms.Form):
    """How severe, what, and until when."""

    severity = forms.ChoiceField(label="How severe", choices=Severity, widget=forms.RadioSelect)
    text = forms.CharField(label="What one must know", max_length=200, help_text="Reception sees it too: no diagnosis.")
    expires_on = forms.DateField(
        label="Until",
        required=False,
        input_formats=DATE_FORMATS,
        help_text="Empty: until it is ended",
        widget=forms.DateInput(format="%d/%m/%Y", attrs=DATE),
        error_messages=WRONG_DATE,
    )
