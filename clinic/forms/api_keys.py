"""What is typed about a new key: shape only."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic import clock
from clinic.rules.permissions import SCOPES

LASTS = timedelta(days=365)
LASTS_AT_MOST = timedelta(days=2 * 366)
WORDS = {
    "patients:read": _("find and read patients"),
    "patients:write": _("register patients and correct their details"),
    "patients:create": _("register patients, and read back only those"),
    "cases:read": _("read cases and their progress"),
    "cases:write": _("start and change cases"),
    "sessions:read": _("read sessions"),
    "sessions:write": _("write unsigned sessions"),
    "sessions:sign": _("sign sessions, in the owner’s name"),
    "imaging:read": _("read pictures and their measurements"),
    "imaging:write": _("request, record and measure pictures"),
    "plans:read": _("read plans, blocks and reviews"),
    "plans:write": _("plan and change blocks"),
    "reviews:sign": _("sign reviews, in the owner’s name"),
    "measurements:read": _("read measurements"),
    "measurements:write": _("add measurements, unsigned"),
    "exports:read": _("take exports away"),
    "research:read": _("take figures for research away, without names"),
    "audit:read": _("read the clinic’s log"),
    "admin": _("run the clinic: staff, sites, keys, archiving, merging, importing"),
}


def in_a_year() -> date:
    return clock.today() + LASTS


class ApiKeyForm(forms.Form):
    """A key of one's own. Only scopes that its owner's roles allow can be chosen."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What it is for, like “Gait laboratory, room 2”")
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose what the program needs, and no more"),
        error_messages={"required": _("Choose at least one.")},
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        initial=in_a_year,
        help_text=_("At most two years from now; then the program gets a new one"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = ("integration", "name", "scopes", "expires_on")

    def __init__(self, *args: Any, scopes: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["scopes"].choices = [(scope, WORDS[scope]) for scope in SCOPES if scope in scopes]

    def clean_expires_on(self) -> date:
        day: date = self.cleaned_data["expires_on"]
        if day < clock.today():
            raise ValidationError(_("That day is over."), code="over")
        if day > clock.today() + LASTS_AT_MOST:
            raise ValidationError(_("At most two years from now."), code="too_late")
        return day


class IntegrationKeyForm(ApiKeyForm):
    """A key of a program that is nobody's own."""

    integration = forms.CharField(
        label=_("Integration"), max_length=100, help_text=_("The program or service, like “Northside appointments”")
    )
