import re
from typing import Any

import pytest
from django.test import Client

from cases.actions.cases import NewInjury
from cases.actions.goals import NewGoal
from cases.models import Case
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.papers import pages_of
from tests.factories.records import a_case, a_draft, a_patient, a_physio, a_signed_session, site_of, staff
from tests.factories.stories import a_story
from treatments.views.reports import breakable

pytestmark = pytest.mark.django_db
READERS = ("colleague", "patient")
NAUGHTY = '#import "@preview/x:1.0.0" $x$ \\u{41} *b* @ref <lab> `raw` // gone #panic("x")'


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio(name="Giulia Renna")
    client.force_login(person)
    return person


def pdf_of(client: Client, case: Case, reader: str) -> bytes:
    answer = client.get(f"/cases/{case.pk}/report.pdf", {"for": reader})
    assert answer.status_code == 200
    return bytes(answer.content)


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(pages_of(pdf)).replace("\u200b", ""))


def test_the_page_says_what_the_reports_hold(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    address = f"/cases/{case.pk}/report/"
    page = client.get(address).content.decode()
    assert "No visit is signed yet; the report says so" in page
    for reader in READERS:
        assert f'href="/cases/{case.pk}/report.pdf?for={reader}"' in page
    a_signed_session(case, by)
    a_draft(case, by)
    page = client.get(address).content.decode()
    assert "The report is made from 1 signed visit, " in page
    assert "1 note is not signed. The report says how many" in page
    assert AuditEvent.objects.filter(action="case_report.seen", row_id=case.pk, staff=by).count() == 2


@pytest.mark.parametrize("reader", READERS)
def test_a_file_to_keep_that_is_told_of(client: Client, by: StaffMember, reader: str) -> None:
    case = a_story(by).case
    answer = client.get(f"/cases/{case.pk}/report.pdf", {"for": reader})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="report-{case.number}-{reader}.pdf"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"pdfuaid" in answer.content, "PDF/UA-1"
    event = AuditEvent.objects.get(action="case_report.exported", row_id=case.pk, staff=by)
    assert (event.patient_id, event.details) == (case.patient_id, {"rows": 5})


@pytest.mark.parametrize(
    "asked", [{}, {"for": ""}, {"for": "everybody"}, {"for": "patient\0"}, {"for": "../colleague"}]
)
def test_for_nobody_known_there_is_no_report(client: Client, by: StaffMember, asked: dict[str, str]) -> None:
    case = a_case(by)
    assert client.get(f"/cases/{case.pk}/report.pdf", asked).status_code == 404
    assert not AuditEvent.objects.filter(action="case_report.exported").exists()


@pytest.mark.parametrize("address", ["report/", "report.pdf?for=colleague", "report.pdf?for=patient"])
def test_only_for_those_who_may_read_the_case(client: Client, address: str) -> None:
    by = a_physio()
    case = a_case(by)
    for role, status in (
        *((Role.RECEPTIONIST, 403), (Role.AUDITOR, 403), (Role.CLINIC_ADMIN, 403)),
        *((Role.PHYSIOTHERAPIST, 200), (Role.CLINICAL_LEAD, 200)),
    ):
        client.force_login(staff(role, site=site_of(by)))
        assert client.get(f"/cases/{case.pk}/{address}").status_code == status, role
    client.force_login(a_physio())
    assert client.get(f"/cases/{case.pk}/{address}").status_code == 404, "of another site"


@pytest.mark.parametrize("reader", READERS)
def test_each_sheet_says_whose_it_is_and_which(client: Client, by: StaffMember, reader: str) -> None:
    case = a_case(by, goals=[NewGoal(f"Goal {n}") for n in range(60)])
    pages = pages_of(pdf_of(client, case, reader))
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"{case.patient.full_name} · born 12 May 1985 · case {case.number}" in page
        assert f"page {number} of {len(pages)}" in page


@pytest.mark.parametrize("reader", READERS)
def test_a_case_without_a_visit_says_so(client: Client, by: StaffMember, reader: str) -> None:
    case = a_case(by)
    said = text_of(pdf_of(client, case, reader))
    assert "No visit is signed yet." in said
    assert "by Giulia Renna" in said


@pytest.mark.parametrize("reader", READERS)
def test_what_was_typed_stays_literal(client: Client, by: StaffMember, reader: str) -> None:
    wrong = [NewInjury("OTHER", "REG_ANKLE", "RIGHT", diagnosis=NAUGHTY)]
    patient = a_patient(by, given_names="#strong[Ann]", medicines=NAUGHTY)
    case = a_case(by, patient, title=NAUGHTY, history=NAUGHTY, injuries=wrong, goals=[NewGoal(NAUGHTY, NAUGHTY)])
    a_signed_session(case, by, applications=[{"modality": "EDU", "parameters": {"topic": NAUGHTY}}])
    said = text_of(pdf_of(client, case, reader))
    assert "#strong[Ann]" in said
    assert said.replace(" ", "").count(NAUGHTY.replace(" ", "")) >= (6 if reader == "colleague" else 2)


@pytest.mark.parametrize(
    "written",
    ["x" * 10_000, "مرحبا בעולם 👩‍🦽🦵 王小明 \u202e\ufeff\u2028", "line\r\n\r\n\tline", "0" * 300 + " " + "é" * 300],
)
def test_whatever_was_typed_is_printed(client: Client, by: StaffMember, written: str) -> None:
    case = a_case(by, history=written, goals=[NewGoal(written[:300], written[:200])], title=written[:200])
    a_signed_session(case, by, applications=[{"modality": "EDU", "parameters": {"topic": written[:400]}}])
    for reader in READERS:
        assert pdf_of(client, case, reader).startswith(b"%PDF")


def test_a_word_too_long_for_a_column_may_be_broken() -> None:
    assert breakable({"a": ["x" * 61, "short"], "b": (1.5, None)}) == {
        "a": [f"{'x' * 30}\u200b{'x' * 30}\u200bx", "short"],
        "b": [1.5, None],
    }


def test_a_long_word_does_not_leave_the_sheet(client: Client, by: StaffMember) -> None:
    """10 000 letters need more than one sheet, if each line ends at its margin."""
    before = len(pages_of(pdf_of(client, a_case(by), "colleague")))
    assert len(pages_of(pdf_of(client, a_case(by, history="x" * 10_000), "colleague"))) > before


def test_a_draft_is_nowhere_in_it(client: Client, by: StaffMember) -> None:
    case = a_story(by).case
    told: dict[str, Any] = {"applications": [{"modality": "EDU", "parameters": {"topic": "Zyzzyva"}}]}
    a_draft(case, by, plan="Zyzzyva", **told)
    for reader in READERS:
        said = text_of(pdf_of(client, case, reader))
        assert "Zyzzyva" not in said
        assert "2 notes are not signed yet" in said
