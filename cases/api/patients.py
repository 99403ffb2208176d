"""The people who are treated: registered, found, corrected, put away."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions.merges import merge_patients, unmerge_patient
from cases.actions.patients import LikelyDuplicate, archive_patient, change_patient, register_patient, restore_patient
from cases.api.examples import OTHER, PATIENT, SITE
from cases.models import DominantSide, Patient, Sex
from cases.queries.gone import gone_patients
from cases.queries.merges import used_patient
from clinic import audit
from clinic.api.fields import FlagField, IdField, StrictSerializer, TextField
from clinic.api.filters import by_day, by_id
from clinic.api.resources import Act, Addable, Changeable, Told, pointed_at, same_version, version_of
from clinic.api.shapes import EtagField, MaybeField, Out
from clinic.errors import RuleBroken
from clinic.models import AuditEvent, Site, StaffMember
from clinic.rules.permissions import Permission


class PatientOut(Out):
    """A person as registered."""

    id = serializers.UUIDField()
    given_names = serializers.CharField()
    family_name = serializers.CharField()
    known_as = MaybeField()
    former_names = serializers.ListField(child=serializers.CharField())
    born_on = serializers.DateField()
    died_on = serializers.DateField(allow_null=True)
    sex = serializers.ChoiceField(Sex.choices)
    nhs_number = MaybeField(help_text="Ten digits.")
    phone = MaybeField()
    other_phone = MaybeField()
    email = MaybeField()
    address = MaybeField()
    gp_name = MaybeField()
    gp_practice = MaybeField()
    emergency_name = MaybeField()
    emergency_relation = MaybeField()
    emergency_phone = MaybeField()
    occupation = MaybeField()
    sport = MaybeField()
    dominant_side = serializers.ChoiceField(DominantSide.choices)
    site = serializers.UUIDField(source="site_id", help_text="Where the person is registered.")
    archived_at = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.UUIDField(source="merged_into_id", allow_null=True)
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": PATIENT,
        "given_names": "Martin",
        "family_name": "Ellery",
        "known_as": None,
        "former_names": [],
        "born_on": "1974-02-11",
        "died_on": None,
        "sex": "MALE",
        "nhs_number": None,
        "phone": "020 7946 0101",
        "other_phone": None,
        "email": None,
        "address": None,
        "gp_name": None,
        "gp_practice": None,
        "emergency_name": None,
        "emergency_relation": None,
        "emergency_phone": None,
        "occupation": "Surveyor",
        "sport": "Running",
        "dominant_side": "RIGHT",
        "site": SITE,
        "archived_at": None,
        "merged_into": None,
        "etag": "1",
        "updated_at": "2026-09-07T10:15:00Z",
    }


class ClinicalPatientOut(PatientOut):
    """A person as registered, with what those who read cases may know."""

    medicines = MaybeField()
    allergies = MaybeField()
    past_history = MaybeField()

    EXAMPLE = {**PatientOut.EXAMPLE, "medicines": None, "allergies": None, "past_history": "Torn in 2014"}


def maybe(longest: int, **kwargs: Any) -> TextField:
    return TextField(max_length=longest, required=False, allow_blank=True, allow_null=True, **kwargs)


class PatientPatch(StrictSerializer):
    """What is known of a person; null takes it back. `medicines`, `allergies` and `past_history` ask for cases."""

    given_names = TextField(max_length=100)
    family_name = TextField(max_length=100)
    born_on = serializers.DateField()
    died_on = serializers.DateField(required=False, allow_null=True)
    sex = serializers.ChoiceField(Sex.choices, required=False)
    nhs_number = maybe(20)
    known_as = maybe(100)
    former_names = serializers.ListField(child=TextField(max_length=100), required=False, max_length=10)
    phone = maybe(40)
    other_phone = maybe(40)
    email = serializers.EmailField(required=False, allow_blank=True, allow_null=True, max_length=254)
    address = maybe(1000)
    gp_name = maybe(200)
    gp_practice = maybe(200)
    emergency_name = maybe(200)
    emergency_relation = maybe(100)
    emergency_phone = maybe(40)
    occupation = maybe(200)
    sport = maybe(200)
    dominant_side = serializers.ChoiceField(DominantSide.choices, required=False)
    medicines = maybe(5000)
    allergies = maybe(5000)
    past_history = maybe(20000)

    EXAMPLE: Told = {"phone": "020 7946 0199"}


class PatientIn(PatientPatch):
    """A registration. Where somebody on record looks like this person it is refused until one has looked."""

    site = IdField(help_text="One of your own sites.")
    confirm_not_duplicate = FlagField(required=False, default=False)

    EXAMPLE = {
        "given_names": "Martin",
        "family_name": "Ellery",
        "born_on": "1974-02-11",
        "sex": "MALE",
        "site": SITE,
    }


class OfPatients:
    """What the list and the one patient have in common."""

    noun, one, scope, detail, patient = "patients", "patient", "patients", "api_patient", ""
    model, out = Patient, PatientOut

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        """A key that may only create sees what it created."""
        rows = Patient.objects.visible_to(by)
        came = audit.origin.get()
        if came.limits is None or Permission.PATIENT_READ in came.limits:
            return rows
        made = AuditEvent.objects.filter(action="patient.registered", api_key_id=came.api_key_id)
        return rows.filter(pk__in=made.values("row_id"))


class Patients(OfPatients, Addable):
    """The people whom the key's owner may see, but those who are archived or merged into another record."""

    scopes = {"GET": "patients:read", "POST": ("patients:write", "patients:create")}
    into = PatientIn
    filters = {"site": by_id("site_id"), "born_on": by_day("born_on")}
    asked = {"search": "Parts of names, NHS number, telephone or date of birth; archived records too."}
    orderings = ("sort_name", "updated_at", "pk")
    is_followed = True

    def listed(self, by: StaffMember) -> QuerySet[Any]:
        return self.visible(by).current()

    def rows(self, request: Request) -> QuerySet[Any]:
        search = request.query_params.get("search", "").strip()[:100]
        return self.visible(request.user).found_as(search) if search else self.listed(request.user)

    def gone(self, ids: list[UUID], by: StaffMember) -> dict[UUID, Told]:
        return gone_patients(ids, by)

    def add(self, told: Told, by: StaffMember) -> Patient:
        return add_patient(self, told, by)


