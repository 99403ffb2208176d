"""Problems of patients, from the first assessment to discharge."""

from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from rest_framework import serializers

from cases.actions.case_steps import hold_case, link_case, reopen_case, resume_case
from cases.actions.cases import AskedMeasure, NewInjury, start_case
from cases.actions.goals import NewGoal
from cases.actions.prior_treatments import NewPriorTreatment
from cases.actions.red_flags import NewRedFlag
from cases.api.examples import CASE, OTHER, PATIENT, SITE, STAFF, VERSION
from cases.api.fields import ImpreciseDateIn, ImpreciseDateOut
from cases.api.goals import GoalIn
from cases.api.injuries import InjuryIn
from cases.api.nouns import OfCases
from cases.api.patients import OfPatients
from cases.api.prior_treatments import PriorTreatmentIn
from cases.models import Case, CaseStatus, KeyMeasure, Patient
from clinic.api.fields import FlagField, IdField, StrictSerializer, TextField
from clinic.api.filters import by_choice, by_day, by_id, by_text
from clinic.api.resources import Act, Addable, Changeable, Told, pointed_at, same_version
from clinic.api.shapes import EtagField, MaybeField, Out
from clinic.models import Site, StaffMember


class KeyMeasureIn(StrictSerializer):
    """A measure that is asked at each visit; in a context and of a side where it has one."""

    measure = TextField(max_length=60)
    context = TextField(max_length=30, required=False, allow_null=True)
    side = TextField(max_length=10, required=False, allow_null=True)


class KeyMeasureOut(serializers.Serializer[object]):
    """A measure that is asked at each visit."""

    measure = serializers.CharField()
    context = serializers.CharField(allow_null=True)
    side = serializers.CharField(allow_null=True)


class KeyMeasuresField(serializers.ListField):
    """The measures of a case, in their order."""

    child = KeyMeasureOut()

    @staticmethod
    def made(rows: list[dict[str, str]]) -> list[dict[str, str | None]]:
        return [{name: value or None for name, value in row.items()} for row in rows]


class CausesField(serializers.ListField):
    """Codes of the catalogue."""

    child = serializers.CharField()

    @staticmethod
    def made(keys: list[str]) -> list[str]:
        return [key.split("@")[0] for key in keys]


class CaseOut(Out):
    """One problem of one patient. What is wrong is under `/injuries/`."""

    id = serializers.UUIDField()
    patient = serializers.UUIDField(source="patient_id")
    number = serializers.CharField(help_text="What people say on the telephone.")
    title = serializers.CharField()
    status = serializers.ChoiceField(CaseStatus.choices)
    site = serializers.UUIDField(source="site_id")
    lead = serializers.UUIDField(source="lead_id", help_text="The physiotherapist who leads it.")
    opened_on = serializers.DateField()
    onset = ImpreciseDateOut("onset")
    referral = MaybeField()
    history = MaybeField()
    factors = CausesField(help_text="What may have caused it: codes of the catalogue.")
    continues = serializers.UUIDField(source="continues_id", allow_null=True, help_text="An earlier case.")
    key_measures = KeyMeasuresField(source="measures_asked")
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": CASE,
        "patient": PATIENT,
        "number": "2026-0042",
        "title": "Right: calcific insertional Achilles tendinopathy",
        "status": "OPEN",
        "site": SITE,
        "lead": STAFF,
        "opened_on": "2026-09-07",
        "onset": "2022-03",
        "referral": None,
        "history": "Tear in 2014, two operations.",
        "factors": [],
        "continues": None,
        "key_measures": [{"measure": "VISA_A", "context": None, "side": "RIGHT"}],
        **VERSION,
    }


class RedFlagIn(StrictSerializer):
    """A sign of something serious: there or not; what is done about it, and who was told."""

    kind = TextField(max_length=60)
    is_present = FlagField()
    action = TextField(max_length=500, required=False)
    told = TextField(max_length=200, required=False)


class InjuryOfCaseIn(InjuryIn):
    """What is wrong."""


class PriorTreatmentOfCaseIn(PriorTreatmentIn):
    """What was tried before."""

    case = None  # type: ignore[assignment]


class GoalOfCaseIn(GoalIn):
    """What the patient wants to reach."""

    case = None  # type: ignore[assignment]


