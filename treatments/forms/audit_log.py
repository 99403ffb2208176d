"""What a reader of the clinic's log asks for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

DAY = forms.DateInput(attrs={"type": "date"})


class LogForm(forms.Form):
    """Everything may be left open. A patient is asked for by the whole NHS number, or came by a link."""

    who = forms.TypedChoiceField(label=_("Who"), required=False, coerce=UUID, empty_value=None)
    what = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DAY)
    until = forms.DateField(label=_("To"), required=False, widget=DAY)
    door = forms.ChoiceField(label=_("How"), required=False)
    nhs = forms.CharField(
        label=_("NHS number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    patient = forms.UUIDField(required=False, widget=forms.HiddenInput)
    row = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        people: Mapping[UUID, str],
        groups: Mapping[str, Any],
        doors: Mapping[str, Any],
    ) -> None:
        super().__init__(data)
        choices = {
            "who": [("", _("everybody")), *((str(pk), name) for pk, name in people.items())],
            "what": [("", _("everything")), *groups.items()],
            "door": [("", _("any way")), *doors.items()],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("since") and told.get("until") and told["since"] > told["until"]:
            self.add_error("until", _("This is before the first day."))
        return told

    def chosen(self, *but: str) -> dict[str, str]:
        """The choice as an address says it; the number that was typed is never part of it."""
        told = {name: self.cleaned_data.get(name) for name in self.fields if name not in (*but, "nhs")}
        return {name: str(value) for name, value in told.items() if value}
