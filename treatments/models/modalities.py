"""What can be done to a patient, with the parameters of its dose; loaded from treatments/catalogue/modalities.toml."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cases.models.catalogues import PLAIN_DEFINITION
from clinic.models.records import Definition
from treatments.rules.dosage import Kind, ModalityRule, ParameterRule
from treatments.rules.shapes import NO_COLUMN


class Modality(Definition):
    """One version of a modality, such as radial shockwave."""

    group = models.CharField(max_length=30)
    who_may = models.CharField(max_length=20)

    PLAIN = PLAIN_DEFINITION | {"group", "who_may"}
    PARTS = ("parameters",)

    @property
    def column(self) -> str:
        """Its column of the contraindications; empty where no rule is held."""
        column = self.content.get("column", NO_COLUMN)
        return "" if column == NO_COLUMN else str(column)

    def as_rule(self) -> ModalityRule:
        return ModalityRule(
            code=self.code,
            key=self.key,
            label=self.label,
            group=self.group,
            column=self.column,
            total=self.content.get("total", ""),
            parameters=tuple(p.as_rule() for p in self.parameters.all()),
        )


class ModalityParameter(models.Model):
    """One parameter of a modality's dose: its unit, usual range, hard limits or choices."""

    modality = models.ForeignKey(
        Modality, models.PROTECT, to_field="key", db_column="modality_key", related_name="parameters"
    )
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    label = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=[(k, k) for k in Kind])
    unit = models.CharField(max_length=20, blank=True, default="")
    usual_min = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    usual_max = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    hard_min = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    hard_max = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    choices: ArrayField = ArrayField(models.CharField(max_length=60), default=list)
    is_required = models.BooleanField(default=False)
    in_sentence = models.BooleanField(default=False)

    PERSONAL: frozenset[str] = frozenset()
    PLAIN = frozenset(
        {
            "modality",
            "position",
            "code",
            "label",
            "kind",
            "unit",
            "usual_min",
            "usual_max",
            "hard_min",
            "hard_max",
            "choices",
            "is_required",
            "in_sentence",
        }
    )
    APP_MAY = "SELECT"

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["modality", "code"], name="modality_names_each_parameter_once"),
            models.CheckConstraint(
                condition=Q(usual_min=None) | Q(hard_min=None) | Q(usual_min__gte=F("hard_min")),
                name="parameter_usual_minimum_is_not_below_the_hard_one",
            ),
            models.CheckConstraint(
                condition=Q(usual_max=None) | Q(hard_max=None) | Q(usual_max__lte=F("hard_max")),
                name="parameter_usual_maximum_is_not_above_the_hard_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.modality_id} {self.code}"

    def as_rule(self) -> ParameterRule:
        return ParameterRule(
            code=self.code,
            label=self.label,
            kind=Kind(self.kind),
            unit=self.unit,
            usual_min=self.usual_min,
            usual_max=self.usual_max,
            hard_min=self.hard_min,
            hard_max=self.hard_max,
            choices=tuple(self.choices),
            is_required=self.is_required,
            in_sentence=self.in_sentence,
        )
