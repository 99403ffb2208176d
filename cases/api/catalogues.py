"""The catalogues of problems and their past."""

from typing import Any

from rest_framework import serializers

from cases.models import BodyRegion, Classification, Pathology, PriorTreatmentKind, RedFlagKind, Structure, Term
from clinic.api.catalogues import Catalogue, EntryOut
from clinic.api.filters import by_text
from clinic.api.shapes import MaybeField


class PathologyOut(EntryOut):
    """A diagnosis of which we know the kind."""

    kind = serializers.CharField(help_text="CALCIFICATION or ADHESION.")
    icd10 = MaybeField()

    EXAMPLE: dict[str, Any] = {**EntryOut.EXAMPLE, "kind": "CALCIFICATION", "icd10": "M65.2"}


class StructureOut(EntryOut):
    """A tendon, muscle or joint."""

    kind = serializers.CharField()
    region = MaybeField(source="region_code", help_text="Null: it can be anywhere.")

    EXAMPLE: dict[str, Any] = {**EntryOut.EXAMPLE, "kind": "TENDON", "region": "REG_ANKLE"}


class TermOut(EntryOut):
    """A member of a short list: a mechanism, a phase, a view, a calibration."""

    list = serializers.CharField()
    family = MaybeField()

    EXAMPLE: dict[str, Any] = {**EntryOut.EXAMPLE, "list": "VIEW", "family": None}


class PriorTreatmentKindOut(EntryOut):
    """What may have been tried before; `repeats` are the modalities of ours that would repeat it."""

    repeats = serializers.ListField(child=serializers.CharField(), source="repeats_modalities")

    EXAMPLE: dict[str, Any] = {**EntryOut.EXAMPLE, "repeats": ["RSWT"]}


class RedFlagKindOut(EntryOut):
    """A sign of something serious."""

    urgency = serializers.CharField()

    EXAMPLE: dict[str, Any] = {**EntryOut.EXAMPLE, "urgency": "EMERGENCY"}


class Pathologies(Catalogue):
    """Diagnoses."""

    noun, model, out = "pathologies", Pathology, PathologyOut
    filters = {**Catalogue.filters, "kind": by_text("kind", 20)}


class Structures(Catalogue):
    """Tendons, muscles, joints."""

    noun, model, out = "structures", Structure, StructureOut
    filters = {**Catalogue.filters, "region": by_text("region_code", 60)}


class Regions(Catalogue):
    """Regions of the body."""

    noun, model = "body regions", BodyRegion


class Terms(Catalogue):
    """Members of short lists."""

    noun, model, out = "terms", Term, TermOut
    filters = {**Catalogue.filters, "list": by_text("list", 30)}


class PriorTreatmentKinds(Catalogue):
    """What may have been tried before."""

    noun, model, out = "prior treatment kinds", PriorTreatmentKind, PriorTreatmentKindOut


class RedFlagKinds(Catalogue):
    """Signs of something serious."""

    noun, model, out = "red flag kinds", RedFlagKind, RedFlagKindOut


class Classifications(Catalogue):
    """Schemes of grades for what is found on a picture."""

    noun, model = "classifications", Classification
