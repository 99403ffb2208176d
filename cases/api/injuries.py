"""What is wrong in a case, and where."""

from rest_framework import serializers

from cases.actions.cases import NewInjury
from cases.actions.injuries import add_injury
from cases.api.examples import CASE, ROW, VERSION
from cases.api.nouns import OfCases, case_of
from cases.models import Injury, InjuryKind, Side
from clinic.api.fields import IdField, StrictSerializer, TextField
from clinic.api.filters import by_choice, by_code, by_id
from clinic.api.resources import Addable, Detail, Told
from clinic.api.shapes import CodeField, EtagField, MaybeField, Out
from clinic.models import StaffMember


class InjuryIn(StrictSerializer):
    """What is wrong: codes of the catalogues, or a diagnosis in words."""

    kind = serializers.ChoiceField(InjuryKind.choices)
    region = TextField(max_length=60)
    side = serializers.ChoiceField(Side.choices)
    pathology = TextField(max_length=60, required=False, allow_null=True)
    diagnosis = TextField(max_length=300, required=False, allow_null=True)
    structure = TextField(max_length=60, required=False, allow_null=True)
    zone = TextField(max_length=60, required=False, allow_null=True)
    mechanism = TextField(max_length=60, required=False, allow_null=True)

    EXAMPLE = {
        "kind": "CALCIFICATION",
        "region": "REG_ANKLE",
        "side": "RIGHT",
        "diagnosis": "Calcified Achilles insertion",
    }


class InjuryOut(Out):
    """One thing that is wrong."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    position = serializers.IntegerField(help_text="1 is what the case is about first.")
    kind = serializers.ChoiceField(InjuryKind.choices)
    pathology = CodeField(source="pathology_id", allow_null=True)
    diagnosis = MaybeField(help_text="In words, where it is not of the catalogue.")
    region = CodeField(source="region_id")
    region_display = serializers.CharField(source="region.label")
    side = serializers.ChoiceField(Side.choices)
    structure = CodeField(source="structure_id", allow_null=True)
    zone = CodeField(source="zone_id", allow_null=True)
    mechanism = CodeField(source="mechanism_id", allow_null=True)
    icd10 = MaybeField()
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": ROW,
        "case": CASE,
        "position": 1,
        "kind": "CALCIFICATION",
        "pathology": None,
        "diagnosis": "Calcified Achilles insertion",
        "region": "REG_ANKLE",
        "region_display": "Ankle",
        "side": "RIGHT",
        "structure": None,
        "zone": None,
        "mechanism": None,
        "icd10": None,
        **VERSION,
    }


class OfInjuries(OfCases):
    """What the list and the one injury have in common."""

    noun, one, scope, detail = "injuries", "injury", "cases", "api_injury"
    model, out = Injury, InjuryOut


class AnotherInjuryIn(InjuryIn):
    """One more injury of a case."""

    case = IdField()

    EXAMPLE = {"case": CASE, **InjuryIn.EXAMPLE}


class Injuries(OfInjuries, Addable):
    """What is wrong: the first with its case, others as they are found."""

    into = AnotherInjuryIn

    filters = {
        "case": by_id("case_id"),
        "kind": by_choice("kind", InjuryKind.values),
        "pathology": by_code("pathology"),
        "region": by_code("region"),
    }
    is_followed = True

    def add(self, told: Told, by: StaffMember) -> Injury:
        case = case_of(told, by)
        known = {name: value for name, value in told.items() if value is not None and name != "case"}
        return add_injury(case=case, injury=NewInjury(**known), by=by)


class OneInjury(OfInjuries, Detail):
    """One thing that is wrong."""
