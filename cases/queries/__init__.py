"""Questions that need more than one statement: who may be somebody already, and how a deposit changes."""

from cases.queries.history_imports import history_imports_of
from cases.queries.patients import forgiving, maybe_known, nearly_called
from cases.queries.pictures import Course, Seen, Worklist, courses_of, pictures_of, studies_of, worklist_of

__all__ = [
    "Course",
    "Seen",
    "Worklist",
    "courses_of",
    "forgiving",
    "history_imports_of",
    "maybe_known",
    "nearly_called",
    "pictures_of",
    "studies_of",
    "worklist_of",
]
