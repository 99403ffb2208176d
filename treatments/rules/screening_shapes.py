"""What an entry of the two catalogues of the screening looks like: what may hold a treatment back, what is asked."""

from typing import Annotated, Literal

from pydantic import Field

from clinic.rules.catalogues import Code, Entry, Shape, Text

Letter = Literal["A", "L", "R", "P"]
Scope = Literal["BODY", "FIELD", "SEGMENT"]


class Source(Shape):
    """Where rules come from."""

    label: Text
    certainty: Literal["VERIFIED", "GK", "DESIGN", "U"]


class Column(Shape):
    """Modalities with the same rules; `source` is where a cell comes from that names no other."""

    label: Text
    source: Code


class When(Shape):
    """A value of the dose for which a row holds."""

    parameter: Text
    is_: Annotated[list[Text], Field(alias="is")]


class Row(Shape):
    """What one letter cannot say."""

    column: Code
    level: Letter
    modalities: list[Code] = []
    but_not: list[Code] = []
    scope: Scope | None = None
    only_in: list[Code] = []
    when: When | None = None
    note: str = ""


class Condition(Shape):
    """Something that may hold a treatment back."""

    label: Text
    scope: Scope = "BODY"
    field: list[Code] = []
    asked_in: list[Code] = []
    window_days: Annotated[int, Field(gt=0)] | None = None
    under_age_years: int | None = None
    phases: list[Code] = []
    pathologies: list[Code] = []
    prior_treatments: list[Code] = []
    source: Code = ""
    sources: dict[Code, Code] = {}
    cells: dict[Code, Letter]
    rows: list[Row] = []


class Question(Entry):
    """What is asked before treatment, and what a "yes" means."""

    group: Text
    conditions: Annotated[list[Code], Field(min_length=1)]
    valid_days: Annotated[int, Field(gt=0)]
    asks: list[Literal["PLACE", "DATE", "DETAIL", "WEEKS"]] = []
