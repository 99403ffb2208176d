"""One problem of one patient, from the first assessment to discharge."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from cases.models import imprecise
from cases.models.patients import Patient
from cases.rules.imprecise_dates import ImpreciseDate
from clinic.models.records import Entry, Record
from clinic.models.sites import Site
from clinic.models.staff import StaffMember
from clinic.rules.permissions import Permission


class CaseStatus(models.TextChoices):
    OPEN = "OPEN", "open"
    ON_HOLD = "ON_HOLD", "on hold"
    DISCHARGED = "DISCHARGED", "discharged"


class CaseQuerySet(models.QuerySet["Case"]):
    """Subsets of cases in the clinic's words."""

    def visible_to(self, staff: StaffMember) -> CaseQuerySet:
        """Cases at, or of patients registered at, one of this person's sites; none for those who read no cases."""
        if not staff.may(Permission.CASE_READ):
            return self.none()
        here = staff.site_ids
        return self.filter(Q(site__in=here) | Q(patient__site__in=here))

    def open(self) -> CaseQuerySet:
        return self.filter(status=CaseStatus.OPEN)

    def led_by(self, staff: StaffMember) -> CaseQuerySet:
        return self.filter(lead=staff)


class Case(Record):
    """One problem of one patient. `number` is what people say on the telephone: 2026-0042."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="cases")
    number = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=200)
    site = models.ForeignKey(Site, models.PROTECT, related_name="cases")
    lead = models.ForeignKey(StaffMember, models.PROTECT, related_name="cases_led")
    opened_on = models.DateField()
    referral = models.CharField(max_length=200, blank=True, default="")
    history = models.TextField(blank=True, default="")
    onset_on = models.DateField(null=True, blank=True)
    onset_precision = imprecise.precision_field()
    status = models.CharField(max_length=10, choices=CaseStatus, default=CaseStatus.OPEN)

    objects = CaseQuerySet.as_manager()
    PERSONAL = frozenset({"title", "referral", "history", "onset_on", "onset_precision"})
    PLAIN = frozenset({"patient", "number", "site", "lead", "opened_on", "status"})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="case_has_a_title"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{4}-[0-9]{4,}$"), name="case_number_is_year_and_count"
            ),
            imprecise.known_together("onset_on", "onset_precision", "case_onset_and_its_precision_go_together"),
        ]
        indexes = [
            models.Index(fields=["patient", "-opened_on"], name="case_of_a_patient_newest_first"),
            models.Index(fields=["lead"], name="case_open_of_its_lead", condition=~Q(status="DISCHARGED")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def onset(self) -> ImpreciseDate | None:
        return imprecise.read(self, "onset")

    def weeks_open(self, today: date) -> int:
        return (today - self.opened_on).days // 7


class CaseCounter(models.Model):
    """The last number given in a year; one locked row a year."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    PERSONAL: frozenset[str] = frozenset()
    PLAIN = frozenset({"year", "last"})
    APP_MAY = "SELECT, INSERT, UPDATE"

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class KeyMeasure(Entry):
    """One of the one to four measures that are asked at each visit of a case.

    The measure is a name: the catalogue of measures lives on the floor above.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="key_measures")
    position = models.PositiveSmallIntegerField()
    measure_code = models.CharField(max_length=60)
    context = models.CharField(max_length=30, blank=True, default="")
    side = models.CharField(max_length=10, blank=True, default="")

    PERSONAL = frozenset({"measure_code", "context", "side"})
    PLAIN = frozenset({"case", "position"})

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(position__range=(1, 4)), name="case_has_at_most_four_key_measures"),
            models.UniqueConstraint(fields=["case", "position"], name="case_has_one_key_measure_at_each_place"),
            models.UniqueConstraint(
                fields=["case", "measure_code", "context", "side"], name="case_asks_each_key_measure_once"
            ),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.measure_code, self.context, self.side]))
