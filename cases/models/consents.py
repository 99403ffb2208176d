"""What a patient agreed to, and took back."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from cases.models.cases import Case
from cases.models.merges import Merge
from cases.models.patients import Patient
from clinic.models.records import Entry
from clinic.models.staff import StaffMember


class ConsentKind(models.TextChoices):
    TREATMENT = "TREATMENT", "treatment"
    INTIMATE_AREA = "INTIMATE_AREA", "intimate area"
    HIGHER_RISK_MODALITY = "HIGHER_RISK_MODALITY", "higher-risk treatment"
    INFORMATION_SHARING_GP = "INFORMATION_SHARING_GP", "information to the GP"
    INFORMATION_SHARING_INSURER = "INFORMATION_SHARING_INSURER", "information to the insurer"
    PHOTO = "PHOTO", "photographs"
    RESEARCH_AUDIT = "RESEARCH_AUDIT", "research and audit"
    CHAPERONE = "CHAPERONE", "chaperone"


class ConsentForm(models.TextChoices):
    VERBAL = "VERBAL", "said"
    WRITTEN = "WRITTEN", "written"
    ELECTRONIC = "ELECTRONIC", "electronic"
    IMPLIED = "IMPLIED", "implied"


class GivenBy(models.TextChoices):
    PATIENT = "PATIENT", "the patient"
    PARENT = "PARENT", "a parent"
    LPA = "LPA", "an attorney (LPA)"
    BEST_INTERESTS = "BEST_INTERESTS", "best-interests decision"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self) -> ConsentQuerySet:
        return self.filter(withdrawal=None)

    def of_person(self, patient: Patient) -> ConsentQuerySet:
        """Those of this patient, whichever of their merged records they were given in."""
        return self.filter(patient__in=Patient.objects.one_with(patient).values("pk"))

    def counting_for(self, patient: Patient) -> ConsentQuerySet:
        """What this person agrees to. Of merged records the stricter counts: what was withdrawn in one, and not given
        again there, is not agreed to by a consent of another, unless that was given after they were merged.
        """
        merged = Merge.objects.in_force().filter(Q(other=OuterRef("consent__patient")) | Q(other=OuterRef("at")))
        given_again = Consent.objects.in_force().filter(
            patient=OuterRef("consent__patient"),
            kind=OuterRef("consent__kind"),
            modality_code=OuterRef("consent__modality_code"),
            created_at__gt=OuterRef("created_at"),
        )
        taken_back = ConsentWithdrawal.objects.filter(
            consent__patient__in=Patient.objects.one_with(patient).values("pk"),
            consent__kind=OuterRef("kind"),
            consent__modality_code=OuterRef("modality_code"),
        ).exclude(consent__patient=OuterRef("patient"))
        still = taken_back.alias(at=OuterRef("patient"), given_at=OuterRef("created_at")).filter(
            ~Exists(given_again), Exists(merged.filter(created_at__gte=OuterRef("given_at")))
        )
        return self.in_force().of_person(patient).filter(~Exists(still))


class Consent(Entry):
    """A consent as it was given: for what, how, by whom, what was discussed, with which leaflet."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="consents")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="consents")
    kind = models.CharField(max_length=30, choices=ConsentKind)
    # For a higher-risk treatment: the code of the modality, which the floor above knows.
    modality_code = models.CharField(max_length=60, blank=True, default="")
    form = models.CharField(max_length=12, choices=ConsentForm)
    given_by = models.CharField(max_length=15, choices=GivenBy, default=GivenBy.PATIENT)
    given_on = models.DateField()
    has_capacity = models.BooleanField(default=True)
    discussed = models.TextField(blank=True, default="")
    leaflet = models.CharField(max_length=200, blank=True, default="")
    taken_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    objects = ConsentQuerySet.as_manager()
    PERSONAL = frozenset(
        {"kind", "modality_code", "form", "given_by", "given_on", "has_capacity", "discussed", "leaflet"}
    )
    PLAIN = frozenset({"patient", "case", "taken_by"})

    class Meta:
        ordering = ["-given_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="HIGHER_RISK_MODALITY") & ~Q(modality_code=""))
                | (~Q(kind="HIGHER_RISK_MODALITY") & Q(modality_code="")),
                name="consent_to_a_higher_risk_treatment_names_it",
            ),
            models.CheckConstraint(
                condition=Q(has_capacity=True) | ~Q(given_by="PATIENT"),
                name="consent_without_capacity_is_given_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ConsentWithdrawal(Entry):
    """A consent was taken back: it stays readable, and holds no more."""

    consent = models.OneToOneField(Consent, models.PROTECT, related_name="withdrawal")
    withdrawn_on = models.DateField()
    reason = models.CharField(max_length=500, blank=True, default="")
    noted_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")

    PERSONAL = frozenset({"withdrawn_on", "reason"})
    PLAIN = frozenset({"consent", "noted_by"})

    def __str__(self) -> str:
        return f"{self.consent_id} {self.withdrawn_on}"
