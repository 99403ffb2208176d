"""Which cases are listed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import CaseStatus

WHOSE = (("mine", _("me")), ("all", _("everybody")))
STATES = (("", _("any")), *((status.value, status.label) for status in CaseStatus))


class CaseListForm(forms.Form):
    """Whose cases, in which state, of whom; what is not a choice counts as not chosen."""

    q = forms.CharField(required=False, max_length=100, label=_("Patient, or number of the case"))
    who = forms.ChoiceField(choices=WHOSE, required=False, label=_("Led by"))
    state = forms.ChoiceField(choices=STATES, required=False, label=_("State"))

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("q", "who", "state")}
