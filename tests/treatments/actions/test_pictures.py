from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.imaging import request_imaging
from cases.models import ImagingRequest
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.pictures import LATERAL
from tests.factories.records import a_case, a_physio, site_of, staff
from treatments.actions.pictures import plan_imaging
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import end_plan, start_plan
from treatments.models import Plan, PlannedPicture

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def plan(by: StaffMember) -> Plan:
    return start_plan(case=a_case(by), blocks=[PlannedBlock(5)] * 2, by=by)


def wanted(plan: Plan, by: StaffMember, **told: Any) -> PlannedPicture:
    told = {"why": "Has it shrunk", "due_on": clock.today() + timedelta(days=70), **told}
    return plan_imaging(plan=plan, picture=LATERAL, by=by, **told)


def test_a_picture_is_on_the_worklist_and_in_the_plan(plan: Plan, by: StaffMember) -> None:
    row = wanted(plan, by, after=2)
    assert row.after == plan.blocks.get(number=2)
    assert (row.request.status, row.request.due_on) == ("PLANNED", clock.today() + timedelta(days=70))
    assert row.request.case_id == plan.case_id
    assert wanted(plan, by, is_requested=True).request.status == "REQUESTED"
    assert AuditEvent.objects.filter(action="plan.imaging_planned", row_id=row.pk).exists()


@pytest.mark.parametrize(
    ("told", "match"),
    [
        ({"after": 3}, "block of this plan"),
        ({"after": 0}, "block of this plan"),
        ({"why": " "}, "need correcting"),
        ({"due_on": clock.today() - timedelta(days=1)}, "need correcting"),
    ],
)
def test_what_is_refused_leaves_nothing(plan: Plan, by: StaffMember, told: dict[str, Any], match: str) -> None:
    with pytest.raises(RuleBroken, match=match):
        wanted(plan, by, **told)
    assert not ImagingRequest.objects.exists()


def test_neither_in_an_ended_plan_nor_by_reception(plan: Plan, by: StaffMember) -> None:
    with pytest.raises(NotAllowed):
        wanted(plan, staff(Role.RECEPTIONIST, site=site_of(by)))
    end_plan(plan=plan, reason="Done", by=by)
    with pytest.raises(RuleBroken, match="ended already"):
        wanted(plan, by)


def test_it_is_of_the_case_and_the_blocks_of_its_plan(plan: Plan, by: StaffMember) -> None:
    other = start_plan(case=a_case(by), blocks=[PlannedBlock(1)], by=by)
    strange = request_imaging(case=other.case, picture=LATERAL, why="x", due_on=clock.today(), by=by)
    mine = request_imaging(case=plan.case, picture=LATERAL, why="x", due_on=clock.today(), by=by)
    for told, match in (
        ({"request": strange}, "of its own case"),
        ({"request": mine, "after": other.blocks.get()}, "of its own plan"),
    ):
        with pytest.raises(DatabaseError, match=match), transaction.atomic():
            PlannedPicture.objects.create(plan=plan, **told)  # type: ignore[arg-type]


def test_it_is_never_changed(plan: Plan, by: StaffMember) -> None:
    wanted(plan, by)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE treatments_plannedpicture SET after_id = NULL, created_at = now()")
