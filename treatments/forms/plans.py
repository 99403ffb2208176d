"""What is typed about plans and reviews: shape only."""

from collections.abc import Iterable
from typing import Any

from django import forms

from cases.forms.imaging import RequestForm
from cases.models import Case
from treatments.actions.planning import PlannedBlock, PlannedDose
from treatments.models import Block, Decision, Modality, Protocol

DOES = {
    Decision.CONTINUE: "opens block {next} with the same plan",
    Decision.CHANGE_DOSE: "opens block {next}; what it holds is typed at each session",
    Decision.CHANGE_MODALITY: "opens block {next}; what it holds is typed at each session",
    Decision.IMAGE: "leaves the block open for a second review",
    Decision.REFER: "leaves the block open for a second review",
    Decision.DISCHARGE: "ends the plan; the case is discharged next",
}


class StartPlanForm(forms.Form):
    """From a template, or freely: how many blocks of how many sessions, and which treatments."""

    protocol = forms.ChoiceField(label="Template", required=False)
    number_of_blocks = forms.IntegerField(
        label="Blocks", min_value=1, max_value=20, initial=2, widget=forms.TextInput({"inputmode": "numeric"})
    )
    planned = forms.IntegerField(
        label="Sessions in a block",
        min_value=1,
        max_value=30,
        initial=5,
        help_text="A template has its own number",
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    modalities = forms.MultipleChoiceField(
        label="Treatments in each session", required=False, widget=forms.CheckboxSelectMultiple
    )
    repeats_accepted = forms.BooleanField(label="Plan it all the same", required=False)

    def __init__(self, *args: Any, case: Case, **options: Any) -> None:
        super().__init__(*args, **options)
        codes = {i.pathology.code for i in case.injuries.all() if i.pathology}
        self.templates = {p.code: p for p in Protocol.objects.filter(retired_on=None)}
        fits = [p for p in self.templates.values() if codes & set(p.content["pathologies"])]
        others = [p for p in self.templates.values() if p not in fits]
        self.fields["protocol"].choices = [
            ("", "none: a plan of its own"),
            *(
                (name, [(p.code, p.label) for p in found])
                for name, found in (("Fits", fits), ("Others", others))
                if found
            ),
        ]
        if fits:
            self.fields["protocol"].initial = fits[0].code
        rows = Modality.objects.filter(retired_on=None)
        self.fields["modalities"].choices = list(rows.values_list("code", "label"))

    def blocks(self) -> list[PlannedBlock]:
        """The first block as the template has it; those after it with as many sessions, to be filled as one goes."""
        told = self.cleaned_data
        template = self.templates.get(told["protocol"])
        planned = template.content["sessions_in_block"] if template else told["planned"]
        every = tuple(range(1, planned + 1))
        doses = [PlannedDose(code, every) for code in told["modalities"]]
        if template:
            named = {d["modality"] for d in template.content["sessions"]}
            doses = [d for d in doses if d.modality not in named]
            doses += [
                PlannedDose(d["modality"], tuple(d["numbers"]), dict(d.get("parameters", {})))
                for d in template.content["sessions"]
            ]
        first = PlannedBlock(planned, tuple(doses))
        later = [PlannedBlock(planned) for _ in range(told["number_of_blocks"] - 1)]
        return [first, *later]


class PlannedPictureForm(RequestForm):
    """A picture that the plan asks for."""

    after = forms.TypedChoiceField(label="After", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, blocks: Iterable[Block], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["after"].choices = [("", "no block named"), *((b.number, f"block {b.number}") for b in blocks)]


def decisions(block: Block) -> list[tuple[str, str, str]]:
    """The six answers to "what now?", each with what it does."""
    return [(d.value, str(d.label), DOES[d].format(next=block.number + 1)) for d in Decision]


class ReviewForm(forms.Form):
    """One question: what now? And why."""

    decision = forms.ChoiceField(label="What now?", widget=forms.RadioSelect)
    reason = forms.CharField(label="Why", max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, block: Block, **options: Any) -> None:
        super().__init__(*args, **options)
        self.options = decisions(block)
        self.fields["decision"].choices = [(value, label) for value, label, _ in self.options]
