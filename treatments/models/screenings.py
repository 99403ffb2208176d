"""What was asked before treatment, when and by whom; once completed it is never changed."""

from django.db import models
from django.db.models import Func, Q

from cases.models import Case, imprecise
from clinic.models import StaffMember
from clinic.models.records import Entry
from treatments.models.contraindications import ScreeningQuestion


class ScreeningKind(models.TextChoices):
    ASKED = "ASKED", "asked"
    UNCHANGED = "UNCHANGED", "nothing has changed"


class Screening(Entry):
    """The contraindication questions, asked at a time; or the one question whether anything has changed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="screenings")
    kind = models.CharField(max_length=10, choices=ScreeningKind, default=ScreeningKind.ASKED)
    asked_on = models.DateField()
    asked_by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+")
    # The transaction that made it: its answers come with it, or not at all.
    made_in = models.BigIntegerField(db_default=Func(function="txid_current"), editable=False)

    PERSONAL = frozenset({"asked_on", "asked_by"})
    PLAIN = frozenset({"case", "kind", "made_in"})

    class Meta:
        indexes = [models.Index(fields=["case", "asked_on"], name="screening_of_a_case_in_order")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.asked_on}"


class ScreeningAnswer(Entry):
    """What was said to one question. What was not asked has no row: it is never "no"."""

    screening = models.ForeignKey(Screening, models.PROTECT, related_name="answers")
    question = models.ForeignKey(
        ScreeningQuestion, models.PROTECT, to_field="key", db_column="question_key", related_name="+"
    )
    question_code = models.CharField(max_length=60)
    is_yes = models.BooleanField()
    since_on = models.DateField(null=True, blank=True)
    since_precision = imprecise.precision_field()
    places = models.JSONField(default=list, blank=True)
    weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    detail = models.TextField(blank=True, default="")
    valid_until = models.DateField()

    PERSONAL = frozenset(
        {
            "question",
            "question_code",
            "is_yes",
            "since_on",
            "since_precision",
            "places",
            "weeks",
            "detail",
            "valid_until",
        }
    )
    PLAIN = frozenset({"screening"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["screening", "question_code"], name="screening_asks_each_question_once"),
            imprecise.known_together("since_on", "since_precision", "answer_date_and_its_precision_go_together"),
            models.CheckConstraint(
                condition=Q(is_yes=True) | Q(since_on=None, weeks=None, places=[]), name="a_no_has_no_date_and_no_place"
            ),
            models.CheckConstraint(condition=Q(weeks=None) | Q(weeks__lte=45), name="answer_weeks_are_possible"),
        ]

    def __str__(self) -> str:
        return f"{self.question_code}: {'yes' if self.is_yes else 'no'}"
