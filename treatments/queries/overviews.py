"""What the page of a case says beside its progress, asked in the statement that finds the case."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from cases.models import Case, CaseStep, EarlierVisit, Goal, RedFlagCheck, StepKind
from treatments.models import Letter, LetterStatus, Screening, ScreeningAnswer, Session, SessionDocument
from treatments.queries.progress import story_of


def overview_of(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with `screened_on` and `clear_until` (when the first "no" of the last answers runs out), `flags_asked_on`,
    `unsigned_letters`, `photograph_count` and `earlier_visit_count`; the last `discharge` {on, outcome}; `goals_told`,
    each {text, target, due_on, state}.
    """
    return story_of(cases).annotate(
        screened_on=Subquery(
            Screening.objects.filter(case=OuterRef("pk")).order_by("-asked_on").values("asked_on")[:1]
        ),
        clear_until=Subquery(last_answers().filter(is_yes=False).order_by("valid_until").values("valid_until")[:1]),
        flags_asked_on=Subquery(
            RedFlagCheck.objects.filter(case=OuterRef("pk")).order_by("-created_at", "-id").values("asked_on")[:1]
        ),
        unsigned_letters=counted(Letter.objects.filter(case=OuterRef("pk"), status=LetterStatus.DRAFT)),
        photograph_count=counted(
            SessionDocument.objects.that_count().filter(
                case=OuterRef("pk"), session__in=Session.objects.in_force().filter(case=OuterRef("case"))
            )
        ),
        earlier_visit_count=counted(EarlierVisit.objects.filter(case=OuterRef("pk"))),
        discharge=Subquery(
            CaseStep.objects.filter(case=OuterRef("pk"), kind=StepKind.DISCHARGED)
            .order_by("-created_at", "-id")
            .values(told=JSONObject(on="on", outcome="outcome"))[:1]
        ),
        goals_told=ArraySubquery(
            Goal.objects.filter(case=OuterRef("pk")).values(
                told=JSONObject(text="text", target="target", due_on="due_on", state="state")
            )
        ),
    )


def last_answers() -> QuerySet[ScreeningAnswer]:
    """Of each question of the outer case the answer that was given last."""
    given_later = ScreeningAnswer.objects.filter(
        Q(screening__asked_on__gt=OuterRef("screening__asked_on"))
        | Q(screening__asked_on=OuterRef("screening__asked_on"), id__gt=OuterRef("id")),
        screening__case=OuterRef("screening__case"),
        question_code=OuterRef("question_code"),
    )
    return ScreeningAnswer.objects.filter(~Exists(given_later), screening__case=OuterRef("pk"))


def counted(rows: QuerySet) -> Subquery:
    return Subquery(rows.order_by().values("case").annotate(count=Count("pk")).values("count"))
