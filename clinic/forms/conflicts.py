"""A form whose row somebody else changed meanwhile: what differs, field by field, and taking over what they saved."""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict

TAKE = "take"  # the button of components/differences.html that takes over one field


@dataclass(frozen=True)
class Difference:
    """One entry that was saved elsewhere in another way than it was typed here; "" where it is empty."""

    label: str
    theirs: str
    mine: str
    name: str = ""


class VersionedForm(forms.Form):
    """A correction carries the version that was read, so that nobody's change is lost."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def differences(typed: forms.Form) -> list[Difference]:
    """What differs between what is typed and the row, whose values are the form's initial ones."""
    stored = forms.Form(initial=typed.initial)
    stored.fields = typed.fields
    fields = [field for field in typed.visible_fields() if field.name in typed.changed_data]
    return [Difference(str(f.label), shown(stored[f.name]), shown(f), f.name) for f in fields]


def renewed(posted: QueryDict, stored: forms.Form) -> QueryDict:
    """What was typed, over the newest version of the row; the field that a button names, as it is stored."""
    told = posted.copy()
    for name in {"version", posted.get(TAKE, "")} & set(stored.fields):
        told.setlist(name, sent(stored[name]))
    return told


def sent(field: forms.BoundField) -> list[str]:
    """A value as a browser sends it."""
    value = field.field.widget.format_value(field.value())
    return list(value) if isinstance(value, list) else [] if value is None else [str(value)]


def shown(field: forms.BoundField) -> str:
    """A value in the words of the page."""
    words = {str(code): str(label) for code, label in getattr(field.field, "choices", ())}
    return ", ".join(words.get(value, value) for value in sent(field))
