"""Entries of the catalogues, as programs read them: who is let in may read them, they tell of no patient."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from clinic.api.filters import Filter, by_flag, by_text
from clinic.api.keys import ANY_KEY
from clinic.api.resources import List
from clinic.api.shapes import MaybeField, Out
from clinic.models import StaffMember


class EntryOut(Out):
    """An entry of a catalogue, in the version that is offered now."""

    code = serializers.CharField()
    display = serializers.CharField(source="label")
    version = serializers.IntegerField()
    source = MaybeField(help_text="Where it is from.")
    certainty = MaybeField(help_text="How sure that is.")
    retired_on = serializers.DateField(allow_null=True)

    EXAMPLE: dict[str, Any] = {
        "code": "REG_ANKLE",
        "display": "Ankle",
        "version": 1,
        "source": None,
        "certainty": None,
        "retired_on": None,
    }


class Catalogue(List):
    """A list that asks for no scope beyond a key."""

    one = "entry"
    patient_column = ""
    scopes = {"GET": ANY_KEY}
    out: type[Out] = EntryOut
    filters: dict[str, Filter] = {"code": by_text("code", 60), "offered": by_flag("retired_on__isnull")}
    orderings = ("position", "code")

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        return self.model._default_manager.all()
