"""What an entry of each catalogue of the treatments looks like."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from clinic.rules.catalogues import Code, Entry, Shape, Text
from treatments.rules.screening_shapes import Column, Condition, Question, Source

Number = int | float
Range = Annotated[list[Number], Field(min_length=2, max_length=2)]
NO_COLUMN = "NONE"


def in_order(shape: Any, *names: str) -> None:
    """Ranges run upwards, and what is usual lies within what is possible. Raises ValueError."""
    for name in names:
        limits = getattr(shape, name)
        if limits and limits[0] > limits[1]:
            raise ValueError(f"{name} runs downwards")
    if shape.usual and shape.hard and not (shape.hard[0] <= shape.usual[0] and shape.usual[1] <= shape.hard[1]):
        raise ValueError("usual reaches beyond hard")


class Parameter(Shape):
    """A parameter of a dose. One without `usual` or `hard` has none in the sources."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    label: Text
    kind: Literal["NUMBER", "CHOICE", "CHOICES", "YES_NO", "TEXT"]
    unit: str = ""
    usual: Range | None = None
    hard: Range | None = None
    choices: list[Code] = []
    is_required: bool = False
    in_sentence: bool = False

    @model_validator(mode="after")
    def fits_its_kind(self) -> "Parameter":
        in_order(self, "usual", "hard")
        if (self.kind in ("CHOICE", "CHOICES")) != bool(self.choices):
            raise ValueError("choices belong to a CHOICE, and a CHOICE has choices")
        if self.kind != "NUMBER" and (self.unit or self.usual or self.hard):
            raise ValueError("only a NUMBER has a unit and limits")
        if self.kind == "NUMBER" and not self.unit:
            raise ValueError("a NUMBER says its unit")
        return self


class Modality(Entry):
    """What can be done; `column` is its column of the contraindications, or NONE."""

    group: Literal[
        "HANDS_ON", "HANDS_ON_TOOL", "ELECTROPHYSICAL", "NEEDLE", "THERMAL", "SUPPORT", "EXERCISE", "EDUCATION"
    ]
    who_may: Literal["PHYSIO", "PHYSIO_TRAINED", "QUALIFIED_OPERATOR", "PRESCRIBER"]
    column: Code
    needs_written_consent: bool = False
    total: str = ""
    parameters: list[Parameter]

    @model_validator(mode="after")
    def reads_as_a_sentence(self) -> "Modality":
        codes = [p.code for p in self.parameters]
        if len(set(codes)) < len(codes):
            raise ValueError("a parameter is named twice")
        if not any(p.in_sentence for p in self.parameters):
            raise ValueError("no parameter makes up its sentence")
        if self.total and self.total not in codes:
            raise ValueError(f"its total {self.total} is none of its parameters")
        return self


class Threshold(Shape):
    """How large a change must be: beyond the error (MDC), or to matter (MIC), in whom, and who says so."""

    kind: Literal["MDC", "MIC"]
    value: Annotated[Number, Field(gt=0)]
    low: Annotated[Number, Field(gt=0)] | None = None
    is_percent: bool = False
    measurers: Literal["", "BETWEEN"] = ""
    population: Text
    timeframe: str = ""
    method: str = ""
    source: Text
    certainty: Literal["VERIFIED", "GK", "DESIGN", "U"]
    is_default: bool = False

    @model_validator(mode="after")
    def names_the_larger_end(self) -> "Threshold":
        if self.low is not None and self.low >= self.value:
            raise ValueError("value is the larger end of a range")
        return self


class Formula(Shape):
    """How a score comes from a raw sum and the number of items answered."""

    kind: Literal[
        "MEAN_MINUS_ONE_TIMES_25",
        "PERCENT_OF_ANSWERED",
        "SUM",
        "HUNDRED_MINUS_MEAN",
        "MEAN_OF_ITEMS",
        "MEAN_OF_SUBSCALES",
        "SUM_OF_130",
    ]
    items: Annotated[int, Field(gt=0)]
    min_answered: Annotated[int, Field(gt=0)]
    item_min: int
    item_max: int


class GradeOfMeasure(Shape):
    """A named grade of an ordinal measure, from the least."""

    code: Text
    label: Text