def add_patient(noun: OfPatients, told: Told, by: StaffMember) -> Patient:
    """Registers a person. Raises RuleBroken (422) with the ids of those who look like them."""
    site = pointed_at(Site.objects.filter(pk__in=by.site_ids), told.pop("site"), "site")
    is_another = told.pop("confirm_not_duplicate")
    try:
        return register_patient(by=by, site=site, is_another=is_another, **written(told))
    except LikelyDuplicate as no:
        seen = noun.visible(by).filter(pk__in=[like.patient.pk for like in no.found if like.patient])
        told_so = RuleBroken(no.code, no.message)
        told_so.more = {"candidates": [str(pk) for pk in seen.values_list("pk", flat=True)]}
        raise told_so from no


class OfOnePatient(OfPatients):
    """A record that is merged leads to the one that is used."""

    leads_on = True

    def answer(self, row: UUID, by: StaffMember, code: int = 200) -> Response:
        response: Response = super().answer(row, by, code)  # type: ignore[misc]
        if response.data["merged_into"]:
            used_patient(self.visible(by), row)
        return response

    def found(self, pk: UUID, by: StaffMember) -> Patient:
        return used_patient(self.visible(by), pk)


class OnePatient(OfOnePatient, Changeable):
    """One person; a record that is merged answers with the address of the one that is used."""

    scopes = {"GET": ("patients:read", "patients:create"), "PATCH": "patients:write"}
    patch_with = PatientPatch

    def change(self, row: Patient, version: int, told: Told, by: StaffMember) -> Patient:
        return change_patient(patient=row, version=version, changes=written(told), by=by)


class Archive(OfOnePatient, Act):
    """Put a record away: it leaves the list, is still found by a search, and can be restored."""

    scopes = {"POST": "admin"}

    def do(self, row: Patient, version: int, told: Told, by: StaffMember) -> Patient:
        same_version(row, version)
        return archive_patient(patient=row, by=by)


class Restore(OfOnePatient, Act):
    """Take an archived record back into the list."""

    scopes = {"POST": "admin"}

    def do(self, row: Patient, version: int, told: Told, by: StaffMember) -> Patient:
        same_version(row, version)
        return restore_patient(patient=row, by=by)


class MergeIn(StrictSerializer):
    """`other` is merged into the patient of the address, whose version goes as If-Match. Where the two differ,
    `chosen` says of each member whose value counts: KEPT or OTHER.
    """

    other = IdField()
    other_etag = TextField(max_length=9)
    chosen = serializers.DictField(child=TextField(max_length=10), required=False)

    EXAMPLE: Told = {"other": OTHER, "other_etag": "3", "chosen": {"phone": "OTHER"}}


class Merge(OfOnePatient, Act):
    """Merge another record of the same person into this one."""

    scopes = {"POST": "admin"}
    into = MergeIn

    def do(self, row: Patient, version: int, told: Told, by: StaffMember) -> Any:
        other = pointed_at(self.visible(by), told["other"], "other")
        versions = (version, version_of(told["other_etag"]))
        return merge_patients(kept=row, other=other, versions=versions, by=by, chosen=told.get("chosen"))


class UnmergeIn(StrictSerializer):
    """The version of the record that was kept; the merged one's goes as If-Match. `moves` are rows made since the
    merge that go with the record that is taken apart.
    """

    kept_etag = TextField(max_length=9)
    moves = serializers.ListField(child=IdField(), required=False, max_length=1000)

    EXAMPLE: Told = {"kept_etag": "4"}


class Unmerge(OfPatients, Act):
    """Take a merged record apart from the one that is used."""

    scopes = {"POST": "admin"}
    into = UnmergeIn

    def do(self, row: Patient, version: int, told: Told, by: StaffMember) -> Any:
        versions = (version_of(told["kept_etag"]), version)
        return unmerge_patient(patient=row, versions=versions, by=by, moves=told.get("moves", ()))


def written(told: Told) -> Told:
    """Columns hold "" where nothing is known, but numbers and days null."""
    return {name: "" if value is None and name not in ("died_on",) else value for name, value in told.items()}
