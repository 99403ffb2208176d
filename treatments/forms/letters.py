"""What is typed in a letter: shape only."""

from collections.abc import Iterator
from typing import Any

from django import forms

from clinic.forms.conflicts import Difference
from treatments.actions.letters import LONGEST_TEXT, Written
from treatments.models import Letter
from treatments.rules.letters import is_edited

PREFIX = "section-"
HINTS = {
    "actions_gp": "Left empty, the letter says: none.",
    "actions_us": "What stands here comes from the plan of the last note.",
}


class LetterForm(forms.Form):
    """To whom, and a text for each heading of the letter."""

    recipient = forms.CharField(label="To", max_length=200, required=False)
    recipient_address = forms.CharField(
        label="Practice or address",
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    contact = forms.CharField(label="How to reach you", max_length=200, required=False)
    copy_to_patient = forms.BooleanField(label="Copy to the patient", required=False)
    without_consent_because = forms.CharField(
        label="Why it goes out without a recorded consent", max_length=500, required=False
    )

    def __init__(self, *args: Any, letter: Letter, **options: Any) -> None:
        own = {name: getattr(letter, name) for name in self.base_fields}
        super().__init__(*args, initial=own, **options)
        self.letter = letter
        for section in letter.sections:
            self.fields[PREFIX + section["code"]] = forms.CharField(
                label=section["heading"],
                initial=section["text"],
                help_text=hint(section),
                max_length=LONGEST_TEXT,
                required=False,
                strip=False,
                widget=forms.Textarea({"rows": rows_for(section["text"])}),
            )

    def parts(self) -> Iterator[dict[str, Any]]:
        """For each heading its field, its table, and what the record says where the author said something else."""
        for section in self.letter.sections:
            yield {
                "field": self[PREFIX + section["code"]],
                "section": section,
                "recorded": section["composed"] if is_edited(section) else "",
            }

    def written(self) -> Written:
        """A heading that was not sent stays as it is."""
        told = {name: self.cleaned_data[name] for name in self.base_fields}
        sent = [s["code"] for s in self.letter.sections if PREFIX + s["code"] in self.data]
        return Written(texts={code: self.cleaned_data[PREFIX + code] for code in sent}, **told)

    def differences(self) -> list[Difference]:
        """What is typed here, and what was saved elsewhere."""
        found = []
        for name, field in self.fields.items():
            theirs, mine = (shown(v) for v in (self.initial.get(name, field.initial), self[name].value()))
            if theirs != mine:
                found.append(Difference(str(field.label), theirs, mine))
        return found


def hint(section: dict[str, Any]) -> str:
    if section["rows"]:
        return "In words, above the table. Its figures come from the record."
    return HINTS.get(section["code"], "") if section["code"] != "actions_us" or section["text"] else ""


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value or "").replace("\r\n", "\n").rstrip()


def rows_for(text: str) -> int:
    """Tall enough for the text on a tablet, and never a wall."""
    return max(2, min(12, sum(1 + len(line) // 80 for line in text.split("\n"))))