class Measure(Entry):
    """What can be measured."""

    short_label: Text
    unit: str
    kind: Literal["PROM", "PERFORMANCE", "IMPAIRMENT", "RATING"]
    scale: Literal["NUMBER", "GRADE", "CHANGE"] = "NUMBER"
    direction: Literal[-1, 0, 1]
    hard: Range
    usual: Range | None = None
    step: Annotated[Number, Field(gt=0)]
    neutral: Number | None = None
    sides: Literal["NONE", "REQUIRED"]
    regions: list[Code] = []
    contexts: list[Code] = []
    items: int | None = None
    licence: Literal["OPEN", "FREE_CLINICAL", "PERMISSION", "PAID", "UNKNOWN"]
    normal: dict[Literal["aaos", "ama"], Number] = {}
    note: str = ""
    grades: list[GradeOfMeasure] = []
    formulas: list[Formula] = []
    thresholds: list[Threshold] = []

    @model_validator(mode="after")
    def fits_its_scale(self) -> "Measure":
        in_order(self, "usual", "hard")
        if (self.scale == "GRADE") != bool(self.grades):
            raise ValueError("grades belong to the scale GRADE")
        if self.grades and self.hard != [0, len(self.grades) - 1]:
            raise ValueError("hard counts the grades from 0")
        if (self.scale == "CHANGE") != (self.neutral is not None):
            raise ValueError("neutral belongs to the scale CHANGE")
        for kind in ("MDC", "MIC"):
            if sum(t.is_default for t in self.thresholds if t.kind == kind) > 1:
                raise ValueError(f"two {kind} are marked default")
        return self


class Asked(Shape):
    """A measure of a set, in a context."""

    measure: Code
    context: Code = ""


class MeasureSet(Entry):
    """The least that is measured in a region."""

    regions: list[Code]
    at_each_visit: Annotated[list[Asked], Field(max_length=4)]
    all: list[Asked]
    either: list[Code] = []


class Step(Shape):
    """The dose of a programme in some weeks."""

    weeks: Range
    sets: int
    reps: int | None = None
    load_rm: int | None = None
    tempo_up_s: Number | None = None
    tempo_down_s: Number | None = None
    hold_s: Number | None = None
    rest_s: Number | None = None
    load_percent_max: Number | None = None


class Programme(Entry):
    """An exercise programme."""

    modalities: list[Code]
    content: Text
    sessions_per_week: Range | None = None
    weeks: int | None = None
    steps: list[Step] = []


class Planned(Shape):
    """A modality in some sessions of a block."""

    modality: Code
    numbers: list[int]
    parameters: dict[str, Number] = {}


class Protocol(Entry):
    """A start for a plan."""

    pathologies: list[Code]
    sessions_in_block: Annotated[int, Field(gt=0, le=30)]
    every_days: Annotated[int, Field(gt=0)]
    programmes: list[Code] = []
    only_while: list[Code] = []
    afterwards: str = ""
    reimage_after_days: int | None = None
    sessions: list[Planned]

    @model_validator(mode="after")
    def plans_within_the_block(self) -> "Protocol":
        if any(n < 1 or n > self.sessions_in_block for each in self.sessions for n in each.numbers):
            raise ValueError("a session lies outside the block")
        return self


class Leaflet(Entry):
    """What a patient reads before a treatment that carries more risk; its code is that of the modality."""

    what: Text
    how: Text
    effects: Annotated[list[Text], Field(min_length=1)]
    serious: Annotated[list[Text], Field(min_length=1)]
    uncertain: Annotated[list[Text], Field(min_length=1)]
    not_for: Text
    alternatives: Annotated[list[Text], Field(min_length=1)]
    saying_no: Text


SHAPES: Mapping[str, Mapping[str, type[Shape]]] = {
    "modalities.toml": {"": Modality},
    "measures.toml": {"": Measure},
    "movements.toml": {"": Measure},
    "measure_sets.toml": {"": MeasureSet},
    "programmes.toml": {"": Programme},
    "protocols.toml": {"": Protocol},
    "leaflets.toml": {"": Leaflet},
    "contraindications.toml": {"sources": Source, "columns": Column, "conditions": Condition},
    "screening.toml": {"": Question},
}
