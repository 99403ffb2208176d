"""One problem of one patient, from the first assessment to discharge."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cases.models import imprecise
from cases.models.patients import Patient
from cases.models.reach import reach
from cases.rules.imprecise_dates import ImpreciseDate
from clinic.models.records import Entry, Record
from clinic.models.sites import Site
from clinic.models.staff import StaffMember
from clinic.rules.permissions import Permission


class CaseStatus(models.TextChoices):
    OPEN = "OPEN", "open"
    ON_HOLD = "ON_HOLD", "on hold"
    DISCHARGED = "DISCHARGED", "discharged"


class CaseOutcome(models.TextChoices):
    """How a case ended."""

    GOALS_MET = "GOALS_MET", "goals met"
    GOALS_PARTLY_MET = "GOALS_PARTLY_MET", "goals partly met"
    PLATEAU = "PLATEAU", "no further change"
    NON_RESPONDER = "NON_RESPONDER", "no benefit"
    REFERRED_ON = "REFERRED_ON", "referred on"
    CONTRAINDICATED = "CONTRAINDICATED", "treatment not possible"
    PATIENT_CHOICE = "PATIENT_CHOICE", "patient’s choice"
    DID_NOT_RETURN = "DID_NOT_RETURN", "did not return"
    OTHER = "OTHER", "other"


class CaseQuerySet(models.QuerySet["Case"]):
    """Subsets of cases in the clinic's words."""

    def visible_to(self, staff: StaffMember) -> CaseQuerySet:
        """Cases at, or of patients registered at, one of this person's sites; none for those who read no cases."""
        if not staff.may(Permission.CASE_READ):
            return self.none()
        here = staff.site_ids
        return self.filter(reach(staff, Q(site__in=here) | Q(patient__site__in=here), "patient"))

    def open(self) -> CaseQuerySet:
        return self.filter(status=CaseStatus.OPEN)

    def not_discharged(self) -> CaseQuerySet:
        return self.exclude(status=CaseStatus.DISCHARGED)

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
    factors: ArrayField = ArrayField(models.CharField(max_length=70), default=list, blank=True)
    continues = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="continued_by")
    status = models.CharField(max_length=10, choices=CaseStatus, default=CaseStatus.OPEN)

    objects = CaseQuerySet.as_manager()
    PERSONAL = frozenset({"title", "referral", "history", "onset_on", "onset_precision", "factors"})
    PLAIN = frozenset({"patient", "number", "site", "lead", "opened_on", "status", "continues"})

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="case_has_a_title"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{4}-[0-9]{4,}$"), name="case_number_is_year_and_count"
            ),
            imprecise.known_together("onset_on", "onset_precision", "case_onset_and_its_precision_go_together"),
            models.CheckConstraint(
                condition=Q(status__in=["OPEN", "ON_HOLD", "DISCHARGED"]), name="case_status_is_known"
            ),
            models.CheckConstraint(condition=~Q(continues=F("id")), name="case_does_not_continue_itself"),
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


class StepKind(models.TextChoices):
    HELD = "HELD", "put on hold"
    RESUMED = "RESUMED", "taken up again"
    DISCHARGED = "DISCHARGED", "discharged"
    REOPENED = "REOPENED", "reopened"
    HANDED_OVER = "HANDED_OVER", "handed over"


class CaseStep(Entry):
    """A change of a case's state: what, why, by whom. The case's `status` is where the last one led."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=StepKind)
    on = models.DateField()
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")
    outcome = models.CharField(max_length=20, choices=CaseOutcome, blank=True, default="")
    new_lead = models.ForeignKey(StaffMember, models.PROTECT, null=True, blank=True, related_name="+")

    PERSONAL = frozenset({"kind", "on", "by", "reason", "outcome", "new_lead"})
    PLAIN = frozenset({"case"})

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="DISCHARGED") & ~Q(outcome="")) | (~Q(kind="DISCHARGED") & Q(outcome="")),
                name="case_step_of_discharge_says_its_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") | Q(kind__in=["RESUMED", "DISCHARGED", "HANDED_OVER"]),
                name="case_step_of_hold_or_reopening_says_why",
            ),
            models.CheckConstraint(
                condition=Q(kind="HANDED_OVER", new_lead__isnull=False) | (~Q(kind="HANDED_OVER") & Q(new_lead=None)),
                name="case_step_of_handing_over_says_to_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class GoalState(models.TextChoices):
    OPEN = "OPEN", "open"
    MET = "MET", "met"
    PARTLY_MET = "PARTLY_MET", "partly met"
    NOT_MET = "NOT_MET", "not met"
    DROPPED = "DROPPED", "dropped"


class Goal(Record):
    """What the patient wants to be able to do, how one knows, and by when."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="goals")
    text = models.CharField(max_length=300)
    target = models.CharField(max_length=200, blank=True, default="")
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=GoalState, default=GoalState.OPEN)

    PERSONAL = frozenset({"text", "target", "due_on", "state"})
    PLAIN = frozenset({"case"})

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="goal_says_what_is_wanted")]

    def __str__(self) -> str:
        return self.text


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
