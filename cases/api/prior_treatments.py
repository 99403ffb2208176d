"""What was tried before, or elsewhere."""

from rest_framework import serializers

from cases.actions.prior_treatments import NewPriorTreatment, add_prior_treatment
from cases.api.examples import CASE, ROW, VERSION
from cases.api.fields import ImpreciseDateIn, ImpreciseDateOut
from cases.api.nouns import OfCases, case_of
from cases.models import Benefit, PriorTreatment
from clinic.api.fields import CountField, IdField, StrictSerializer, TextField
from clinic.api.filters import by_choice, by_code, by_id
from clinic.api.resources import Addable, Detail, Told
from clinic.api.shapes import CodeField, EtagField, MaybeField, Out
from clinic.models import StaffMember

WORDS = {"max_length": 200, "required": False, "allow_null": True}
DOMAIN = {"choices": Benefit.choices, "required": False, "allow_null": True}


class PriorTreatmentIn(StrictSerializer):
    """A treatment elsewhere: its kind by a code of the catalogue, and what is known of it."""

    case = IdField()
    kind = TextField(max_length=60)
    detail = TextField(**WORDS)
    sessions = CountField(required=False, allow_null=True, min_value=1, max_value=500)
    dose = TextField(**WORDS)
    started = ImpreciseDateIn(required=False, allow_null=True)
    ended = ImpreciseDateIn(required=False, allow_null=True)
    provider = TextField(**WORDS)
    benefit = serializers.ChoiceField(Benefit.choices, required=False)
    benefit_pain = serializers.ChoiceField(**DOMAIN)
    benefit_range = serializers.ChoiceField(**DOMAIN)
    benefit_flexibility = serializers.ChoiceField(**DOMAIN)

    EXAMPLE = {"case": CASE, "kind": "SHOCKWAVE_ELSEWHERE", "sessions": 10, "started": "2023", "benefit": "NONE"}


class PriorTreatmentOut(Out):
    """A treatment elsewhere, and what it did."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    kind = CodeField(source="kind_id")
    kind_display = serializers.CharField(source="kind.label")
    detail = MaybeField()
    sessions = serializers.IntegerField(allow_null=True)
    dose = MaybeField()
    started = ImpreciseDateOut("started")
    ended = ImpreciseDateOut("ended")
    provider = MaybeField()
    benefit = serializers.ChoiceField(Benefit.choices)
    benefit_pain = MaybeField()
    benefit_range = MaybeField()
    benefit_flexibility = MaybeField()
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": ROW,
        "case": CASE,
        "kind": "SHOCKWAVE_ELSEWHERE",
        "kind_display": "Shockwave therapy",
        "detail": None,
        "sessions": 10,
        "dose": None,
        "started": "2023",
        "ended": None,
        "provider": None,
        "benefit": "NONE",
        "benefit_pain": None,
        "benefit_range": None,
        "benefit_flexibility": None,
        **VERSION,
    }


class OfPriorTreatments(OfCases):
    """What the list and the one treatment have in common."""

    noun, one, scope, detail = "prior treatments", "prior treatment", "cases", "api_prior_treatment"
    model, out = PriorTreatment, PriorTreatmentOut


class PriorTreatments(OfPriorTreatments, Addable):
    """What was tried before us, or elsewhere during our course."""

    into = PriorTreatmentIn
    filters = {"case": by_id("case_id"), "kind": by_code("kind"), "benefit": by_choice("benefit", Benefit.values)}
    is_followed = True

    def add(self, told: Told, by: StaffMember) -> PriorTreatment:
        case = case_of(told, by)
        known = {name: value for name, value in told.items() if value is not None and name != "case"}
        return add_prior_treatment(case=case, prior=NewPriorTreatment(**known), by=by)


class OnePriorTreatment(OfPriorTreatments, Detail):
    """One treatment elsewhere."""
