"""What is typed when somebody is expected: shape only."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from cases.forms.cases import DAY
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission

# A day that a clinic can mean; with it no time runs over the end of the calendar.
POSSIBLE = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2199, 12, 31)))


def those_who_treat(by: StaffMember) -> list[StaffMember]:
    """The people of one's sites who log sessions, oneself first."""
    rows = StaffMember.objects.filter(
        is_active=True, postings__ended_at=None, postings__site__in=by.site_ids
    ).distinct()
    found = [person for person in rows if person.may(Permission.SESSION_LOG)]
    return sorted(found, key=lambda person: (person.pk != by.pk, person.name))


class WhenForm(forms.Form):
    """With whom, when and for how long."""

    staff = forms.ChoiceField(label="With")
    day = forms.DateField(label="Day", widget=DAY, validators=POSSIBLE)
    at = forms.TimeField(
        label="Time",
        input_formats=["%H:%M", "%H.%M", "%H%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": "300"}),
    )
    minutes = forms.IntegerField(
        label="Minutes", min_value=5, max_value=720, initial=30, widget=forms.TextInput({"inputmode": "numeric"})
    )
    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.none(), empty_label=None)

    def __init__(self, *args: Any, by: StaffMember, people: list[StaffMember], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(person.pk): person for person in people}
        self.fields["staff"].choices = [(pk, person.name) for pk, person in self.people.items()]
        self.fields["site"].queryset = Site.objects.filter(pk__in=by.site_ids)

    def booking(self) -> dict[str, Any]:
        """As the action takes it."""
        told = self.cleaned_data
        zone = ZoneInfo(told["site"].time_zone)
        return {
            "staff": self.people[told["staff"]],
            "site": told["site"],
            "starts_at": datetime.combine(told["day"], told["at"], zone),
            "minutes": told["minutes"],
        }


class PasteForm(forms.Form):
    """Lines of another diary."""

    lines = forms.CharField(
        label="One line for each visit",
        max_length=20_000,
        help_text="09:00 Marcus Ellery · 09:30–10:15 Ellery, Marcus · 10.00 Ellery 12/05/1985",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    staff = forms.ChoiceField(label="With")
    day = forms.DateField(label="Day", widget=DAY, validators=POSSIBLE)
    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.none(), empty_label=None)

    def __init__(self, *args: Any, by: StaffMember, people: list[StaffMember], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(person.pk): person for person in people}
        self.fields["staff"].choices = [(pk, person.name) for pk, person in self.people.items()]
        self.fields["site"].queryset = Site.objects.filter(pk__in=by.site_ids)


def span_of(day: date, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """From when a day is offered, and until when: from now on today, else from nine; never after eight at night."""
    tz = ZoneInfo(zone)
    start, end = datetime.combine(day, time(9), tz), datetime.combine(day, time(20), tz)
    if now.astimezone(tz).date() == day:
        start = max(now.astimezone(tz), datetime.combine(day, time(7), tz))
    return start, max(end, start + timedelta(minutes=30))
