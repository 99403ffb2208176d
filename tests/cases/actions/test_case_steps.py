from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.case_steps import hand_over_cases, hold_case, link_case, reopen_case, resume_case
from cases.actions.patients import archive_patient
from cases.models import Case
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, site_of, staff
from treatments.actions.discharges import discharge_case

pytestmark = pytest.mark.django_db


def test_a_case_is_held_taken_up_discharged_and_reopened_with_its_reasons() -> None:
    by = a_physio()
    case = a_case(by)
    assert hold_case(case=case, reason=" Abroad until May ", by=by).status == "ON_HOLD"
    assert resume_case(case=case, by=by).status == "OPEN"
    assert discharge_case(case=case, outcome="GOALS_MET", by=by).status == "DISCHARGED"
    assert reopen_case(case=case, reason="Pain is back", by=by).status == "OPEN"
    told = [(s.kind, s.reason, s.outcome) for s in case.steps.all()]
    assert told == [
        ("HELD", "Abroad until May", ""),
        ("RESUMED", "", ""),
        ("DISCHARGED", "", "GOALS_MET"),
        ("REOPENED", "Pain is back", ""),
    ]
    assert AuditEvent.objects.filter(action="case.reopened", row_id=case.pk).exists()


@pytest.mark.parametrize(
    "verb",
    [
        lambda case, by: resume_case(case=case, by=by),
        lambda case, by: reopen_case(case=case, reason="x", by=by),
    ],
)
def test_a_step_needs_the_state_that_it_starts_from(verb: Callable[[Case, Any], Case]) -> None:
    by = a_physio()
    with pytest.raises(RuleBroken, match="is open now") as no:
        verb(a_case(by), by)
    assert no.value.conflict


def test_hold_and_reopening_need_a_reason() -> None:
    by = a_physio()
    case = a_case(by)
    with pytest.raises(RuleBroken, match="Say why"):
        hold_case(case=case, reason="  ", by=by)
    discharge_case(case=case, outcome="OTHER", by=by)
    with pytest.raises(RuleBroken, match="Say why"):
        reopen_case(case=case, reason="", by=by)


def test_a_case_of_an_archived_record_is_not_reopened() -> None:
    by = a_physio()
    case = a_case(by)
    discharge_case(case=case, outcome="OTHER", by=by)
    archive_patient(patient=case.patient, by=staff(Role.CLINIC_ADMIN, site=site_of(by)))
    with pytest.raises(RuleBroken, match="archived"):
        reopen_case(case=case, reason="Pain is back", by=by)


def test_a_case_is_linked_to_an_earlier_one_of_the_same_person_and_not_in_a_circle() -> None:
    by = a_physio()
    first = a_case(by)
    second = a_case(by, first.patient)
    assert link_case(case=second, earlier=first, by=by).continues == first
    with pytest.raises(RuleBroken, match="continues this one already"):
        link_case(case=first, earlier=Case.objects.get(pk=second.pk), by=by)
    with pytest.raises(RuleBroken, match="somebody else"):
        link_case(case=second, earlier=a_case(by, a_patient(by)), by=by)
    assert link_case(case=second, earlier=None, by=by).continues is None


def test_reception_takes_no_step() -> None:
    by, desk = a_physio(), staff(Role.RECEPTIONIST)
    case = a_case(by)
    for verb in (
        lambda: hold_case(case=case, reason="x", by=desk),
        lambda: resume_case(case=case, by=desk),
        lambda: reopen_case(case=case, reason="x", by=desk),
        lambda: link_case(case=case, earlier=None, by=desk),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_the_database_refuses_to_continue_the_case_of_another() -> None:
    by = a_physio()
    case, other = a_case(by), a_case(by)
    with (
        pytest.raises(DatabaseError, match="continues one of the same patient"),
        transaction.atomic(),
        connection.cursor() as c,
    ):
        c.execute("UPDATE cases_case SET continues_id = %s, version = version + 1 WHERE id = %s", [other.pk, case.pk])


def test_all_open_cases_are_handed_over_in_one_step() -> None:
    leaver = a_physio()
    heir = a_physio(site_of(leaver))
    admin = staff(Role.CLINIC_ADMIN, site=site_of(leaver))
    open_, held, done = a_case(leaver), a_case(leaver), a_case(leaver)
    hold_case(case=held, reason="Abroad", by=leaver)
    discharge_case(case=done, outcome="OTHER", by=leaver)
    assert hand_over_cases(leaver=leaver, heir=heir, by=admin) == 2
    assert set(Case.objects.led_by(heir)) == {open_, held}
    assert Case.objects.get(pk=done.pk).lead == leaver
    assert open_.steps.get().new_lead == heir
    assert hand_over_cases(leaver=leaver, heir=heir, by=admin) == 0


def test_to_whom_cases_are_not_handed_over() -> None:
    leaver = a_physio()
    a_case(leaver)
    admin = staff(Role.CLINIC_ADMIN, site=site_of(leaver))
    for heir, told in (
        (a_physio(), "does not work at"),
        (leaver, "somebody else"),
        (staff(Role.RECEPTIONIST, site=site_of(leaver)), "somebody who treats"),
    ):
        with pytest.raises(RuleBroken, match=told):
            hand_over_cases(leaver=leaver, heir=heir, by=admin)
    with pytest.raises(NotAllowed):
        hand_over_cases(leaver=leaver, heir=a_physio(site_of(leaver)), by=leaver)
