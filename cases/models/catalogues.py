"""What the clinic knows about problems and their past: loaded from cases/catalogue/*.toml."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from clinic.models.records import Definition

PLAIN_DEFINITION = frozenset(
    {"code", "key", "label", "source", "certainty", "content_sha256", "position", "retired_on"}
)


class BodyRegion(Definition):
    """A region of the body in which a problem can be."""

    PLAIN = PLAIN_DEFINITION


class Pathology(Definition):
    """A diagnosis of which we know the kind: a calcification or an adhesion."""

    kind = models.CharField(max_length=20)
    icd10 = models.CharField(max_length=10, blank=True, default="")

    PLAIN = PLAIN_DEFINITION | {"kind", "icd10"}


class PriorTreatmentKind(Definition):
    """What may have been tried before; names the modalities of ours that would repeat it."""

    repeats_modalities: ArrayField = ArrayField(models.CharField(max_length=60), default=list)

    PLAIN = PLAIN_DEFINITION | {"repeats_modalities"}
