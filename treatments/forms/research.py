"""What is taken away for a research project."""

from django import forms
from django.utils.translation import gettext_lazy

from treatments.queries.exports import KINDS
from treatments.queries.research import FILES
from treatments.rules.research import PROJECT

LABELS = {
    "measurements": gettext_lazy("Measurements"),
    "injuries": gettext_lazy("Injuries, with age and sex"),
    "doses": gettext_lazy("Doses that were given"),
    "thresholds": gettext_lazy("Thresholds of the measures"),
}
CHOICES = [(f"{what}.{kind}", f"{LABELS[what]} ({kind.upper()})") for what in FILES for kind in KINDS]


class ResearchForm(forms.Form):
    """The project, and which file."""

    project = forms.RegexField(
        f"^{PROJECT.pattern}$",
        label=gettext_lazy("Project"),
        help_text=gettext_lazy("Small letters, digits and hyphens, like “achilles-2026”"),
        error_messages={"invalid": gettext_lazy("Write 3 to 40 small letters, digits and hyphens.")},
    )
    file = forms.ChoiceField(label=gettext_lazy("File"), choices=CHOICES)
