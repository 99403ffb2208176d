"""The people we treat."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat

from cases.rules.age import age_on
from cases.rules.nhs_numbers import spaced
from clinic.models.records import PlainText, Record
from clinic.models.sites import Site
from clinic.models.staff import StaffMember
from clinic.rules.permissions import Permission


class Sex(models.TextChoices):
    FEMALE = "FEMALE", "female"
    MALE = "MALE", "male"
    OTHER = "OTHER", "other"
    UNKNOWN = "UNKNOWN", "not recorded"


class PatientQuerySet(models.QuerySet["Patient"]):
    """Subsets of patients in the clinic's words."""

    def visible_to(self, staff: StaffMember) -> PatientQuerySet:
        """Registered at, or with a case at, one of this person's sites; nobody for those who read no patients."""
        if not staff.may(Permission.PATIENT_READ):
            return self.none()
        from cases.models.cases import Case

        here = staff.site_ids
        elsewhere = Case.objects.filter(site__in=here).values("patient_id")
        return self.filter(Q(site__in=here) | Q(pk__in=elsewhere))

    def matching(self, text: str) -> PatientQuerySet:
        """Each word somewhere in names, NHS number, phone or date of birth (1985-05-12); accents and case aside."""
        found = self
        for word in text.replace("\x00", "").split()[:6]:
            found = found.filter(search_text__contains=Func(Value(word), function="clinic_plain"))
        return found


class Patient(Record):
    """A person as registered here. Never deleted by a person."""

    family_name = models.CharField(max_length=100)
    given_names = models.CharField(max_length=100)
    known_as = models.CharField(max_length=100, blank=True, default="")
    born_on = models.DateField()
    sex = models.CharField(max_length=10, choices=Sex, default=Sex.UNKNOWN)
    nhs_number = models.CharField(max_length=10, null=True, blank=True, unique=True)
    phone = models.CharField(max_length=40, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    gp_practice = models.CharField(max_length=200, blank=True, default="")
    occupation = models.CharField(max_length=200, blank=True, default="")
    sport = models.CharField(max_length=200, blank=True, default="")
    site = models.ForeignKey(Site, models.PROTECT, related_name="patients")
    sort_name = models.GeneratedField(
        expression=Func(
            PlainText(Concat(F("family_name"), Value(" "), F("given_names"))),
            template='(%(expressions)s) COLLATE "C"',
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search_text = models.GeneratedField(
        expression=Func(
            F("given_names"),
            F("known_as"),
            F("family_name"),
            F("nhs_number"),
            F("phone"),
            F("born_on"),
            function="cases_patient_search_text",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = PatientQuerySet.as_manager()
    PERSONAL = frozenset(
        {
            "family_name",
            "given_names",
            "known_as",
            "born_on",
            "sex",
            "nhs_number",
            "phone",
            "email",
            "address",
            "gp_practice",
            "occupation",
            "sport",
            "sort_name",
            "search_text",
        }
    )
    PLAIN = frozenset({"site"})

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(nhs_number=None) | Q(nhs_number__regex=r"^[0-9]{10}$"),
                name="patient_nhs_number_is_ten_digits",
            ),
            models.CheckConstraint(
                condition=Q(nhs_number=None)
                | Func(F("nhs_number"), function="cases_nhs_number_is_right", output_field=models.BooleanField()),
                name="patient_nhs_number_passes_its_check_digit",
            ),
            models.CheckConstraint(condition=~Q(family_name="") & ~Q(given_names=""), name="patient_has_both_names"),
            models.CheckConstraint(condition=Q(born_on__gte=date(1880, 1, 1)), name="patient_is_born_after_1880"),
        ]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="patient_lists_by_name"),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="patient_search_by_parts"),
            models.Index(fields=["born_on"], name="patient_search_by_birth"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_name}"

    @property
    def nhs_last4(self) -> str:
        return self.nhs_number[-4:] if self.nhs_number else ""

    @property
    def nhs_spaced(self) -> str:
        return spaced(self.nhs_number) if self.nhs_number else ""

    def age_on(self, day: date) -> int:
        return age_on(self.born_on, day)
