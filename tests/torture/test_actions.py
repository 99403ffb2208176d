"""Thirty things that people and programs do, over and over: each leaves exactly the events that it must, and no other."""

import os
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from cases.actions.alerts import end_alert, note_alert
from cases.actions.case_steps import hold_case, reopen_case, resume_case
from cases.actions.goals import NewGoal, close_goal, set_goal
from cases.actions.identifiers import add_identifier, end_identifier
from clinic.actions.api_keys import create_api_key
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import PASSWORD, a_case, a_consent, a_draft, a_patient, a_physio, site_of, staff
from treatments.actions.addenda import add_addendum, correct_session, mark_in_error
from treatments.actions.discharges import discharge_case
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import end_plan, start_plan
from treatments.actions.screenings import NewAnswer, complete_screening, confirm_unchanged
from treatments.actions.sessions import discard_session, save_draft, sign_session

pytestmark = pytest.mark.torture
ROUNDS = max(1, round(10 * float(os.environ.get("TORTURE_SHARE", "1"))))


class Script:
    """Who acts; the events since the last look."""

    def __init__(self) -> None:
        self.by, self.done, self.faults = a_physio(), 0, []
        self.client, self.program = Client(), Client()
        self.seen = AuditEvent.objects.count()

    def expect(self, answer: Any, *events: str) -> Any:
        """What was just done left these events, each about somebody or something where it must be."""
        self.done += 1
        new = list(AuditEvent.objects.order_by("-id")[: AuditEvent.objects.count() - self.seen])
        self.seen += len(new)
        if Counter(event.action for event in new) != Counter(events):
            self.faults.append((self.done, events, [event.action for event in new]))
        return answer


def a_round(s: Script) -> None:
    """A step in the life of a case writes two rows, the step and the case: an event for each."""
    by, s.client = s.by, Client()
    login = {"login": by.email, "password": PASSWORD}
    s.expect(Client().post("/account/login/", {**login, "password": "wrong"}), "login.refused")
    s.expect(s.client.post("/account/login/", login), "proof.given")
    patient = s.expect(a_patient(by), "patient.registered")
    s.expect(s.client.get(f"/patients/{patient.pk}/"), "patient.seen")
    s.expect(s.client.get(f"/patients/{patient.pk}/history/"), "history.seen")
    alert = s.expect(note_alert(patient=patient, severity="WATCH", text="Latex", by=by), "alert.noted")
    s.expect(end_alert(alert=alert, by=by), "alert.ended")
    number = s.expect(add_identifier(patient=patient, system="PMS", value=str(s.done), by=by), "identifier.added")
    s.expect(end_identifier(identifier=number, by=by), "identifier.ended")
    case = s.expect(a_case(by, patient), "case.started", "consent.given", "consent.given")
    s.expect(s.client.get(f"/cases/{case.pk}/"), "case.seen")
    s.expect(a_consent(case, by, "RSWT"), "consent.given")
    s.expect(complete_screening(case=case, answers=[NewAnswer("PREGNANT", is_yes=False)], by=by), "screening.completed")
    s.expect(confirm_unchanged(case=case, by=by), "screening.unchanged")
    goal = s.expect(set_goal(case=case, goal=NewGoal("Run five kilometres"), by=by), "goal.set")
    s.expect(close_goal(goal=goal, state="MET", version=goal.version, by=by), "goal.closed")
    plan = s.expect(start_plan(case=case, blocks=[PlannedBlock(5)], by=by), "plan.started", "block.planned")
    draft = s.expect(a_draft(case, by), "session.logged")
    told = {**draft.draft, "subjective": "Better."}
    s.expect(save_draft(case=case, session_id=draft.pk, document=told, draft_version=1, by=by))
    session = s.expect(sign_session(session=draft, draft_version=2, by=by), "session.signed")
    s.expect(s.client.get(f"/sessions/{session.pk}/"), "session.seen")
    s.expect(add_addendum(session=session, text="Told later.", by=by), "session.addendum_signed")
    row = session.measurements.latest().get(measure_code="KTW_CM")
    change = {"measurements": [{"id": str(row.pk), "value": "5.1"}]}
    s.expect(correct_session(session=session, told=change, reason="Typing.", by=by), "session.corrected")
    s.expect(mark_in_error(session=session, error="OTHER", reason="Twice.", by=by), "session.entered_in_error")
    s.expect(
        discard_session(session=s.expect(a_draft(case, by), "session.logged"), reason="Empty", by=by),
        "session.discarded",
    )
    s.expect(s.client.get(f"/cases/{case.pk}/progress.csv"), "progress.exported")
    s.expect(s.client.get("/staff/"), "action.refused")
    _key, text = s.expect(create_api_key(owner=by, name="x", scopes=["patients:read"], by=by), "api_key.created")
    bearer = {"Authorization": f"Bearer {text}"}
    s.expect(s.program.get("/api/v1/patients/", headers=bearer), "patients.seen")
    s.expect(s.program.get(f"/api/v1/sessions/{session.pk}/", headers=bearer), "action.refused")
    s.expect(s.program.get("/api/v1/patients/", headers={"Authorization": "Bearer no"}), "login.refused")
    s.expect(end_plan(plan=plan, reason="Moves away", by=by), "plan.ended")
    s.expect(hold_case(case=case, reason="Holiday", by=by), "case.held", "case.held")
    s.expect(resume_case(case=case, by=by), "case.resumed", "case.resumed")
    s.expect(discharge_case(case=case, outcome="GOALS_MET", by=by), "case.discharged", "case.discharged")
    s.expect(reopen_case(case=case, reason="Again", by=by), "case.reopened", "case.reopened")


def test_each_action_leaves_its_events(own_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    script = Script()
    staff(Role.CLINIC_ADMIN, site=site_of(script.by))
    for _ in range(ROUNDS):
        script.by = a_physio(site_of(script.by))
        script.seen = AuditEvent.objects.count()
        a_round(script)
    with capsys.disabled():
        print(f" {script.done} actions, {AuditEvent.objects.count()} events", end=" ")  # noqa: T201
    assert not script.faults, script.faults[:40]
