"""Questions that span nouns: what waits for somebody, how a case goes, and what the screening says of it."""

from treatments.queries.plans import Finding, PlanState, corrected_since, findings_of, plan_of, reviews_due
from treatments.queries.prefill import PLANNED, Offer, Offered, offered
from treatments.queries.progress import (
    Dose,
    Lane,
    Point,
    Progress,
    Series,
    modalities_of,
    progress_of,
    sentence_of,
    series_of,
    story_of,
)
from treatments.queries.screenings import Clearance, Screened, answers_of, last_asked, screened
from treatments.queries.staff import Left, left_by
from treatments.queries.surroundings import (
    BlockSpan,
    Event,
    Happening,
    Picture,
    Reviewed,
    Surroundings,
    surroundings_of,
)
from treatments.queries.today import Expected, Today, day_of, today_of

__all__ = [
    "PLANNED",
    "BlockSpan",
    "Clearance",
    "Dose",
    "Event",
    "Expected",
    "Finding",
    "Happening",
    "Lane",
    "Left",
    "Offer",
    "Offered",
    "Picture",
    "PlanState",
    "Point",
    "Progress",
    "Reviewed",
    "Screened",
    "Series",
    "Surroundings",
    "Today",
    "answers_of",
    "corrected_since",
    "day_of",
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
    "surroundings_of",
    "today_of",
]
