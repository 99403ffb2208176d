from datetime import date

import pytest

from cases.rules.patient_files import Unreadable, decoded, guessed, missing, read_row, read_table

MAPPING = ["given_names", "family_name", "born_on", "sex", "address", "address", "email", "identifier", ""]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (["First Name", "Last Name", "Date of Birth"], ["given_names", "family_name", "born_on"]),
        (["forename", "SURNAME", "DOB", "Gender"], ["given_names", "family_name", "born_on", "sex"]),
        (["given_names", "family_name", "born_on"], ["given_names", "family_name", "born_on"]),
        (["Address 1", "Address 2", "Postcode"], ["address", "address", "address"]),
        (["Mobile", "Phone", "Shoe size", ""], ["phone", "", "", ""]),
        (["Patient ID", "NHS No."], ["identifier", "nhs_number"]),
    ],
)
def test_what_a_column_probably_is(headers: list[str], expected: list[str]) -> None:
    assert guessed(headers) == expected


def test_what_must_be_there() -> None:
    assert missing(["given_names", "", "phone"]) == ["family_name", "born_on"]
    assert missing(MAPPING) == []


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_tables_of_other_systems(between: str) -> None:
    table = read_table(f"First{between}Last\r\n\r\nAnn{between} Bee \r\nCy\r\n")
    assert table.headers == ("First", "Last")
    assert table.rows == (("Ann", "Bee"), ("Cy", ""))


def test_quotes_hold_what_divides() -> None:
    assert read_table('a,b\n"x, y","1\n2"\n').rows == (("x, y", "1\n2"),)


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), (" \n\n", "empty"), ("a,b\n", "no_rows"), ("a\n" + "b\n" * 2001, "too_long")]
)
def test_what_is_no_table(text: str, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        read_table(text)


def test_a_cell_that_never_ends_is_no_text() -> None:
    with pytest.raises(Unreadable, match="not_text"):
        read_table("a,b\n" + "x" * 200_000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_spreadsheets(encoding: str) -> None:
    assert decoded("Zoë".encode(encoding)) == "Zoë"


@pytest.mark.parametrize("content", [b"PK\x03\x04\x00", b"\x81\x8d", b"\xff\xfea"])
def test_what_is_no_text(content: bytes) -> None:
    with pytest.raises(Unreadable, match="not_text"):
        decoded(content)


@pytest.mark.parametrize("written", ["12/05/1985", "1985-05-12", "12.05.1985", "12 May 1985", "1985-05-12T00:00:00"])
def test_a_row(written: str) -> None:
    row = read_row(["Ann", "Bee", written, "F", "1 Quay", "London", "a@example.org", "4711", "x"], MAPPING)
    assert row.faults == []
    assert row.identifier == "4711"
    assert row.values == {
        "given_names": "Ann",
        "family_name": "Bee",
        "born_on": date(1985, 5, 12),
        "sex": "FEMALE",
        "address": "1 Quay\nLondon",
        "email": "a@example.org",
    }


def test_everything_that_is_wrong_in_a_row_is_told() -> None:
    row = read_row(["", "B" * 101, "32/01/1985", "?", "", "", "nowhere", "", ""], MAPPING)
    assert sorted(row.faults) == [
        ("born_on", "not_a_date"),
        ("email", "not_an_address"),
        ("family_name", "too_long"),
        ("given_names", "missing"),
    ]


def test_former_names_are_a_list() -> None:
    assert read_row(["Smith; Jones"], ["former_names"]).values == {"former_names": ["Smith", "Jones"]}
