"""A program follows what changes while many write: its copy ends as what its key may see, each loss with its reason."""

import os
import random
import threading
from collections import Counter
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cases.actions.goals import NewGoal, close_goal, set_goal
from cases.actions.merges import unmerge_patient
from cases.actions.patients import archive_patient, change_patient, restore_patient
from cases.actions.restrictions import lift_restriction, restrict_patient
from cases.models import Goal, Patient, Restriction
from clinic.actions.api_keys import create_api_key
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.clinic.api.test_feed import Copy
from tests.factories.merges import a_merge
from tests.factories.records import a_case, a_draft, a_patient, a_signed_session, site_of, staff
from treatments.actions.addenda import correct_session, mark_in_error
from treatments.actions.sessions import discard_session
from treatments.models import Measurement, Session

pytestmark = pytest.mark.torture
WRITES = max(80, round(2000 * float(os.environ.get("TORTURE_SHARE", "1"))))
WRITERS = 8
NOUNS = ("patients", "cases", "goals", "sessions", "measurements")


class Writer(threading.Thread):
    """Does things at random, as somebody who may do all of them; what somebody else was quicker to do is left."""

    def __init__(self, number: int, by: StaffMember, treats: StaffMember) -> None:
        super().__init__(daemon=True)
        self.dice, self.by, self.treats, self.done = random.Random(number), by, treats, Counter[str]()
        self.fault: Exception | None = None

    def run(self) -> None:
        acts = [getattr(self, name) for name in dir(self) if name.startswith("do_")]
        try:
            while sum(self.done.values()) < WRITES / WRITERS:
                act = self.dice.choice(acts)
                with suppress(RuleBroken, IndexError):
                    act()
                    self.done[act.__name__] += 1
        except Exception as fault:
            self.fault = fault
        finally:
            connection.close()

    def one(self, rows: Any) -> Any:
        return self.dice.choice(list(rows[:200]))

    def patient(self) -> Patient:
        found: Patient = self.one(Patient.objects.current())
        return found

    def do_register(self) -> None:
        a_patient(self.by)

    def do_rename(self) -> None:
        patient = self.patient()
        change_patient(
            patient=patient, version=patient.version, changes={"known_as": str(self.dice.random())}, by=self.by
        )

    def do_start(self) -> None:
        a_case(self.treats, self.patient())

    def do_aim(self) -> None:
        case = self.one(self.patient().cases.select_related("site"))
        set_goal(case=case, goal=NewGoal(str(self.dice.random())), by=self.by)

    def do_close(self) -> None:
        goal = self.one(Goal.objects.all())
        close_goal(goal=goal, state=self.dice.choice(["MET", "OPEN", "DROPPED"]), version=goal.version, by=self.by)

    def do_treat(self) -> None:
        a_signed_session(self.one(self.patient().cases.all()), self.treats, date.today())

    def do_draft(self) -> None:
        a_draft(self.one(self.patient().cases.all()), self.by)

    def do_discard(self) -> None:
        discard_session(session=self.one(Session.objects.drafts().written_by(self.by)), reason="Wrong", by=self.by)

    def do_correct(self) -> None:
        taken = self.one(Measurement.objects.in_force().select_related("session__case"))
        told = {"measurements": [{"id": str(taken.pk), "value": self.dice.choice([1, 2, None])}]}
        correct_session(session=taken.session, told=told, reason="Misread", by=self.treats)

    def do_err(self) -> None:
        mark_in_error(
            session=self.one(Session.objects.in_force()), error="WRONG_PATIENT", reason="Mixed", by=self.treats
        )

    def do_archive(self) -> None:
        archive_patient(patient=self.patient(), by=self.by)

    def do_restore(self) -> None:
        restore_patient(patient=self.one(Patient.objects.exclude(archived_at=None)), by=self.by)

    def do_merge(self) -> None:
        a_merge(self.patient(), self.patient(), self.by)

    def do_unmerge(self) -> None:
        other = self.one(Patient.objects.exclude(merged_into=None).select_related("merged_into"))
        unmerge_patient(patient=other, versions=(other.merged_into.version, other.version), by=self.by)

    def do_restrict(self) -> None:
        restrict_patient(patient=self.patient(), reason="OTHER", because="Asked for it", by=self.by)

    def do_lift(self) -> None:
        lift_restriction(restriction=self.one(Restriction.objects.in_force()), because="Over", by=self.by)


def test_a_copy_ends_as_what_its_key_may_see(own_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    by = staff(Role.PHYSIOTHERAPIST, Role.CLINIC_ADMIN)
    treats = staff(Role.PHYSIOTHERAPIST, site=site_of(by))
    reader = staff(Role.PHYSIOTHERAPIST, site=site_of(by))
    scopes = ["patients:read", "cases:read", "sessions:read", "measurements:read"]
    _, key = create_api_key(owner=reader, name="Copy", scopes=scopes, by=reader)
    client = Client(headers={"Authorization": f"Bearer {key}"})
    for _turn in range(20):
        a_signed_session(a_case(treats, a_patient(by)), treats)
    copies = [Copy(client, f"/api/v1/{noun}/") for noun in NOUNS]
    writers = [Writer(number, by, treats) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    rounds = 0
    while any(writer.is_alive() for writer in writers):
        rounds += 1
        for copy in copies:
            copy.follow(limit=50, settled=False)
    for writer in writers:
        writer.join()
        assert writer.fault is None, repr(writer.fault)
    done = sum((writer.done for writer in writers), Counter())
    reasons = Counter(reason for copy in copies for reason in copy.why.values())
    with capsys.disabled():
        print(f"\n{sum(done.values())} writes, {rounds} rounds; {dict(done)}; {dict(reasons)}")  # noqa: T201 - figures
    for copy in copies:
        assert copy.follow().is_whole(), copy.address
    assert len(reasons) > 2
