"""Reads what a clinic brings from its former system: a line of JSON a patient, case, treatment before, and visit."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from cases.rules import imprecise_dates, patient_files

MOST_LINES = 200_000
LONGEST_LINE = 256 * 1024  # bytes


def storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("NUL")
    return text


def imprecise(text: str) -> str:
    if text:
        imprecise_dates.parse(text)
    return text


Trimmed = StringConstraints(strip_whitespace=True)
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(storable)]
Words = Annotated[str, Trimmed, Field(max_length=200), AfterValidator(storable)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(storable)]
MaybeName = Annotated[str, Trimmed, Field(max_length=100), AfterValidator(storable)]
Phone = Annotated[str, Trimmed, Field(max_length=40), AfterValidator(storable)]
Text = Annotated[str, Trimmed, Field(max_length=20_000), AfterValidator(storable)]
Code = Annotated[str, Trimmed, Field(max_length=60), AfterValidator(storable)]
Imprecise = Annotated[str, Trimmed, Field(max_length=10), AfterValidator(imprecise)]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")
]


class Line(BaseModel):
    """One line: what it tells of, and what the other system calls that."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    id: Id


class PatientLine(Line):
    """A person; the names are those of a registration."""

    type: Literal["patient"] = "patient"
    given_names: Name
    family_name: Name
    born_on: date
    sex: Literal["FEMALE", "MALE", "OTHER", "UNKNOWN"] = "UNKNOWN"
    nhs_number: Annotated[str, Trimmed, Field(max_length=20), AfterValidator(storable)] = ""
    known_as: MaybeName = ""
    former_names: list[Name] = []
    phone: Phone = ""
    other_phone: Phone = ""
    email: Email = ""
    address: Annotated[str, Trimmed, Field(max_length=1000), AfterValidator(storable)] = ""
    gp_name: MaybeName = ""
    gp_practice: Words = ""
    emergency_name: MaybeName = ""
    emergency_phone: Phone = ""
    occupation: Words = ""
    sport: Words = ""

    @property
    def registration(self) -> dict[str, Any]:
        """What a registration takes, but for the number of the other system."""
        return self.model_dump(exclude={"id", "type"})


class InjuryPart(BaseModel):
    """What is wrong: codes of the catalogues, or a diagnosis in words."""

    model_config = Line.model_config

    kind: Code
    region: Code
    side: Code
    pathology: Code = ""
    diagnosis: Annotated[str, Trimmed, Field(max_length=300), AfterValidator(storable)] = ""
    structure: Code = ""
    zone: Code = ""
    mechanism: Code = ""


class CaseLine(Line):
    """One problem of a patient; one that is over says on which day it was closed, and how it ended."""

    type: Literal["case"] = "case"
    patient: Id
    injuries: Annotated[list[InjuryPart], Field(min_length=1, max_length=20)]
    opened_on: date
    title: Words = ""
    lead: Email = ""
    onset: Imprecise = ""
    referral: Words = ""
    history: Text = ""
    closed_on: date | None = None
    outcome: Code = ""


class PriorTreatmentLine(Line):
    """What was tried elsewhere."""

    type: Literal["prior_treatment"] = "prior_treatment"
    case: Id
    kind: Code
    detail: Words = ""
    sessions: Annotated[int, Field(ge=1, le=500)] | None = None
    dose: Words = ""
    started: Imprecise = ""
    ended: Imprecise = ""
    provider: Words = ""
    benefit: Code = "UNKNOWN"


class ValuePart(BaseModel):
    """One thing that was measured, as the other system called it."""

    model_config = Line.model_config

    name: Name
    value: float
    unit: Annotated[str, Trimmed, Field(max_length=40), AfterValidator(storable)] = ""
    side: Code = ""


class SessionLine(Line):
    """A visit as it was entered elsewhere; it is kept as it is told, and never signed here."""

    type: Literal["session"] = "session"
    case: Id
    occurred_on: date
    author: Words = ""
    subjective: Text = ""
    objective: Text = ""
    assessment: Text = ""
    plan: Text = ""
    treatments: Annotated[list[Words], Field(max_length=50)] = []
    values: Annotated[list[ValuePart], Field(max_length=200)] = []

    @property
    def is_empty(self) -> bool:
        return not any(
            [self.subjective, self.objective, self.assessment, self.plan, *self.treatments, len(self.values)]
        )


