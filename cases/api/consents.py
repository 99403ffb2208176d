"""What patients agreed to, and took back."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers

from cases.actions.consents import NewConsent, give_consent, withdraw_consent
from cases.api.examples import CASE, PATIENT, ROW, STAFF
from cases.models import Case, Consent, ConsentForm, ConsentKind, GivenBy, Patient
from cases.queries.gone import gone_with_patient
from clinic.actions.permissions import allows
from clinic.api.fields import FlagField, IdField, StrictSerializer, TextField
from clinic.api.filters import by_choice, by_flag, by_id
from clinic.api.resources import Act, Addable, Detail, Told, pointed_at
from clinic.api.shapes import MaybeField, Out
from clinic.models import StaffMember
from clinic.rules.permissions import Permission


class ConsentIn(StrictSerializer):
    """A consent as it is given. One to a higher-risk treatment names its modality, and no other does."""

    patient = IdField()
    case = IdField(required=False, allow_null=True)
    kind = serializers.ChoiceField(ConsentKind.choices)
    modality = TextField(max_length=60, required=False, allow_null=True)
    form = serializers.ChoiceField(ConsentForm.choices)
    given_by = serializers.ChoiceField(GivenBy.choices, required=False)
    given_on = serializers.DateField(required=False, allow_null=True, help_text="Today, if not said.")
    has_capacity = FlagField(required=False)
    discussed = TextField(max_length=20000, required=False, allow_null=True)
    leaflet = TextField(max_length=200, required=False, allow_null=True)

    EXAMPLE = {"patient": PATIENT, "kind": "RESEARCH_AUDIT", "form": "WRITTEN", "given_on": "2026-09-07"}


class WithdrawIn(StrictSerializer):
    """A reason is not owed."""

    reason = TextField(max_length=500, required=False, allow_blank=True)

    EXAMPLE = {"reason": "Changed her mind"}


class ConsentOut(Out):
    """A consent, and since when it is taken back."""

    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    case = serializers.UUIDField(source="case_id", allow_null=True)
    kind = serializers.ChoiceField(ConsentKind.choices)
    modality = MaybeField(source="modality_code", help_text="Of a higher-risk treatment.")
    form = serializers.ChoiceField(ConsentForm.choices)
    given_by = serializers.ChoiceField(GivenBy.choices)
    given_on = serializers.DateField()
    has_capacity = serializers.BooleanField()
    discussed = MaybeField()
    leaflet = MaybeField()
    taken_by = serializers.UUIDField(source="taken_by_id")
    withdrawn_on = serializers.DateField(source="withdrawal.withdrawn_on", allow_null=True)

    EXAMPLE = {
        "id": ROW,
        "patient": PATIENT,
        "case": CASE,
        "kind": "RESEARCH_AUDIT",
        "modality": None,
        "form": "WRITTEN",
        "given_by": "PATIENT",
        "given_on": "2026-09-07",
        "has_capacity": True,
        "discussed": None,
        "leaflet": None,
        "taken_by": STAFF,
        "withdrawn_on": None,
    }


class OfConsents:
    """What the list and the one consent have in common."""

    noun, one, scope, detail, patient = "consents", "consent", "cases", "api_consent", "patient"
    model, out = Consent, ConsentOut

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        """With the patient, to those who read cases."""
        if not allows(by, Permission.CASE_READ):
            return Consent.objects.none()
        return Consent.objects.filter(patient__in=Patient.objects.visible_to(by))

    def gone(self, ids: list[UUID], by: StaffMember) -> dict[UUID, Told]:
        return gone_with_patient(Consent.objects.filter(pk__in=ids), by, "patient")


class Consents(OfConsents, Addable):
    """What patients agreed to, and took back; for keys that may also read cases."""

    into = ConsentIn
    filters = {
        "patient": by_id("patient_id"),
        "case": by_id("case_id"),
        "kind": by_choice("kind", ConsentKind.values),
        "in_force": by_flag("withdrawal__isnull"),
    }
    orderings = ("pk", "given_on")
    is_followed = True

    def add(self, told: Told, by: StaffMember) -> Consent:
        patient = pointed_at(
            Patient.objects.visible_to(by).select_related("site", "merged_into"), told.pop("patient"), "patient"
        )
        case = told.pop("case", None)
        if case is not None:
            case = pointed_at(Case.objects.visible_to(by).filter(patient=patient), case, "case")
        known = {name: value for name, value in told.items() if value is not None}
        known["modality_code"] = known.pop("modality", "")
        return give_consent(patient=patient, told=NewConsent(**known), by=by, case=case)


class OneConsent(OfConsents, Detail):
    """One consent."""


class WithdrawConsent(OfConsents, Act):
    """Note that a patient takes a consent back today."""

    into, asks_version = WithdrawIn, False

    def do(self, row: Consent, version: int, told: Told, by: StaffMember) -> Any:
        return withdraw_consent(consent=row, by=by, reason=told.get("reason", ""))
