"""What an entry of a catalogue file must look like, and where in its file a fault stands."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import stdnum.luhn
import stdnum.verhoeff
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

Path = tuple[str | int, ...]
Certainty = Literal["VERIFIED", "GK", "DESIGN", "U"]
Text = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[0-9A-Z][0-9A-Z_]*$", max_length=60)]

# What the foreign codes of an entry are written in; the version says which edition was read.
SYSTEMS = {
    "snomed": ("http://snomed.info/sct", "International, eHDSI and HL7 copies of 2022–2024"),
    "loinc": ("http://loinc.org", "2.77"),
    "loinc_active": ("http://loinc.org", "2.77"),
    "loinc_passive": ("http://loinc.org", "2.77"),
    "icd11": ("http://id.who.int/icd/release/11/mms", "2024-01"),
    "fhir": ("http://snomed.info/sct", "HL7 FHIR R4 bodysite-laterality"),
    "dicom": ("http://dicom.nema.org/resources/ontology/DCM", "PS3.16"),
}
SNOMED = re.compile(r"\d{6,18}", re.ASCII)
LOINC = re.compile(r"(\d{1,7})-(\d)", re.ASCII)


def checked(codes: dict[str, str]) -> dict[str, str]:
    """Foreign codes by system; a SNOMED CT or LOINC code must carry its right check digit."""
    for system, code in codes.items():
        if system not in SYSTEMS:
            raise ValueError(f"{system} is none of {', '.join(SYSTEMS)}")
        if system in ("snomed", "fhir") and not (SNOMED.fullmatch(code) and stdnum.verhoeff.is_valid(code)):
            raise ValueError(f"{code} is not a SNOMED CT identifier")
        if system.startswith("loinc") and not (LOINC.fullmatch(code) and stdnum.luhn.is_valid(code.replace("-", ""))):
            raise ValueError(f"{code} is not a LOINC code")
    return codes


Codes = Annotated[dict[str, str], AfterValidator(checked)]


class Shape(BaseModel):
    """A table of a catalogue file: nothing may be in it that it does not name."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Entry(Shape):
    """What every entry says: how it is read, where it comes from, and how sure we are."""

    label: Text
    source: str = ""
    certainty: Certainty
    codes: Codes = {}


@dataclass(frozen=True)
class Fault:
    """One thing to put right in a catalogue file."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.key}: {self.message}"


@dataclass(frozen=True)
class Catalogue:
    """A file as it was read: its name, its text, and what it holds."""

    file: str
    text: str
    tables: Mapping[str, Any]

    def fault(self, path: Path, message: str) -> Fault:
        return Fault(self.file, line_of(self.text, path), key_of(path), message)


def read(file: str, text: str) -> Catalogue:
    """The tables of a file. Raises ValueError with a Fault where it is not TOML."""
    try:
        return Catalogue(file, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as no:
        found = re.search(r"at line (\d+)", str(no))
        line = int(found.group(1)) if found else text.count("\n") + 1
        raise ValueError(Fault(file, line, "TOML", str(no))) from no


def faults_of(catalogue: Catalogue, shapes: Mapping[str, type[Shape]]) -> list[Fault]:
    """Everything that is wrong with the entries. `shapes`: one for each first name, or "" where all are alike."""
    found = []
    for path, table in tables_of(catalogue, shapes):
        if table is None:
            found.append(catalogue.fault(path, "is not known here"))
            continue
        try:
            shapes["" if "" in shapes else str(path[0])].model_validate(table)
        except ValidationError as no:
            found += [catalogue.fault((*path, *each["loc"]), each["msg"]) for each in no.errors()]
    return found


def tables_of(catalogue: Catalogue, shapes: Mapping[str, type[Shape]]) -> list[tuple[Path, Any]]:
    """Each entry with its path; None stands for the entries of a list that nobody knows."""
    if "" in shapes:
        return [((code,), table) for code, table in catalogue.tables.items()]
    found: list[tuple[Path, Any]] = []
    for name, tables in catalogue.tables.items():
        if name in shapes:
            found += [((name, code), table) for code, table in tables.items()]
        else:
            found.append(((name,), None))
    return found


def key_of(path: Sequence[str | int]) -> str:
    """A path as it is read: NPRS.thresholds[0].source."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def line_of(text: str, path: Path) -> int:
    """The line on which the innermost part of a path stands that the file has; 1 where it has none of them.

    It reads the layout of our files: a table under its header, a key on its own line, and each member of a list of
    tables on a line that begins with a brace.
    """
    lines = text.splitlines()
    at, depth = header_of(lines, path)
    for part in path[depth:]:
        found = following(lines, at, part)
        if found is None:
            break
        at = found
    return at + 1


def header_of(lines: Sequence[str], path: Path) -> tuple[int, int]:
    """The line of the longest header that leads to a path, and how many of its parts the header names."""
    for depth in range(len(path), 0, -1):
        header = "[" + ".".join(str(part) for part in path[:depth]) + "]"
        for number, line in enumerate(lines):
            if line.strip() == header:
                return number, depth
    return 0, 0


def following(lines: Sequence[str], at: int, part: str | int) -> int | None:
    """The line after `at`, in the same table, on which a key or the n-th member of a list stands."""
    members = 0
    for number in range(at, len(lines)):
        line = lines[number].strip()
        if number > at and line.startswith("["):
            return None
        if isinstance(part, int) and number > at and line.startswith("{"):
            if members == part:
                return number
            members += 1
        if isinstance(part, str) and re.match(rf"{re.escape(part)}\s*=", line):
            return number
    return None
