"""Questions that span nouns: what waits for somebody, how a case goes, and what the screening says of it."""

from treatments.queries.plans import Finding, PlanState, ended_plans, findings_of, plan_of, reviews_due
from treatments.queries.prefill import PLANNED, Offer, Offered, offered
from treatments.queries.progress import (
    Dose,
    Lane,
    Point,
    Progress,
    Series,
    Sum,
    modalities_of,
    progress_of,
    sentence_of,
    series_of,
    story_of,
)
from treatments.queries.screenings import Clearance, Screened, answers_of, last_asked, screened
from treatments.queries.staff import Left, left_by
from treatments.queries.today import Expected, Today, day_of, today_of

__all__ = [
    "PLANNED",
    "Clearance",
    "Dose",
    "Expected",
    "Finding",
    "Lane",
    "Left",
    "Offer",
    "Offered",
    "PlanState",
    "Point",
    "Progress",
    "Screened",
    "Series",
    "Sum",
    "Today",
    "answers_of",
    "day_of",
    "ended_plans",
    "findings_of",
    "last_asked",
    "left_by",
    "modalities_of",
    "offered",
    "plan_of",
    "progress_of",
    "reviews_due",
    "screened",
    "sentence_of",
    "series_of",
    "story_of",
    "today_of",
]
