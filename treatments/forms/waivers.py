"""What is typed as a waiver is asked for and answered: shape only."""

from django import forms

from cases.forms.cases import DAY


class AskForm(forms.Form):
    """Why it should be given all the same."""

    reason = forms.CharField(
        label="Why it should be given all the same", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(forms.Form):
    """Until when it is waived, and words: to a waiver as one likes, to a refusal always."""

    until = forms.DateField(label="Until", required=False, widget=DAY, help_text="At most 90 days from today")
    words = forms.CharField(
        label="In words",
        required=False,
        max_length=1000,
        help_text="What to mind; or, to decline, why",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
