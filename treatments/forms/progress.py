"""What is chosen of a case's progress: measures, side, the day from which changes are counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case, Side
from treatments.queries import Progress, Series, Surroundings

START = "start"
FEW = 4  # measures shown of a case that has no key measures
SIDES = (("affected", gettext_lazy("the affected side")), ("both", gettext_lazy("both, the other one faint")))


@dataclass(frozen=True)
class Choice:
    """Measures as "code|context"; `since` is None where changes are counted from the start."""

    measures: frozenset[str]
    with_other_side: bool = False
    since: date | None = None

    def of(self, progress: Progress) -> list[tuple[Series, bool]]:
        """The series that are shown, each with whether it is of the other side."""
        main = main_series(progress)
        shown = [(s, id(s) not in main) for s in progress.series if s.points and name_of(s) in self.measures]
        return [(s, is_other) for s, is_other in shown if s.course and (self.with_other_side or not is_other)]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ProgressForm(forms.Form):
    """Read from the address, so that a choice can be kept as a bookmark and printed."""

    measure = forms.MultipleChoiceField(
        label=gettext_lazy("Measures"), required=False, widget=forms.CheckboxSelectMultiple
    )
    side = forms.ChoiceField(
        label=gettext_lazy("Side"), choices=SIDES, required=False, widget=forms.RadioSelect, initial="affected"
    )
    since = forms.ChoiceField(label=gettext_lazy("Changes since"), required=False)
    day = forms.DateField(
        label=gettext_lazy("or a day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, asked: QueryDict, progress: Progress, around: Surroundings | None, *, today: date) -> None:
        self.progress, self.around, self.today = progress, around, today
        super().__init__(with_defaults(asked, progress))
        self.fields["measure"].choices = list(offered(progress).items())
        self.fields["since"].choices = [
            (START, _("the start")),
            *((f"block-{b.id}", named(b.number, b.first)) for b in (around.blocks if around else ())),
        ]

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return day

    @property
    def choice(self) -> Choice:
        """What was chosen; the case's own where that cannot be read."""
        told = self.cleaned_data if self.is_valid() else {}
        return Choice(
            measures=frozenset(told.get("measure") or usual(self.progress)),
            with_other_side=told.get("side") == "both",
            since=self.since_day(told),
        )

    def since_day(self, told: Mapping[str, Any]) -> date | None:
        """The day that was written, else that on which the chosen block began; None for the start."""
        blocks = {f"block-{b.id}": b.first for b in (self.around.blocks if self.around else ())}
        return told.get("day") or blocks.get(told.get("since", START))


def with_defaults(asked: QueryDict, progress: Progress) -> QueryDict:
    """The address with what it leaves out, so that the page ticks what it shows."""
    told = asked.copy()
    if not told.getlist("measure"):
        told.setlist("measure", usual(progress))
    for name, value in (("side", "affected"), ("since", START)):
        if not told.get(name):
            told[name] = value
    return told


def named(number: int, first: date) -> str:
    return _("block %(number)s, %(day)s") % {"number": number, "day": f"{first.day} {first:%b %Y}"}


def name_of(series: Series) -> str:
    return f"{series.measure.code}|{series.context}"


def offered(progress: Progress) -> dict[str, str]:
    """The measures that can be shown, in the order of the case, as they are called without their side."""
    return {name_of(s): s.measure.name(s.context) for s in progress.series if s.course}


def usual(progress: Progress) -> list[str]:
    """The key measures that were taken; of a case without any, the first few."""
    keys = list(dict.fromkeys(name_of(s) for s in progress.series if s.is_key and s.course))
    return keys or list(offered(progress))[:FEW]


def usual_choice(progress: Progress) -> Choice:
    return Choice(frozenset(usual(progress)))


def main_series(progress: Progress) -> set[int]:
    """By identity: key measures, those of no side or of an affected one; where only the other was measured, that."""
    affected = affected_sides(progress.case)
    main = {id(s) for s in progress.series if s.is_key or not affected or s.side in ("", "MIDLINE", *affected)}
    having = {name_of(s) for s in progress.series if id(s) in main and s.course}
    return main | {id(s) for s in progress.series if name_of(s) not in having}


def affected_sides(case: Case) -> set[str]:
    sides = {injury.side for injury in case.injuries.all()} - {Side.MIDLINE}
    return {Side.LEFT, Side.RIGHT} if Side.BILATERAL in sides else sides
