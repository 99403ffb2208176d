import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import typst

from tests.factories.papers import pages_of
from treatments.views.papers import ROOT, as_pdf

LETTER, SHEET = "treatments/letters/letter.typ", "treatments/visits/exercise_sheet.typ"
HOSTILE = (
    '#panic("x") *bold* $x$ @ref <lab> `raw` // gone\n= head\n- point\n\\u{41} "q" -- ~ #import "@preview/x:1.0.0"'
)
DAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEAD = {
    "clinic": "Harbour Lane",
    "clinic_address": "1 Quay\nLondon",
    "patient": "Ann #strong[Ex]",
    "born": "12 May 1985",
    "nhs_number": "999 100 1018",
    "case_number": "2026-0001",
}


def a_paper(text: str = HOSTILE, **told: Any) -> dict[str, Any]:
    section = {"code": "history", "heading": "History", "text": text, "columns": [], "rows": []}
    table = {"code": "outcomes", "heading": "Outcome", "text": "", "columns": list("abcde"), "rows": [[text] * 5] * 3}
    return {
        "title": "Letter about Ann",
        "mark": "",
        "head": HEAD,
        "to": ["Dr Lowe", "Surgery"],
        "recipient": "Dr Lowe",
        "date": "24 November 2026",
        "facts": [["Patient", "Ann"], ["GP", text]],
        "sections": [section, table],
        "author": "Ada Writer",
        "hcpc_number": "PH123456",
        "contact": "ada@example.org",
        "copies": ["Ann"],
        **told,
    }


def a_sheet(**told: Any) -> dict[str, Any]:
    exercises = [{"name": "Calf raise #x", "words": "4 sets of 8 repetitions."}]
    return {
        "title": "Exercises for home",
        "mark": "",
        "head": HEAD,
        "given": "Given on 24 November 2026 by Ada Writer",
        "exercises": exercises,
        "contact": "",
        **told,
    }


def text_of(template: str, data: dict[str, Any]) -> str:
    """What the template says of the data: set by the same typst as HTML, which keeps the characters."""
    inputs = {"data": json.dumps(data)}
    page = typst.Compiler(root=str(ROOT), sys_inputs=inputs).compile(input=str(ROOT / template), format="html")
    plain = re.sub(r"<[^>]+>", "\n", page.decode())
    return re.sub(r"\s+", " ", plain.replace("&lt;", "<").replace("&amp;", "&").replace("&gt;", ">"))


def test_what_was_typed_stays_literal() -> None:
    found = text_of(LETTER, a_paper())
    for line in HOSTILE.split("\n"):
        assert found.count(line) >= 6, line
    assert "4 sets of 8 repetitions." in text_of(SHEET, a_sheet())
    assert "Calf raise #x" in text_of(SHEET, a_sheet())


def test_what_was_typed_is_in_the_file_as_it_was_typed() -> None:
    found = " ".join(pages_of(as_pdf(LETTER, a_paper(), DAY)))
    for line in HOSTILE.split("\n"):
        assert line in found
    assert "Ann #strong[Ex] · born 12 May 1985" in found


@pytest.mark.parametrize(("template", "data"), [(LETTER, a_paper()), (SHEET, a_sheet())])
def test_a_tagged_file_that_is_the_same_each_time(template: str, data: dict[str, Any]) -> None:
    pdf = as_pdf(template, data, DAY)
    assert pdf.startswith(b"%PDF-1.7")
    assert as_pdf(template, data, DAY) == pdf
    assert b"pdfuaid" in pdf, "PDF/UA-1: a reader for the blind finds headings, tables and their heads"
    assert b"/Lang(en-GB)" in pdf


@pytest.mark.parametrize("mark", ["Draft, not signed", ""])
def test_each_page_says_whose_it_is_which_it_is_and_whether_it_is_signed(mark: str) -> None:
    pages = pages_of(as_pdf(LETTER, a_paper("\n".join(["A line of a letter."] * 120), mark=mark), DAY))
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "· born 12 May 1985 · NHS number 999 100 1018" in page
        assert f"page {number} of {len(pages)}" in page
        assert page.count("Draft, not signed") == (2 if mark else 0), "across the page and at its foot"


def test_a_patient_without_a_number_and_a_letter_to_nobody_yet() -> None:
    told = a_paper("", head={**HEAD, "nhs_number": ""}, to=[""], recipient="", date="", copies=[], hcpc_number="")
    (page,) = pages_of(as_pdf(LETTER, told, DAY))
    assert "no NHS number recorded" in page
    assert "Dear" not in page
    assert "HCPC" not in page
    assert "Copy to" not in page
    assert "Not signed" in page


def test_boxes_for_four_weeks() -> None:
    (page,) = pages_of(as_pdf(SHEET, a_sheet(contact="ada@example.org"), DAY))
    for text in ("Exercises for home", "4 sets of 8 repetitions.", "Week 1", "Week 4", "Sun", "Questions? ada@"):
        assert text in page


def test_another_script_is_printed_all_the_same() -> None:
    pages = pages_of(as_pdf(LETTER, a_paper("王小明, Zoë, Łukasz"), DAY))
    assert "Zoë, Łukasz" in pages[0]
