"""Which patients: whom somebody sees, who matches a search, who may be the same person."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat

from cases.models.reach import reach
from cases.rules.identity import Person, dialled, near_dates
from cases.rules.searches import searched_forms
from clinic.models.prepared import prepared
from clinic.models.staff import StaffMember
from clinic.rules.permissions import Permission

if TYPE_CHECKING:
    from cases.models.patients import Patient


class PatientQuerySet(models.QuerySet["Patient"]):
    """Subsets of patients in the clinic's words."""

    def visible_to(self, staff: StaffMember) -> PatientQuerySet:
        """Registered at, or with a case at, one of this person's sites, themselves or by a record that was merged into
        theirs; nobody for those who read no patients.
        """
        return self.around(staff) if staff.may(Permission.PATIENT_READ) else self.none()

    def whose_looks_are_read_by(self, staff: StaffMember) -> PatientQuerySet:
        """Those of whom this person may read who looked at them, also where they read no patients."""
        return self.around(staff) if staff.may(Permission.LOOKS_READ) else self.none()

    def around(self, staff: StaffMember) -> PatientQuerySet:
        """Of this person's sites, whatever their roles, and not shut to them; see `visible_to` and reach.py."""
        return self.filter(reach(staff, self.at_sites_of(staff)))

    def at_sites_of(self, staff: StaffMember) -> Q:
        """What makes a record one of this person's sites, whether it is restricted or not."""
        here = staff.site_ids
        return (
            Q(site__in=here) | Q(pk__in=prepared(treated_at, here)) | Q(pk__in=prepared(with_a_record_merged_at, here))
        )

    def current(self) -> PatientQuerySet:
        """Neither archived nor merged into another record."""
        return self.filter(archived_at=None, merged_into=None)

    def one_with(self, patient: Patient) -> PatientQuerySet:
        """All records of this person: the one that is used, and those that are merged into it."""
        used = patient.merged_into_id or patient.pk
        return self.filter(Q(pk=used) | Q(merged_into=used))

    def found_as(self, text: str) -> PatientQuerySet:
        """The records that are used of those who match or have just this number in another system, themselves or by a
        record that was merged into theirs: `found_by` is the name in that one.
        """
        from cases.models.identifiers import PatientIdentifier

        merged = self.model.objects.exclude(merged_into=None).matching(text)
        numbered = PatientIdentifier.objects.in_force().filter(value=text.replace("\x00", "").strip()).order_by()
        used = numbered.values(used=Coalesce("patient__merged_into", "patient"))
        mine = Q(merged_into=None)
        for forms in searched_forms(text):
            mine &= reduce(or_, (Q(search_text__contains=plain_text(form)) for form in forms))
        name = Concat(F("given_names"), Value(" "), F("family_name"))
        found_by = merged.filter(merged_into=OuterRef("pk")).order_by("pk").annotate(name=name).values("name")
        found = self.filter(mine | Q(is_any_of(merged.order_by().values("merged_into"))) | Q(is_any_of(used)))
        return found.annotate(found_by=Subquery(found_by[:1]))

    def matching(self, text: str) -> PatientQuerySet:
        """Each word somewhere in names (former ones too), numbers or date of birth; accents and case aside.

        A date is found as 1985-05-12 and 12/05/1985, and with day and month exchanged; a telephone in any form.
        """
        found = self
        for forms in searched_forms(text):
            found = found.filter(reduce(or_, (Q(search_text__contains=plain_text(form)) for form in forms)))
        return found

    def resembling(self, text: str) -> PatientQuerySet:
        """Each word nearly in the names: with a slip of the hand or two."""
        found = self
        for forms in searched_forms(text):
            found = found.filter(search_text__trigram_word_similar=plain_text(forms[0]))
        return found

    def maybe(self, person: Person) -> PatientQuerySet:
        """Those who might be this person: by number, telephone, date of birth or a name that is near."""
        names = (person.given_name, person.family_name, *person.former_names, person.known_as)
        asked = [Q(nhs_number=person.nhs_number)] if person.nhs_number else []
        asked += [Q(search_text__contains=dialled(phone)) for phone in person.phones if dialled(phone)]
        if person.born_on is not None:
            asked += [Q(born_on__in=near_dates(person.born_on))]
        asked += [Q(sort_name__trigram_word_similar=plain_text(name)) for name in names[:2] if name]
        return self.filter(reduce(or_, asked)) if asked else self.none()


def treated_at(sites: Sequence[UUID]) -> models.QuerySet[Any, Any]:
    from cases.models.cases import Case

    return Case.objects.filter(site__in=sites).values("patient_id")


def with_a_record_merged_at(sites: Sequence[UUID]) -> models.QuerySet[Any, Any]:
    """Those into whose record one was merged that is of these sites."""
    from cases.models.patients import Patient

    at_sites = Q(site__in=sites) | Q(pk__in=treated_at(sites))
    return Patient.objects.filter(at_sites, merged_into__isnull=False).values("merged_into_id")


def is_any_of(keys: models.QuerySet[Any, Any]) -> Func:
    """That a row is one of these: as an array, which is read once, so that each half of an "or" can use its index."""
    array = Func(ArraySubquery(keys), function="ANY")
    return Func(F("pk"), array, template="%(expressions)s", arg_joiner=" = ", output_field=models.BooleanField())


def plain_text(word: str) -> Func:
    return Func(Value(word), function="clinic_plain")
