import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.red_flags import NewRedFlag, note_no_red_flag, note_red_flags, resolve_red_flag
from cases.models import latest_of
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.models.records import new_id
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, staff

pytestmark = pytest.mark.django_db


def test_a_flag_is_noted_acted_upon_and_resolved_each_as_a_note() -> None:
    by = a_physio()
    case = a_case(by)
    (noted,) = note_red_flags(case=case, flags=[NewRedFlag("RF_DVT_PE", is_present=True)], by=by)
    assert noted.as_rule().waits_for_action
    with pytest.raises(RuleBroken, match="First record what was done"):
        resolve_red_flag(note=noted, by=by)
    (acted,) = note_red_flags(
        case=case, flags=[NewRedFlag("RF_DVT_PE", True, "Sent to the emergency department", "GP")], by=by
    )
    assert not acted.as_rule().waits_for_action
    resolved = resolve_red_flag(note=noted, by=by)
    assert not resolved.as_rule().is_open
    assert [n.pk for n in latest_of(case.red_flag_notes.all())] == [resolved.pk]
    assert case.red_flag_notes.count() == 3
    with pytest.raises(RuleBroken, match="not open any more"):
        resolve_red_flag(note=resolved, by=by)
    assert AuditEvent.objects.filter(action__startswith="red_flag.", patient_id=case.patient_id).count() == 3


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ([], "nothing_answered"),
        ([NewRedFlag("NO_SUCH", is_present=True)], "not_right"),
        ([NewRedFlag("RF_CES", is_present=False, action="Sent home")], "not_right"),
        ([NewRedFlag("RF_CES", is_present=False), NewRedFlag("RF_CES", is_present=True)], "not_right"),
    ],
)
def test_what_cannot_be_noted(flags: list[NewRedFlag], code: str) -> None:
    by = a_physio()
    with pytest.raises(RuleBroken) as no:
        note_red_flags(case=a_case(by), flags=flags, by=by)
    assert no.value.code == code


def test_reception_notes_no_red_flags() -> None:
    by = a_physio()
    case = a_case(by)
    with pytest.raises(NotAllowed):
        note_red_flags(case=case, flags=[NewRedFlag("RF_CES", is_present=False)], by=staff(Role.RECEPTIONIST))
    (noted,) = note_red_flags(case=case, flags=[NewRedFlag("RF_CES", is_present=True)], by=by)
    with pytest.raises(NotAllowed):
        resolve_red_flag(note=noted, by=staff(Role.RECEPTIONIST))


def test_that_none_was_found_is_kept_once_for_a_visit_and_closes_nothing() -> None:
    by = a_physio()
    case, visit = a_case(by), new_id()
    note_red_flags(case=case, flags=[NewRedFlag("RF_DVT_PE", is_present=True)], by=by)
    asked = note_no_red_flag(case=case, contact=visit, by=by)
    assert (asked.others_open, asked.asked_by) == (True, by)
    assert note_no_red_flag(case=case, contact=visit, by=by) == asked
    assert not note_no_red_flag(case=a_case(by), by=by).others_open
    assert latest_of(case.red_flag_notes.all())[0].as_rule().is_open
    assert AuditEvent.objects.filter(action="red_flags.asked").count() == 2
    with pytest.raises(NotAllowed):
        note_no_red_flag(case=case, by=staff(Role.RECEPTIONIST))


@pytest.mark.parametrize("statement", ["UPDATE {} SET others_open = true", "DELETE FROM {}", "TRUNCATE {}"])
def test_that_somebody_was_asked_stays(statement: str) -> None:
    by = a_physio()
    note_no_red_flag(case=a_case(by), by=by)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("cases_redflagcheck"))
