"""What can be measured, with its error and what matters; loaded from treatments/catalogue/measures.toml."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cases.models.catalogues import PLAIN_DEFINITION
from clinic.models.records import Definition
from treatments.rules.measures import Grade, MeasureRule, Sides
from treatments.rules.progress import Scale
from treatments.rules.progress import Threshold as ThresholdRule


class Measure(Definition):
    """One version of a measure, such as knee-to-wall distance in cm."""

    short_label = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, default="")
    scale = models.CharField(max_length=10, choices=[(s, s) for s in Scale], default=Scale.NUMBER)
    unit = models.CharField(max_length=20, blank=True, default="")
    direction = models.SmallIntegerField()
    hard_min = models.DecimalField(max_digits=10, decimal_places=3)
    hard_max = models.DecimalField(max_digits=10, decimal_places=3)
    usual_min = models.DecimalField(max_digits=10, decimal_places=3, null=True)
    usual_max = models.DecimalField(max_digits=10, decimal_places=3, null=True)
    step = models.DecimalField(max_digits=10, decimal_places=3)
    neutral = models.DecimalField(max_digits=10, decimal_places=3, null=True)
    sides = models.CharField(max_length=10, choices=[(s, s) for s in Sides])
    regions: ArrayField = ArrayField(models.CharField(max_length=60), default=list)
    contexts: ArrayField = ArrayField(models.CharField(max_length=30), default=list)
    licence = models.CharField(max_length=20)

    PLAIN = PLAIN_DEFINITION | {
        "short_label",
        "kind",
        "scale",
        "neutral",
        "regions",
        "unit",
        "direction",
        "hard_min",
        "hard_max",
        "usual_min",
        "usual_max",
        "step",
        "sides",
        "contexts",
        "licence",
    }
    PARTS = ("thresholds",)

    class Meta(Definition.Meta):
        constraints = [
            models.UniqueConstraint(fields=["key", "hard_min", "hard_max"], name="measure_key_comes_with_its_limits"),
            models.CheckConstraint(condition=Q(hard_min__lt=F("hard_max")), name="measure_limits_are_in_order"),
            models.CheckConstraint(condition=Q(direction__in=(-1, 0, 1)), name="measure_direction_is_known"),
            models.CheckConstraint(condition=Q(step__gt=0), name="measure_step_is_positive"),
        ]

    def as_rule(self) -> MeasureRule:
        return MeasureRule(
            code=self.code,
            key=self.key,
            label=self.label,
            short_label=self.short_label,
            unit=self.unit,
            direction=self.direction,
            hard_min=self.hard_min,
            hard_max=self.hard_max,
            step=self.step,
            sides=Sides(self.sides),
            contexts=tuple(self.contexts),
            thresholds=tuple(t.as_rule() for t in self.thresholds.all()),
            scale=Scale(self.scale),
            neutral=self.neutral,
            grades=tuple(Grade(g["code"], g["label"]) for g in self.content.get("grades", ())),
            regions=tuple(self.regions),
        )


class MeasureSet(Definition):
    """The least that is measured in a region; treatments.rules.shapes.MeasureSet is the shape of its content."""

    PLAIN = PLAIN_DEFINITION


class Threshold(models.Model):
    """How large a change of a measure must be: beyond its error (MDC), or to matter (MIC), in whom."""

    measure = models.ForeignKey(
        Measure, models.PROTECT, to_field="key", db_column="measure_key", related_name="thresholds"
    )
    kind = models.CharField(max_length=3, choices=[("MDC", "MDC"), ("MIC", "MIC")])
    value = models.DecimalField(max_digits=10, decimal_places=3)
    low = models.DecimalField(max_digits=10, decimal_places=3, null=True)
    is_percent = models.BooleanField(default=False)
    measurers = models.CharField(max_length=10, blank=True, default="")
    population = models.CharField(max_length=200)
    timeframe = models.CharField(max_length=60, blank=True, default="")
    method = models.CharField(max_length=60, blank=True, default="")
    source = models.TextField()
    certainty = models.CharField(max_length=20)
    is_default = models.BooleanField(default=False)

    PERSONAL: frozenset[str] = frozenset()
    PLAIN = frozenset(
        {
            "measure",
            "kind",
            "value",
            "low",
            "is_percent",
            "measurers",
            "population",
            "timeframe",
            "method",
            "source",
            "certainty",
            "is_default",
        }
    )
    APP_MAY = "SELECT"

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(value__gt=0), name="threshold_is_positive"),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(population=""), name="threshold_names_source_and_population"
            ),
            models.UniqueConstraint(
                fields=["measure", "kind"],
                condition=Q(is_default=True),
                name="measure_has_one_default_threshold_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.kind} {self.value}"

    def as_rule(self) -> ThresholdRule:
        return ThresholdRule(
            kind=self.kind,
            value=self.value,
            population=self.population,
            certainty=self.certainty,
            is_default=self.is_default,
            is_percent=self.is_percent,
            between_measurers=self.measurers == "BETWEEN",
        )
