"""What is chosen of the clinic's figures: between which days, at which site."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Site
from treatments.forms.progress import DayInput
from treatments.queries.responses import Span

EARLIEST = date(1900, 1, 1)


class ClinicForm(forms.Form):
    """Read from the address, so that a choice can be kept as a bookmark. The last twelve months at first."""

    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput())
    until = forms.DateField(label=gettext_lazy("To"), required=False, widget=DayInput())
    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)

    def __init__(self, asked: QueryDict, sites: list[Site], *, today: date) -> None:
        self.sites, self.today = sites, today
        super().__init__(with_defaults(asked, today))
        self.fields["site"].choices = [("", _("all my sites")), *((str(site.pk), site.name) for site in sites)]
        if len(sites) < 2:
            del self.fields["site"]

    def clean_since(self) -> date | None:
        return self.possible("since")

    def clean_until(self) -> date | None:
        return self.possible("until")

    def possible(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day and day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        if day and day < EARLIEST:
            raise forms.ValidationError(_("This day is too long ago."))
        return day

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        since, until = told.get("since"), told.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))
        return told

    @property
    def site_field(self) -> forms.BoundField | None:
        """Where there are several sites to choose from."""
        return self["site"] if "site" in self.fields else None

    @property
    def span(self) -> Span:
        """Of what can be read; the form is valid."""
        return Span(self.cleaned_data["since"], self.cleaned_data["until"])

    @property
    def chosen_site(self) -> Site | None:
        chosen = self.cleaned_data.get("site")
        return next((site for site in self.sites if chosen and site.pk == UUID(chosen)), None)


def with_defaults(asked: QueryDict, today: date) -> QueryDict:
    """The address with what it leaves out, so that the fields say what is shown."""
    told = asked.copy()
    for name, day in (("since", a_year_before(today)), ("until", today)):
        if not told.get(name):
            told[name] = day.isoformat()
    return told


def a_year_before(today: date) -> date:
    """The day after the same day of the last year, so that both count as twelve months."""
    day = today + timedelta(days=1)
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 3, 1)
