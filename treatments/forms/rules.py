"""The form in which a clinical lead changes a rule for this clinic."""

from django import forms

from treatments.models.contraindications import LEVELS


class DeviateForm(forms.Form):
    """Shape only: the action says what may be changed."""

    level = forms.ChoiceField(label="What follows", choices=LEVELS, widget=forms.RadioSelect)
    window_days = forms.IntegerField(
        label="Holds for, in days",
        required=False,
        help_text="Counted from the event, such as an injection. Empty: as the rule says.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="Why this clinic does it differently", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
