"""What is to be corrected in a history is found before anything is written."""

from datetime import date
from typing import Any

import pytest

from cases.actions.history_checks import FAULTS, check_history
from cases.actions.history_imports import in_words
from cases.actions.identifiers import add_identifier
from cases.rules.history_files import CODES, read_ndjson
from clinic import clock
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.histories import CASE, CLOSED, HISTORY, PATIENT, PRIOR, SESSION, changed, ndjson, sent
from tests.factories.records import a_patient, site_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> StaffMember:
    return staff(Role.CLINIC_ADMIN)


def faults(admin: StaffMember, *lines: dict[str, Any], **told: Any) -> list[tuple[int, str, str]]:
    text = ndjson(*lines)
    found = check_history(read_ndjson(text), sent(admin, text=text, **told))
    return [(fault.line, fault.pointer, fault.code) for fault in found.faults]


def test_a_right_history_has_no_fault(admin: StaffMember) -> None:
    assert faults(admin, *HISTORY) == []


TOMORROW = str(date.fromordinal(clock.today().toordinal() + 2))


@pytest.mark.parametrize(
    ("line", "pointer", "code"),
    [
        (changed(PATIENT, born_on="1870-01-01"), "/born_on", "not_possible"),
        (changed(PATIENT, born_on=TOMORROW), "/born_on", "not_possible"),
        (changed(PATIENT, nhs_number="9991001019"), "/nhs_number", "nhs_number_wrong"),
        (changed(CASE, id="X", patient="nobody"), "/patient", "unknown_id"),
        (changed(CASE, id="X", opened_on="1985-05-11"), "/opened_on", "too_early"),
        (changed(CASE, id="X", opened_on=TOMORROW), "/opened_on", "in_the_future"),
        (changed(CASE, id="X", onset="1984"), "/onset", "too_early"),
        (changed(CASE, id="X", lead="nobody@example.org"), "/lead", "unknown_lead"),
        (changed(CASE, id="X", outcome="GOALS_MET"), "/outcome", "not_a_choice"),
        (changed(CLOSED, id="X", outcome="SOMEHOW"), "/outcome", "not_a_choice"),
        (changed(CLOSED, id="X", closed_on="2021-01-31"), "/closed_on", "too_early"),
        (
            changed(CASE, id="X", injuries=[{"kind": "OTHER", "diagnosis": "-", "region": "MOON", "side": "LEFT"}]),
            "/injuries/0/region",
            "unknown_region",
        ),
        (changed(PRIOR, id="X", case="nothing"), "/case", "unknown_id"),
        (changed(PRIOR, id="X", kind="MAGIC"), "/kind", "unknown_kind"),
        (changed(PRIOR, id="X", benefit="MUCH"), "/benefit", "not_a_choice"),
        (changed(PRIOR, id="X", started="2024", ended="2023"), "/ended", "ends_first"),
        (changed(PRIOR, id="X", started="1970"), "/started", "too_early"),
        (changed(SESSION, id="X", case="nothing"), "/case", "unknown_id"),
        (changed(SESSION, id="X", occurred_on="1970-01-01"), "/occurred_on", "too_early"),
        (changed(SESSION, id="X", occurred_on=TOMORROW), "/occurred_on", "in_the_future"),
        ({"type": "session", "id": "X", "case": "C1", "occurred_on": "2024-03-01"}, "", "empty_note"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_place(
    admin: StaffMember, line: dict[str, Any], pointer: str, code: str
) -> None:
    others = [other for other in HISTORY if (other["type"], other["id"]) != (line["type"], line["id"])]
    found = faults(admin, *others, line)
    assert (len(others) + 1, pointer, code) in found
    assert code in FAULTS
    if line["type"] != "patient":
        assert len(found) == 1


def test_everything_is_told_at_once(admin: StaffMember) -> None:
    found = faults(admin, changed(PATIENT, shoe=1), CASE, changed(PRIOR, kind="MAGIC"), SESSION)
    assert {(line, code) for line, _pointer, code in found} >= {(1, "unknown_member"), (2, "unknown_id")}


def test_who_is_registered_is_found_by_number(admin: StaffMember) -> None:
    there = a_patient(admin, given_names="Ann", family_name="Newcomer", nhs_number="9991001018")
    line = changed(PATIENT, nhs_number="999 100 1018")
    text = ndjson(line)
    found = check_history(read_ndjson(text), sent(admin, text=text))
    assert (found.faults, found.patients) == ([], {"P1": there})
    assert faults(admin, changed(line, born_on="1985-05-13")) == [(1, "", "other_person")]
    add_identifier(patient=there, system="OldBook", value="P9", by=admin)
    assert faults(admin, changed(PATIENT, id="P9")) == []
    elsewhere = staff(Role.CLINIC_ADMIN)
    assert faults(elsewhere, line) == [(1, "", "a_match_exists")]


def test_who_looks_like_somebody_is_asked_about(admin: StaffMember) -> None:
    a_patient(admin, given_names="Ann", family_name="Newcomer", born_on=date(1985, 5, 12))
    assert faults(admin, PATIENT) == [(1, "", "likely_duplicate")]
    assert faults(admin, PATIENT, with_lookalikes=True) == []


def test_a_lead_treats_at_this_site(admin: StaffMember) -> None:
    here, elsewhere = staff(Role.PHYSIOTHERAPIST, site=site_of(admin)), staff(Role.PHYSIOTHERAPIST)
    desk = staff(Role.RECEPTIONIST, site=site_of(admin))
    assert faults(admin, PATIENT, changed(CASE, lead=here.email.upper())) == []
    for other in (elsewhere, desk):
        assert faults(admin, PATIENT, changed(CASE, lead=other.email)) == [(2, "/lead", "unknown_lead")]


def test_every_fault_has_its_words() -> None:
    for code in {*CODES.values(), *FAULTS}:
        assert in_words(code) != in_words("no such code")
