"""What is typed for a text snippet: shape only."""

from django import forms

from clinic.forms.conflicts import VersionedForm


class SnippetForm(forms.Form):
    """A short name and the text."""

    short = forms.CharField(
        label="Short name",
        max_length=21,
        help_text="In a note, .name and a space become the text.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    text = forms.CharField(label="Text", max_length=5_000, strip=False, widget=forms.Textarea(attrs={"rows": 4}))


class ChangeSnippetForm(SnippetForm, VersionedForm):
    """Another name or another text."""
