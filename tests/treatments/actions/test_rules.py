from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_physio, staff
from treatments.actions.rules import approve_rules, deviate_from_rule, withdraw_approval
from treatments.models import ContraindicationRule, Modality, RuleApproval, RuleDecision
from treatments.rules.safety import Approval, Level

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> StaffMember:
    return staff(Role.CLINICAL_LEAD)


def rule(code: str = "CI_STEROID_INJ_6W.RS") -> ContraindicationRule:
    return ContraindicationRule.objects.get(code=code, retired_on=None)


def in_force(key: str) -> RuleApproval | None:
    return RuleApproval.objects.in_force().get(key)


def told(action: str) -> list[dict[str, Any]]:
    return list(AuditEvent.objects.filter(action=action).order_by("at").values_list("details", flat=True))


def test_rules_and_limits_are_approved_together(lead: StaffMember) -> None:
    limits = Modality.objects.get(code="RSWT", retired_on=None)
    before = len(told("rule.approved"))
    assert approve_rules(these=[rule(), limits], by=lead) == 2
    found = in_force(rule().key)
    assert found is not None
    assert (found.decision, found.decided_by, found.as_rule()) == (RuleDecision.APPROVED, lead, Approval())
    assert in_force(limits.key) is not None
    assert told("rule.approved")[before:] == [{"key": rule().key}, {"key": limits.key}]


def test_what_is_approved_or_changed_stays_as_it_is(lead: StaffMember) -> None:
    deviate_from_rule(rule=rule(), level="L", window_days=84, reason="Longer here", by=lead)
    other = rule("CI_PREGNANCY.RS")
    assert approve_rules(these=[rule(), other], by=lead) == 1
    assert approve_rules(these=[rule(), other], by=lead) == 0
    found = in_force(rule().key)
    assert found is not None
    assert found.as_rule() == Approval(None, 84)


def test_a_clinic_may_do_it_differently(lead: StaffMember) -> None:
    found = deviate_from_rule(rule=rule(), level="R", window_days=42, reason=" We ask the surgeon. ", by=lead)
    assert (found.level, found.window_days, found.reason) == ("R", None, "We ask the surgeon.")
    assert found.as_rule() == Approval(Level.RELATIVE, None)
    later = deviate_from_rule(rule=rule(), level="L", window_days=21, reason="A newer paper", by=lead)
    assert in_force(rule().key) == later
    assert later.as_rule() == Approval(None, 21)
    assert told("rule.deviated")[-1] == {"key": rule().key}


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        ({"level": "X"}, ["/level"]),
        ({"level": "L", "window_days": 42}, ["/level"]),
        ({"level": "L", "window_days": None}, ["/level"]),
        ({"window_days": 0}, ["/window_days"]),
        ({"window_days": 3651}, ["/window_days"]),
        ({"reason": "  "}, ["/reason"]),
        ({"level": "", "window_days": -1, "reason": ""}, ["/level", "/window_days", "/reason"]),
    ],
)
def test_a_change_that_is_none_or_cannot_be_is_refused(
    lead: StaffMember, change: dict[str, Any], pointers: list[str]
) -> None:
    given = {"level": "R", "window_days": None, "reason": "Because", **change}
    with pytest.raises(RuleBroken) as no:
        deviate_from_rule(rule=rule(), by=lead, **given)
    assert [fault.pointer for fault in no.value.faults] == pointers
    assert in_force(rule().key) is None


@pytest.mark.parametrize("days", [1, 3650])
def test_the_ends_of_a_window_are_allowed(lead: StaffMember, days: int) -> None:
    deviate_from_rule(rule=rule(), level="L", window_days=days, reason="Because", by=lead)


def test_an_approval_is_withdrawn_with_a_reason(lead: StaffMember) -> None:
    approve_rules(these=[rule()], by=lead)
    with pytest.raises(RuleBroken) as no:
        withdraw_approval(of=rule(), reason=" ", by=lead)
    assert no.value.code == "missing"
    assert in_force(rule().key) is not None
    withdraw_approval(of=rule(), reason="The guide was withdrawn.", by=lead)
    assert in_force(rule().key) is None
    assert told("rule.withdrawn")[-1] == {"key": rule().key}
    with pytest.raises(RuleBroken) as no:
        withdraw_approval(of=rule(), reason="Again", by=lead)
    assert (no.value.code, no.value.conflict) == ("not_approved", True)
    assert approve_rules(these=[rule()], by=lead) == 1


def test_limits_are_withdrawn_too(lead: StaffMember) -> None:
    limits = Modality.objects.get(code="RSWT", retired_on=None)
    approve_rules(these=[limits], by=lead)
    withdraw_approval(of=limits, reason="Another device", by=lead)
    assert in_force(limits.key) is None


def test_an_old_version_is_not_approved(lead: StaffMember) -> None:
    old = rule()
    old.retired_on = lead.created_at.date()
    for act in (
        lambda: approve_rules(these=[old], by=lead),
        lambda: deviate_from_rule(rule=old, level="R", window_days=None, reason="x", by=lead),
    ):
        with pytest.raises(RuleBroken) as no:
            act()
        assert (no.value.code, no.value.conflict) == ("retired", True)


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.CLINICAL_LEAD])
def test_only_the_lead_decides(role: Role) -> None:
    by = a_physio() if role is Role.PHYSIOTHERAPIST else staff(role)
    for act in (
        lambda: approve_rules(these=[rule()], by=by),
        lambda: deviate_from_rule(rule=rule(), level="R", window_days=None, reason="x", by=by),
        lambda: withdraw_approval(of=rule(), reason="x", by=by),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not RuleApproval.objects.exists()


def test_a_decision_is_never_changed(lead: StaffMember) -> None:
    approve_rules(these=[rule()], by=lead)
    for statement in (
        "UPDATE treatments_ruleapproval SET decision = 'WITHDRAWN', reason = 'x'",
        "DELETE FROM treatments_ruleapproval",
        "TRUNCATE treatments_ruleapproval",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert in_force(rule().key) is not None


@pytest.mark.parametrize(
    "told_so",
    [
        {"decision": "DEVIATED", "level": "R"},
        {"decision": "APPROVED", "level": "R"},
        {"decision": "APPROVED", "window_days": 3},
        {"decision": "WITHDRAWN"},
    ],
)
def test_the_database_wants_a_reason(lead: StaffMember, told_so: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        RuleApproval.objects.create(rule=rule(), decided_by=lead, **told_so)


def test_a_decision_is_about_one_thing(lead: StaffMember) -> None:
    limits = Modality.objects.get(code="RSWT", retired_on=None)
    for about in ({}, {"rule": rule(), "modality": limits}):
        with pytest.raises(DatabaseError), transaction.atomic():
            RuleApproval.objects.create(decision="APPROVED", decided_by=lead, **about)
