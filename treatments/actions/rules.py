"""What the clinical lead makes of the rules: approves them, changes one for this clinic, or takes it back."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import Fault, RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.models import ContraindicationRule, Modality, RuleApproval, RuleDecision
from treatments.rules.safety import Level

LONGEST_WINDOW_DAYS = 3650
Approvable = ContraindicationRule | Modality


@transaction.atomic
def approve_rules(*, these: Sequence[Approvable], by: StaffMember) -> int:
    """Approves rules, and the limits of modalities, as they are. Answers with how many were not approved before.

    One that the clinic has changed keeps its change.
    """
    require(by, Permission.RULES_APPROVE)
    require_current(these)
    in_force = RuleApproval.objects.in_force()
    new = [each for each in these if each.key not in in_force]
    for each in new:
        decided = RuleApproval.objects.create(**subject(each), decision=RuleDecision.APPROVED, decided_by=by)
        audit.record("rule.approved", by=by, about=decided, details={"key": each.key})
    return len(new)


@transaction.atomic
def deviate_from_rule(
    *, rule: ContraindicationRule, level: str, window_days: int | None, reason: str, by: StaffMember
) -> RuleApproval:
    """Approves a rule with a level and a window of this clinic's own; the reason is kept with it."""
    require(by, Permission.RULES_APPROVE)
    require_current([rule])
    window = window_days if window_days != rule.window_days else None
    own_level = level if level != rule.level else ""
    faults = wrong_with(level, window_days, reason)
    if not faults and window is None and not own_level:
        faults = [Fault("/level", "no_change", _("This is what the rule says already: change it, or approve it."))]
    if faults:
        raise RuleBroken("invalid", _("The change was not saved."), faults=faults)
    decided = RuleApproval.objects.create(
        rule=rule,
        decision=RuleDecision.DEVIATED,
        level=own_level,
        window_days=window,
        reason=reason.strip(),
        decided_by=by,
    )
    audit.record("rule.deviated", by=by, about=decided, details={"key": rule.key})
    return decided


@transaction.atomic
def withdraw_approval(*, of: Approvable, reason: str, by: StaffMember) -> RuleApproval:
    """Takes an approval back: the rule asks for a written reason again instead of blocking."""
    require(by, Permission.RULES_APPROVE)
    if of.key not in RuleApproval.objects.in_force():
        raise RuleBroken("not_approved", _("This is not approved, so there is nothing to withdraw."), conflict=True)
    if not reason.strip():
        raise RuleBroken("missing", _("Say why the approval is withdrawn."), field="reason")
    decided = RuleApproval.objects.create(
        **subject(of), decision=RuleDecision.WITHDRAWN, reason=reason.strip(), decided_by=by
    )
    audit.record("rule.withdrawn", by=by, about=decided, details={"key": of.key})
    return decided


def subject(of: Approvable) -> dict[str, Approvable]:
    return {"rule" if isinstance(of, ContraindicationRule) else "modality": of}


def require_current(these: Sequence[Approvable]) -> None:
    """Only what is in use can be approved: another version has its own text and source."""
    if any(each.retired_on for each in these):
        raise RuleBroken(
            "retired", _("There is a newer version of this rule. Look at it and approve that one."), conflict=True
        )


def wrong_with(level: str, window_days: int | None, reason: str) -> list[Fault]:
    faults = []
    if level not in list(Level):
        faults.append(Fault("/level", "not_a_choice", _("Choose one of the levels.")))
    if window_days is not None and not 1 <= window_days <= LONGEST_WINDOW_DAYS:
        faults.append(Fault("/window_days", "out_of_range", _("Between 1 and 3650 days, or empty for the rule's own.")))
    if not reason.strip():
        faults.append(Fault("/reason", "missing", _("Say why this clinic does it differently.")))
    return faults
