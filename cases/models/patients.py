"""The people we treat."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat

from cases.models.patient_sets import PatientQuerySet
from cases.rules.age import age_on
from cases.rules.identity import Person
from cases.rules.nhs_numbers import spaced
from clinic.models.records import PlainText, Record
from clinic.models.sites import Site
from clinic.models.staff import StaffMember


class Sex(models.TextChoices):
    FEMALE = "FEMALE", "female"
    MALE = "MALE", "male"
    OTHER = "OTHER", "other"
    UNKNOWN = "UNKNOWN", "not recorded"


class DominantSide(models.TextChoices):
    LEFT = "LEFT", "left"
    RIGHT = "RIGHT", "right"
    BOTH = "BOTH", "both"
    UNKNOWN = "UNKNOWN", "not recorded"


class Patient(Record):
    """A person as registered here. Never deleted by a person."""

    family_name = models.CharField(max_length=100)
    given_names = models.CharField(max_length=100)
    known_as = models.CharField(max_length=100, blank=True, default="")
    former_names: ArrayField = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    born_on = models.DateField()
    sex = models.CharField(max_length=10, choices=Sex, default=Sex.UNKNOWN)
    nhs_number = models.CharField(max_length=10, null=True, blank=True, unique=True)
    phone = models.CharField(max_length=40, blank=True, default="")
    other_phone = models.CharField(max_length=40, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    gp_name = models.CharField(max_length=200, blank=True, default="")
    gp_practice = models.CharField(max_length=200, blank=True, default="")
    emergency_name = models.CharField(max_length=200, blank=True, default="")
    emergency_relation = models.CharField(max_length=100, blank=True, default="")
    emergency_phone = models.CharField(max_length=40, blank=True, default="")
    occupation = models.CharField(max_length=200, blank=True, default="")
    sport = models.CharField(max_length=200, blank=True, default="")
    dominant_side = models.CharField(max_length=10, choices=DominantSide, default=DominantSide.UNKNOWN)
    died_on = models.DateField(null=True, blank=True)
    medicines = models.TextField(blank=True, default="")
    allergies = models.TextField(blank=True, default="")
    past_history = models.TextField(blank=True, default="")
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")
    # This record and that one are of one person: that one is used, this one is kept and can be taken apart again.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
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
            F("former_names"),
            F("nhs_number"),
            F("phone"),
            F("other_phone"),
            F("born_on"),
            function="cases_patient_searched",
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
            "former_names",
            "born_on",
            "died_on",
            "sex",
            "other_phone",
            "gp_name",
            "emergency_name",
            "emergency_relation",
            "emergency_phone",
            "dominant_side",
            "medicines",
            "allergies",
            "past_history",
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
    PLAIN = frozenset({"site", "archived_at", "archived_by", "merged_into"})
    # What a registration holds, in the order of its form; what cases and merges point to is no part of it.
    REGISTERED = (
        "given_names",
        "family_name",
        "known_as",
        "former_names",
        "born_on",
        "died_on",
        "sex",
        "nhs_number",
        "phone",
        "other_phone",
        "email",
        "address",
        "gp_name",
        "gp_practice",
        "emergency_name",
        "emergency_relation",
        "emergency_phone",
        "occupation",
        "sport",
        "dominant_side",
        "medicines",
        "allergies",
        "past_history",
    )
    # Read and written by those alone who read cases.
    CLINICAL = ("medicines", "allergies", "past_history")

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
            models.CheckConstraint(
                condition=Q(died_on=None) | Q(died_on__gte=F("born_on")), name="patient_dies_after_the_birth"
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None, archived_by=None)
                | Q(archived_at__isnull=False, archived_by__isnull=False),
                name="patient_archived_at_and_archived_by_go_together",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="patient_is_not_merged_into_itself"),
        ]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="patient_lists_by_name"),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="patient_search_by_parts"),
            GinIndex(OpClass(F("sort_name"), name="gin_trgm_ops"), name="patient_search_by_near_name"),
            models.Index(fields=["born_on"], name="patient_search_by_birth"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_name}"

    @property
    def survivor(self) -> Patient:
        """The record that is used for this person."""
        return self.merged_into or self

    @property
    def nhs_last4(self) -> str:
        return self.nhs_number[-4:] if self.nhs_number else ""

    @property
    def nhs_spaced(self) -> str:
        return spaced(self.nhs_number) if self.nhs_number else ""

    def as_person(self) -> Person:
        """What tells whether two records are of one person."""
        return Person(
            given_name=self.given_names,
            family_name=self.family_name,
            born_on=self.born_on,
            former_names=tuple(self.former_names),
            known_as=self.known_as,
            nhs_number=self.nhs_number or "",
            phones=tuple(filter(None, (self.phone, self.other_phone))),
        )

    def age_on(self, day: date) -> int:
        return age_on(self.born_on, day)
