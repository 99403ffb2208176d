"""What holds a treatment back, what is asked for it, and what the clinic's lead approved of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cases.models.catalogues import PLAIN_DEFINITION
from clinic.models import StaffMember
from clinic.models.records import Definition, Entry
from treatments.models.modalities import Modality
from treatments.rules import answers, matrix, safety

LEVELS = [("A", "blocked"), ("L", "blocked in the field"), ("R", "needs authorisation"), ("P", "acknowledge")]


class Condition(Definition):
    """Something that may hold a treatment back."""

    PLAIN = PLAIN_DEFINITION

    def as_rule(self, questions: tuple[str, ...]) -> answers.Condition:
        """With the codes of the questions that ask for it."""
        return matrix.condition_of(self.code, self.content, questions)


class ContraindicationRule(Definition):
    """One row of the matrix: a condition, a column of modalities, and how strictly it holds back."""

    condition_code = models.CharField(max_length=60)
    column = models.CharField(max_length=10)
    level = models.CharField(max_length=1, choices=LEVELS)
    scope = models.CharField(max_length=10)
    window_days = models.PositiveSmallIntegerField(null=True)

    PLAIN = PLAIN_DEFINITION | {"condition_code", "column", "level", "scope", "window_days"}

    class Meta(Definition.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(level__in=["A", "L", "R", "P"]), name="contraindication_level_is_known"),
            models.CheckConstraint(
                condition=Q(scope__in=["BODY", "FIELD", "SEGMENT"]), name="contraindication_scope_is_known"
            ),
        ]

    def as_rule(self) -> safety.Rule:
        return matrix.rule_of(self.key, self.content)


class ScreeningQuestion(Definition):
    """What is asked before treatment, in our own words; how long an answer is good."""

    valid_days = models.PositiveSmallIntegerField()
    conditions: ArrayField = ArrayField(models.CharField(max_length=60))

    PLAIN = PLAIN_DEFINITION | {"valid_days", "conditions"}


class RuleDecision(models.TextChoices):
    APPROVED = "APPROVED", "approved"
    DEVIATED = "DEVIATED", "changed for this clinic"
    WITHDRAWN = "WITHDRAWN", "approval withdrawn"


class RuleApprovalQuerySet(models.QuerySet["RuleApproval"]):
    def in_force(self) -> dict[str, "RuleApproval"]:
        """The lead's latest decision on each rule and modality that is not withdrawn, by the key of the version."""
        latest = {row.rule_id or row.modality_id: row for row in self.select_related("decided_by").order_by("id")}
        return {key: row for key, row in latest.items() if row.decision != RuleDecision.WITHDRAWN}


class RuleApproval(Entry):
    """What the clinical lead decided about one version of a rule, or about the limits of a modality. The latest counts.

    Another version of the rule starts without an approval; what was written under the old one keeps pointing to it.
    """

    rule = models.ForeignKey(
        ContraindicationRule, models.PROTECT, to_field="key", db_column="rule_key", null=True, related_name="approvals"
    )
    modality = models.ForeignKey(
        Modality, models.PROTECT, to_field="key", db_column="modality_key", null=True, related_name="approvals"
    )
    decision = models.CharField(max_length=10, choices=RuleDecision)
    level = models.CharField(max_length=1, choices=LEVELS, blank=True, default="")
    window_days = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField(blank=True, default="")
    decided_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    objects = RuleApprovalQuerySet.as_manager()

    PERSONAL = frozenset({"decided_by"})
    PLAIN = frozenset({"rule", "modality", "decision", "level", "window_days", "reason"})

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rule__isnull=False, modality=None) | Q(rule=None, modality__isnull=False),
                name="approval_is_of_a_rule_or_of_a_modality",
            ),
            models.CheckConstraint(
                condition=Q(decision="DEVIATED", rule__isnull=False) & ~Q(reason="")
                | ~Q(decision="DEVIATED") & Q(level="", window_days=None),
                name="only_a_deviation_changes_a_rule_and_says_why",
            ),
            models.CheckConstraint(condition=~Q(decision="WITHDRAWN") | ~Q(reason=""), name="a_withdrawal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id or self.modality_id} {self.decision}"

    def as_rule(self) -> safety.Approval:
        return safety.Approval(safety.Level(self.level) if self.level else None, self.window_days)