class CaseIn(StrictSerializer):
    """A case with what is wrong, its past and the measures to ask; all of it is stored, or nothing."""

    patient = IdField()
    site = IdField(help_text="One of your own sites.")
    injuries = InjuryOfCaseIn(many=True)
    title = TextField(max_length=200, required=False, help_text="Without one it is called after its first injury.")
    prior_treatments = PriorTreatmentOfCaseIn(many=True, required=False)
    key_measures = KeyMeasureIn(many=True, required=False)
    red_flags = RedFlagIn(many=True, required=False)
    goals = GoalOfCaseIn(many=True, required=False)
    factors = serializers.ListField(child=TextField(max_length=60), required=False, max_length=50)
    continues = IdField(required=False, allow_null=True, help_text="An earlier case of the same patient.")
    onset = ImpreciseDateIn(required=False, allow_null=True)
    history = TextField(max_length=20000, required=False, allow_blank=True)
    referral = TextField(max_length=200, required=False, allow_blank=True)
    opened_on = serializers.DateField(required=False)

    EXAMPLE = {
        "patient": PATIENT,
        "site": SITE,
        "injuries": [InjuryIn.EXAMPLE],
        "onset": "2022-03",
        "key_measures": [{"measure": "VISA_A", "side": "RIGHT"}],
    }


class LinkIn(StrictSerializer):
    """Which earlier case of the patient this one continues; null takes the link away."""

    continues = IdField(allow_null=True)

    EXAMPLE = {"continues": OTHER}


class ReasonIn(StrictSerializer):
    """Why."""

    reason = TextField(max_length=2000)

    EXAMPLE = {"reason": "Away until March"}


class OfAllCases(OfCases):
    """What the list and the one case have in common."""

    noun, one, scope, detail, patient = "cases", "case", "cases", "api_case", "patient"
    model, out = Case, CaseOut

    def visible(self, by: StaffMember) -> QuerySet[Case]:
        asked = KeyMeasure.objects.filter(case=OuterRef("pk")).order_by("position")
        told = asked.values(told=JSONObject(measure="measure_code", context="context", side="side"))
        return Case.objects.visible_to(by).annotate(measures_asked=ArraySubquery(told))


class Cases(OfAllCases, Addable):
    """Problems of patients, open and discharged."""

    into = CaseIn
    filters = {
        "patient": by_id("patient_id"),
        "site": by_id("site_id"),
        "lead": by_id("lead_id"),
        "status": by_choice("status", CaseStatus.values),
        "number": by_text("number", 12),
        "opened_on_after": by_day("opened_on__gt"),
        "opened_on_before": by_day("opened_on__lt"),
    }
    expands = {"patient": OfPatients, "continues": OfAllCases}
    orderings = ("pk", "opened_on", "updated_at", "number")
    is_followed = True

    def add(self, told: Told, by: StaffMember) -> Case:
        patient = pointed_at(Patient.objects.visible_to(by), told.pop("patient"), "patient")
        site = pointed_at(Site.objects.filter(pk__in=by.site_ids), told.pop("site"), "site")
        earlier: UUID | None = told.pop("continues", None)
        asked = [
            AskedMeasure(m["measure"], m.get("context") or "", m.get("side") or "")
            for m in told.pop("key_measures", [])
        ]
        parts = {
            "injuries": [NewInjury(**filled(one)) for one in told.pop("injuries")],
            "prior_treatments": [NewPriorTreatment(**filled(one)) for one in told.pop("prior_treatments", [])],
            "red_flags": [NewRedFlag(**one) for one in told.pop("red_flags", [])],
            "goals": [NewGoal(**filled(one)) for one in told.pop("goals", [])],
        }
        continues = earlier and pointed_at(Case.objects.visible_to(by), earlier, "continues")
        return start_case(patient=patient, site=site, by=by, continues=continues, key_measures=asked, **parts, **told)


class OneCase(OfAllCases, Changeable):
    """One case. Which earlier one it continues can be changed; its state by what is done to it."""

    patch_with = LinkIn

    def change(self, row: Case, version: int, told: Told, by: StaffMember) -> Case:
        same_version(row, version)
        if "continues" not in told:
            return row
        earlier = told["continues"]
        return link_case(
            case=row, earlier=earlier and pointed_at(Case.objects.visible_to(by), earlier, "continues"), by=by
        )


class HoldCase(OfAllCases, Act):
    """Put a case on hold."""

    into = ReasonIn

    def do(self, row: Case, version: int, told: Told, by: StaffMember) -> Case:
        same_version(row, version)
        return hold_case(case=row, reason=told["reason"], by=by)


class ResumeCase(OfAllCases, Act):
    """Take a case on hold up again."""

    def do(self, row: Case, version: int, told: Told, by: StaffMember) -> Case:
        same_version(row, version)
        return resume_case(case=row, by=by)


class ReopenCase(OfAllCases, Act):
    """Reopen a discharged case."""

    into = ReasonIn

    def do(self, row: Case, version: int, told: Told, by: StaffMember) -> Case:
        same_version(row, version)
        return reopen_case(case=row, reason=told["reason"], by=by)


def filled(told: Told) -> Told:
    """Without what is null: an action's defaults say what is not known."""
    return {name: value for name, value in told.items() if value is not None}
