"""What is chosen on the pages of a merge: which value counts, and what goes to which record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases.models import Appointment, Case, Merge, Patient, PatientAlert, PatientIdentifier
from cases.queries.merges import Since, values_of
from cases.rules.merges import JOINED, Choice, GivenBack, questions, settled
from cases.rules.nhs_numbers import spaced
from cases.views.histories import shown
from clinic.errors import Fault
from clinic.templatetags.formatting import day
from clinic.views.asked import is_uuid

VALUE, ROW = "value-", "row-"
MOVES = "moves"


@dataclass(frozen=True)
class Option:
    """One answer to a question, with what would count then."""

    code: str
    text: str
    note: str
    is_chosen: bool


@dataclass(frozen=True)
class Asked:
    """A value that differs: its answers, and what is wrong with what was chosen."""

    name: str
    label: str
    options: Sequence[Option]
    error: str = ""


@dataclass(frozen=True)
class Line:
    """A value in words: in the one record, and in the other."""

    label: str
    kept: str
    other: str = ""


@dataclass(frozen=True)
class Made:
    """A row made since the merge: what it is, and where it goes."""

    pk: UUID
    what: str
    bound: str
    moves: bool
    names: Sequence[str] = field(default=())


def chosen_in(told: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(VALUE): value for name, value in told.items() if name.startswith(VALUE) and value}


def moves_in(told: Mapping[str, str]) -> list[UUID]:
    """The rows that go to the record that is taken out."""
    wanted = (name.removeprefix(ROW) for name, value in told.items() if name.startswith(ROW) and value == MOVES)
    return [UUID(pk) for pk in wanted if is_uuid(pk)]


def asked_of(kept: Patient, other: Patient, chosen: Mapping[str, str], faults: Iterable[Fault]) -> list[Asked]:
    """Each value that differs, with what was chosen already."""
    first, second = values_of(kept), values_of(other)
    errors = {fault.pointer.strip("/"): fault.message for fault in faults}
    whose = {
        Choice.KEPT: (first, _("in this record")),
        Choice.OTHER: (second, _("in the other record")),
        Choice.BOTH: (settled(first, second, {}).kept, _("both")),
    }
    return [
        Asked(
            question.name,
            label_of(question.name),
            [
                Option(
                    str(choice),
                    in_words(question.name, whose[choice][0][question.name]) or _("nothing recorded"),
                    whose[choice][1],
                    (chosen.get(question.name) or question.usual) == choice,
                )
                for choice in question.choices
            ],
            errors.get(question.name, ""),
        )
        for question in questions(first, second)
    ]


def same_in(kept: Patient, other: Patient) -> list[Line]:
    """What is known, and the same in both; no clinical words."""
    first, second = values_of(kept), values_of(other)
    names = [name for name in first if name not in JOINED and first[name] == second[name]]
    lines = [Line(label_of(name), in_words(name, first[name])) for name in names]
    return [line for line in lines if line.kept and line.kept != _("not recorded")]


def joined_of(kept: Patient, other: Patient) -> list[Line]:
    """The clinical words as they are joined: for those alone who read cases."""
    made = settled(values_of(kept), values_of(other), {}).kept
    return [Line(label_of(name), made[name]) for name in Patient.CLINICAL if made[name]]


def given_back_lines(merge: Merge, back: GivenBack, *, reads_cases: bool) -> list[Line]:
    """The values that taking apart changes in either record, as they will be."""
    now = values_of(merge.kept), values_of(merge.other)
    names = [n for n in Patient.REGISTERED if (now[0][n], now[1][n]) != (back.kept[n], back.other[n])]
    shown_ = [n for n in names if reads_cases or n not in JOINED]
    return [Line(label_of(n), in_words(n, back.kept[n]), in_words(n, back.other[n])) for n in shown_]


def hand_changed(merge: Merge, back: GivenBack, *, reads_cases: bool) -> list[Line]:
    """What was changed by hand since the merge, and stays with the kept record."""
    now = values_of(merge.kept)
    return [Line(label_of(n), in_words(n, now[n])) for n in back.stays if reads_cases or n not in JOINED]


def made_lines(found: Iterable[Since], moves: Iterable[UUID]) -> list[Made]:
    going = set(moves)
    return [Made(each.row.pk, what_is(each.row), each.bound, each.row.pk in going) for each in found]


def what_is(row: Any) -> str:
    """A row in words that everybody may read who sees a registration."""
    if isinstance(row, Case):
        return _("Case %(number)s, opened %(day)s, with all that hangs on it") % {
            "number": row.number,
            "day": day(row.opened_on),
        }
    if isinstance(row, PatientAlert):
        return _("Alert: %(text)s") % {"text": row.text}
    if isinstance(row, Appointment):
        return _("Appointment %(day)s with %(who)s") % {"day": day(row.starts_at), "who": row.staff.name}
    if isinstance(row, PatientIdentifier):
        return _("Number in another system: %(what)s") % {"what": row}
    return _("Consent, given %(day)s") % {"day": day(row.given_on)}


def label_of(name: str) -> str:
    return LABELS.get(name) or str(Patient._meta.get_field(name).verbose_name).capitalize()


def in_words(name: str, value: Any) -> str:
    if name in ("born_on", "died_on") and value:
        return day(Patient._meta.get_field(name).to_python(value))
    if name == "nhs_number" and value:
        return spaced(value)
    return shown(Patient, name, value, {})


LABELS = {
    "born_on": "Date of birth",
    "died_on": "Date of death",
    "nhs_number": "NHS number",
    "phone": "Telephone",
    "other_phone": "Other telephone",
    "email": "E-mail",
    "gp_name": "GP",
    "gp_practice": "GP practice",
    "emergency_name": "Emergency contact",
    "emergency_relation": "Emergency contact is their",
    "emergency_phone": "Emergency telephone",
    "dominant_side": "Stronger side",
}
