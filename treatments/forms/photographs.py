"""What is said of a photograph as it is added: shape only."""

from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst

from cases.actions.documents import NewPhotograph
from cases.forms.cases import DAY
from cases.models import Injury

ELSEWHERE = ("", "Somewhere else")


def places_of(injuries: list[Injury]) -> list[tuple[str, str]]:
    """Where a photograph can be of: at an injury of the case, or somewhere else."""
    return [*((str(injury.pk), capfirst(injury.where)) for injury in injuries), ELSEWHERE]


class PhotographForm(forms.Form):
    """What it shows, where, and when it was taken; the files come beside it."""

    title = forms.CharField(label="What it shows", max_length=200)
    where = forms.ChoiceField(label="Where", required=False)
    taken_on = forms.DateField(label="Taken on", required=False, widget=DAY, help_text="Empty: today")

    def __init__(self, *args: Any, injuries: list[Injury], **options: Any) -> None:
        start = {"title": capfirst(injuries[0].where), "where": str(injuries[0].pk)} if injuries else {}
        super().__init__(*args, initial=start, **options)
        self.injuries = {str(injury.pk): injury for injury in injuries}
        self.fields["where"].choices = places_of(injuries)

    def as_new(self, file_name: str) -> NewPhotograph:
        told = self.cleaned_data
        taken_on: date | None = told["taken_on"]
        return NewPhotograph(told["title"], self.injuries.get(told["where"]), taken_on, file_name)
