"""What the clinic knows about problems and their past: loaded from cases/catalogue/*.toml."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from clinic.models.records import Definition

PLAIN_DEFINITION = frozenset(
    {"code", "key", "label", "source", "certainty", "content", "content_sha256", "position", "retired_on"}
)


class BodyRegion(Definition):
    """A region of the body in which a problem can be."""

    PLAIN = PLAIN_DEFINITION


class Structure(Definition):
    """A tendon, muscle, joint …: what is injured or treated. Without a region it can be anywhere."""

    kind = models.CharField(max_length=20)
    region_code = models.CharField(max_length=60, blank=True, default="")

    PLAIN = PLAIN_DEFINITION | {"kind", "region_code"}


class Term(Definition):
    """A member of a short list: a mechanism, a phase, a factor, a zone, a view, a calibration …"""

    list = models.CharField(max_length=30)
    family = models.CharField(max_length=60, blank=True, default="")

    PLAIN = PLAIN_DEFINITION | {"list", "family"}


class Pathology(Definition):
    """A diagnosis of which we know the kind: a calcification or an adhesion. `icd10` is the code offered first."""

    kind = models.CharField(max_length=20)
    icd10 = models.CharField(max_length=10, blank=True, default="")

    PLAIN = PLAIN_DEFINITION | {"kind", "icd10"}


class Classification(Definition):
    """A scheme of grades for a finding; cases.rules.catalogues.Classification says where it fits."""

    PLAIN = PLAIN_DEFINITION


class PriorTreatmentKind(Definition):
    """What may have been tried before; names the modalities of ours that would repeat it."""

    repeats_modalities: ArrayField = ArrayField(models.CharField(max_length=60), default=list)

    PLAIN = PLAIN_DEFINITION | {"repeats_modalities"}


class RedFlagKind(Definition):
    """A sign of something serious; EMERGENCY withholds treatments until an action is recorded."""

    urgency = models.CharField(max_length=20)

    PLAIN = PLAIN_DEFINITION | {"urgency"}
