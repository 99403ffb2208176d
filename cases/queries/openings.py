"""Who opened which record under break glass, and what they looked at since; who is on the list of a restricted one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least

from cases.models import Case, Opening, Patient, Restriction
from clinic.models import AuditEvent, StaffMember

MOST = 200


def openings_read_by(staff: StaffMember) -> QuerySet[Opening]:
    """All openings, the newest first, each with how often something of the record was looked at while it was open."""
    rows = Opening.objects.select_related("staff", "closing__closed_by", "review__seen_by", "patient")
    ends = Least(OuterRef("expires_at"), Coalesce(OuterRef("closing__created_at"), OuterRef("expires_at")))
    looked = AuditEvent.objects.filter(
        Q(action__endswith=".seen") | Q(action__endswith=".exported"),
        patient_id=OuterRef("patient_id"),
        staff=OuterRef("staff"),
        at__gte=OuterRef("opened_at"),
        at__lte=ends,
    ).exclude(action="break_glass.seen")
    counted = looked.order_by().annotate(n=Func(F("id"), function="COUNT", output_field=IntegerField())).values("n")
    here = Patient.objects.around(staff).filter(pk=OuterRef("patient_id"))
    return rows.annotate(looks=Subquery(counted), named=Subquery(here.values("pk")[:1])).order_by("-opened_at", "-id")


def unseen_openings() -> int:
    return Opening.objects.unseen().count()


def restrictions_read_by(staff: StaffMember) -> QuerySet[Restriction]:
    """For an admin, those of records at their sites, also where they are not on the list; the newest first."""
    ours = Patient.objects.filter(Patient.objects.at_sites_of(staff))
    return Restriction.objects.filter(patient__in=ours.values("pk")).order_by("-created_at", "-id")


def restrictions_kept_by(staff: StaffMember) -> QuerySet[Restriction]:
    """For others, those that they made, or of patients whose cases they lead, as far as they are on the list."""
    leads = Case.objects.filter(lead=staff)
    shut = Restriction.objects.shut_to(staff)
    led = Q(patient__in=leads.values("patient")) | Q(patient__in=leads.values("patient__merged_into"))
    return Restriction.objects.filter(Q(restricted_by=staff) | (led & ~Q(pk__in=shut.values("pk"))))


@dataclass(frozen=True)
class Named:
    """Somebody and how they stand to a restricted record."""

    person: StaffMember
    may_see: bool
    is_by_hand: bool


def list_of(restriction: Restriction) -> list[Named]:
    """Who sees a restricted record, and who was taken off its list."""
    by_hand = {row.staff_id: row for row in restriction.names.select_related("staff")}
    own = Q(patient=restriction.patient_id) | Q(patient__merged_into=restriction.patient_id)
    before: dict[str, Any] = {"created_at__lte": restriction.created_at}
    cases = Case.objects.filter(own, **before)
    wrote = cases.filter(sessions__created_at__lte=restriction.created_at).values("sessions__author")
    team = StaffMember.objects.filter(Q(pk__in=cases.values("lead")) | Q(pk__in=wrote))
    people: dict[UUID, StaffMember] = {row.staff_id: row.staff for row in by_hand.values()}
    people |= {person.pk: person for person in team}
    named = [Named(p, by_hand[k].may_see if k in by_hand else True, k in by_hand) for k, p in people.items()]
    return sorted(named, key=lambda each: (not each.may_see, each.person.name))
