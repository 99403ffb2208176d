"""Reads patients from a table that another system exported: which column is what, and what a row says."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

MOST_ROWS = 2000
LEFT_OUT = ""
IDENTIFIER = "identifier"
NAMES: Mapping[str, tuple[str, ...]] = {
    "given_names": ("given names", "given name", "first name", "firstname", "forename", "forenames", "first"),
    "family_name": ("family name", "last name", "lastname", "surname", "last"),
    "known_as": ("known as", "preferred name", "preferred first name", "nickname"),
    "former_names": ("former names", "former family names", "previous surname", "maiden name"),
    "born_on": ("date of birth", "born on", "dob", "birth date", "birthdate", "birthday"),
    "sex": ("sex", "gender"),
    "nhs_number": ("nhs number", "nhs no", "nhs"),
    "phone": ("phone", "telephone", "mobile", "mobile phone", "phone number", "mobile number"),
    "other_phone": ("other phone", "other telephone", "home phone", "home telephone", "work phone"),
    "email": ("email", "e-mail", "email address"),
    "address": (
        "address",
        "address 1",
        "address 2",
        "address 3",
        "address line 1",
        "address line 2",
        "street",
        "city",
        "town",
        "county",
        "postcode",
        "post code",
        "zip",
    ),
    "gp_name": ("gp", "gp name", "doctor", "referring doctor"),
    "gp_practice": ("gp practice", "gp surgery", "surgery", "practice"),
    "emergency_name": ("emergency contact", "emergency name", "in an emergency call", "next of kin"),
    "emergency_phone": ("emergency phone", "emergency contact phone"),
    "occupation": ("occupation", "job"),
    "sport": ("sport",),
    IDENTIFIER: ("id", "patient id", "client id", "patient number", "client number", "reference"),
}
MANY = frozenset({"address"})  # several columns may make one
NEEDED = ("given_names", "family_name", "born_on")
LENGTHS = {"address": 1000, "email": 254, "phone": 40, "other_phone": 40, "emergency_phone": 40, "nhs_number": 20}
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %b %Y", "%d %B %Y", "%Y/%m/%d")
SEXES = {"f": "FEMALE", "female": "FEMALE", "m": "MALE", "male": "MALE", "other": "OTHER", "": "UNKNOWN"}
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Unreadable(ValueError):  # noqa: N818 - a sentence of the house
    """This is no table that can be read: a code says why (empty, no_rows, too_long, not_text)."""


@dataclass(frozen=True)
class Table:
    """The first line's names, and the rows under it."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass
class Row:
    """What a row says of a patient; `faults` are (field, code) for what cannot be read."""

    values: dict[str, object] = field(default_factory=dict)
    identifier: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)


def decoded(content: bytes) -> str:
    """The text of a file, in the encodings that spreadsheets write. Raises Unreadable."""
    if b"\x00" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("not_text")
    for encoding in ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("not_text")


def read_table(text: str) -> Table:
    """A table with commas, semicolons or tabs between. Raises Unreadable."""
    first = text.lstrip("\r\n").partition("\n")[0]
    between = max(",;\t", key=first.count)
    try:
        lines = [tuple(c.strip() for c in line) for line in csv.reader(io.StringIO(text), delimiter=between)]
    except csv.Error:
        raise Unreadable("not_text") from None
    lines = [line for line in lines if any(line)]
    if not lines:
        raise Unreadable("empty")
    if len(lines) == 1:
        raise Unreadable("no_rows")
    if len(lines) > MOST_ROWS + 1:
        raise Unreadable("too_long")
    width = len(lines[0])
    return Table(lines[0], tuple((*line, *[""] * width)[:width] for line in lines[1:]))


def guessed(headers: Sequence[str]) -> list[str]:
    """What each column probably is; LEFT_OUT where nobody can say, or where an earlier column is the same."""
    found: list[str] = []
    for header in headers:
        words = " ".join(re.sub(r"[_\-./]+", " ", header.lower()).split())
        known = next(
            (name for name, words_of in NAMES.items() if words in words_of or words == name.replace("_", " ")), ""
        )
        found.append(known if known in MANY or known not in found else LEFT_OUT)
    return found


def missing(mapping: Sequence[str]) -> list[str]:
    """What must be there to register somebody and no column gives."""
    return [name for name in NEEDED if name not in mapping]


def read_row(cells: Sequence[str], mapping: Sequence[str]) -> Row:
    """One patient. A date is read day first, as it is written here."""
    row = Row()
    told: dict[str, list[str]] = {}
    for cell, name in zip(cells, mapping, strict=False):
        if name and cell:
            told.setdefault(name, []).append(cell)
    for name, parts in told.items():
        text = "\n".join(parts) if name in MANY else parts[0]
        if name == IDENTIFIER:
            row.identifier = text[:100]
        else:
            read_value(row, name, text)
    for name in NEEDED:
        if name not in row.values and not any(name == faulty for faulty, _ in row.faults):
            row.faults.append((name, "missing"))
    return row


def read_value(row: Row, name: str, text: str) -> None:
    if len(text) > LENGTHS.get(name, 100 if name.endswith("name") or name == "given_names" else 200):
        row.faults.append((name, "too_long"))
    elif name == "born_on":
        day = read_day(text)
        row.faults += [] if day else [(name, "not_a_date")]
        row.values |= {name: day} if day else {}
    elif name == "sex":
        row.values[name] = SEXES.get(text.lower(), "UNKNOWN")
    elif name == "former_names":
        row.values[name] = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    elif name == "email" and not EMAIL.fullmatch(text):
        row.faults.append((name, "not_an_address"))
    else:
        row.values[name] = text


def read_day(text: str) -> date | None:
    for form in DATES:
        try:
            return datetime.strptime(text.split("T")[0].strip(), form).date()
        except ValueError:
            continue
    return None
