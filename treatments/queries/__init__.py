"""Questions that span nouns: what waits for somebody, how a case goes, and what the screening says of it."""

from treatments.queries.letter_parts import last_with_exercises
from treatments.queries.letters import addressed_to, compose, consent_to_share, contact_of
from treatments.queries.plans import (
    Finding,
    PlanState,
    aims_of,
    corrected_since,
    findings_of,
    plan_of,
    reviews_due,
    state_of,
)
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
    "Today",
    "addressed_to",
    "aims_of",
    "answers_of",
    "compose",
    "consent_to_share",
    "contact_of",
    "corrected_since",
    "day_of",
    "findings_of",
    "last_asked",
    "last_with_exercises",
    "left_by",
    "modalities_of",
    "offered",
    "plan_of",
    "progress_of",
    "reviews_due",
    "screened",
    "sentence_of",
    "series_of",
    "state_of",
    "story_of",
    "today_of",
]
