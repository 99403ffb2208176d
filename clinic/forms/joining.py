"""What is typed by somebody who was invited."""

from typing import Any

from django import forms

NEW = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class PasswordForm(forms.Form):
    """A password, twice."""

    password = forms.CharField(label="Password", widget=NEW, strip=False, max_length=200)
    again = forms.CharField(label="The same again", widget=NEW, strip=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("password") and told.get("again") and told["password"] != told["again"]:
            self.add_error("again", "The two are not the same.")
        return told
