"""That two records are of one person: what both held, what was chosen; and that they were taken apart again."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q

from cases.models.patients import Patient
from clinic.models.records import Entry
from clinic.models.staff import StaffMember


class MergeQuerySet(models.QuerySet["Merge"]):
    def in_force(self) -> MergeQuerySet:
        return self.filter(unmerge=None)


class Merge(Entry):
    """`other` was merged into `kept`: the registration of each before, that of the kept one after, and the choices."""

    kept = models.ForeignKey(Patient, models.PROTECT, related_name="merges")
    other = models.ForeignKey(Patient, models.PROTECT, related_name="merges_into_another")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    kept_before = models.JSONField()
    other_before = models.JSONField()
    kept_after = models.JSONField()
    chosen = models.JSONField(default=dict)
    # The transaction that made it: the pointer of the other record is set in it, or not at all.
    made_in = models.BigIntegerField(db_default=Func(function="txid_current"), editable=False)

    objects = MergeQuerySet.as_manager()
    PERSONAL = frozenset({"kept_before", "other_before", "kept_after", "chosen"})
    PLAIN = frozenset({"kept", "other", "by", "made_in"})

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(kept=F("other")), name="merge_is_of_two_records")]

    def __str__(self) -> str:
        return f"{self.other_id} {self.kept_id}"


class Unmerge(Entry):
    """A merge was taken back: what stayed with the kept record, what could not be given back, what was moved."""

    merge = models.OneToOneField(Merge, models.PROTECT, related_name="unmerge")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    stays = models.JSONField(default=list)
    taken = models.JSONField(default=list)
    moved = models.JSONField(default=list)
    made_in = models.BigIntegerField(db_default=Func(function="txid_current"), editable=False)

    PERSONAL = frozenset({"stays", "taken"})
    PLAIN = frozenset({"merge", "by", "moved", "made_in"})

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return str(self.merge_id)
