"""A form over a row that somebody else may change meanwhile: their change is told, and nothing typed is lost."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest

from clinic.errors import RuleBroken, Stale
from clinic.forms.conflicts import TAKE, differences, renewed
from clinic.views.faults import place, told


class Correction:
    """One request: shown, sent, refused as stale, or taking over the field that they saved.

    `form_of(row, typed)` makes the form, with the row's values as its initial ones; nothing is typed at first.
    """

    def __init__(self, request: HttpRequest, row: Any, form_of: Callable[..., forms.Form]) -> None:
        self.posted, self.row, self.form_of = request.POST, row, form_of
        self.takes, self.is_stale = TAKE in request.POST, False
        self.form = self.over_newest() if self.takes else form_of(row, request.POST or None)

    def is_ready(self) -> bool:
        """Something was sent that can be saved."""
        return self.form.is_bound and not self.takes and self.form.is_valid()

    def refuse(self, no: RuleBroken) -> None:
        """Told beside its field; where the row was changed meanwhile, over its newest version."""
        if isinstance(no, Stale):
            self.row = type(self.row)._base_manager.get(pk=self.row.pk)
            self.form, self.is_stale = self.over_newest(), True
        place(no, self.form)

    def over_newest(self) -> forms.Form:
        return self.form_of(self.row, renewed(self.posted, self.form_of(self.row)))

    def context(self) -> dict[str, Any]:
        """What its page needs: the form, what differs from the row, and all refusals."""
        differ = differences(self.form) if self.takes or self.is_stale else []
        return {"form": self.form, "differences": differ, "faults": told(self.form)}

    def status(self) -> int:
        return 412 if self.is_stale else 422 if self.form.errors else 200