KINDS: dict[str, type[Line]] = {
    "patient": PatientLine,
    "case": CaseLine,
    "prior_treatment": PriorTreatmentLine,
    "session": SessionLine,
}
PARENTS = {"case": "patient", "prior_treatment": "case", "session": "case"}
ANY: TypeAdapter[Any] = TypeAdapter(
    Annotated[PatientLine | CaseLine | PriorTreatmentLine | SessionLine, Field(discriminator="type")]
)
# What pydantic calls it, by the beginning: what we call it.
CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_member",
    "union_tag": "unknown_type",
    "string_too_long": "too_long",
    "string_too_short": "missing",
    "string_pattern": "not_an_address",
    "too_long": "too_many",
    "too_short": "missing",
    "date": "not_a_date",
    "literal": "not_a_choice",
    "greater": "out_of_range",
    "less": "out_of_range",
    "value_error": "not_readable",
}


@dataclass(frozen=True)
class LineFault:
    """One thing to correct: the line of the file, a JSON pointer into it, and a code that says what."""

    line: int
    pointer: str
    code: str


@dataclass(frozen=True)
class Told:
    """One line that could be read: its number, what it says, and the SHA-256 of what it says."""

    number: int
    said: Any
    sha256: str

    @property
    def kind(self) -> str:
        return str(self.said.type)

    @property
    def parent(self) -> tuple[str, str] | None:
        """The kind and the id of what it belongs to."""
        kind = PARENTS.get(self.kind)
        return (kind, str(getattr(self.said, kind))) if kind else None


@dataclass
class History:
    """What a file says, by kind and id, and what in it cannot be read."""

    lines: dict[tuple[str, str], Told] = field(default_factory=dict)
    faults: list[LineFault] = field(default_factory=list)

    def of(self, kind: str) -> list[Told]:
        return [told for told in self.lines.values() if told.kind == kind]

    def add(self, number: int, said: Any) -> None:
        """The second line with the same id is a fault."""
        key = (str(said.type), str(said.id))
        if key in self.lines:
            self.faults.append(LineFault(number, "/id", "twice"))
        else:
            self.lines[key] = Told(number, said, sha256_of(said))


def sha256_of(said: BaseModel) -> str:
    return hashlib.sha256(said.model_dump_json().encode()).hexdigest()


def read_ndjson(text: str) -> History:
    """A JSON object on each line; empty lines are passed over."""
    history = History()
    for number, line in numbered(text):
        if number > MOST_LINES:
            history.faults.append(LineFault(number, "", "too_many_lines"))
            break
        if len(line.encode("utf-8", "replace")) > LONGEST_LINE:
            history.faults.append(LineFault(number, "", "line_too_long"))
            continue
        try:
            history.add(number, ANY.validate_json(line))
        except ValidationError as no:
            history.faults += [fault_of(number, error) for error in no.errors(include_url=False, include_input=False)]
    return history


def numbered(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def fault_of(number: int, error: Any) -> LineFault:
    if error["type"] == "json_invalid":
        return LineFault(number, "", "not_json")
    loc = error["loc"]
    place = [str(part) for part in (loc[1:] if loc and loc[0] in KINDS else loc)]  # the first names the kind of line
    pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in place)
    kind = error["type"]
    code = next((ours for theirs, ours in CODES.items() if kind.startswith(theirs)), "wrong_type")
    return LineFault(number, pointer or ("/type" if code == "unknown_type" else ""), code)


def read_csv(text: str) -> History:
    """Patients of a table; its first line names the columns, and one of them gives the number in the other system.

    Raises patient_files.Unreadable.
    """
    history = History()
    table = patient_files.read_table(text)
    mapping = patient_files.guessed(table.headers)
    absent = [name for name in (patient_files.IDENTIFIER, *patient_files.NEEDED) if name not in mapping]
    if absent:
        history.faults = [LineFault(1, f"/{name}", "no_column") for name in absent]
        return history
    for number, cells in enumerate(table.rows, start=2):
        read_row(history, number, cells, mapping)
    return history


def read_row(history: History, number: int, cells: Sequence[str], mapping: Sequence[str]) -> None:
    row = patient_files.read_row(cells, mapping)
    faults = [LineFault(number, f"/{name}", code) for name, code in row.faults]
    if not row.identifier:
        faults.append(LineFault(number, "/identifier", "missing"))
    if faults:
        history.faults += faults
        return
    told = json.dumps({"type": "patient", "id": row.identifier, **row.values}, default=str)
    try:
        history.add(number, PatientLine.model_validate_json(told))
    except ValidationError as no:
        history.faults += [fault_of(number, error) for error in no.errors(include_url=False, include_input=False)]
