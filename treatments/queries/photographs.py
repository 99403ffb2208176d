"""The photographs of a case, as they are looked at."""

from collections.abc import Iterable
from itertools import groupby

from django.db.models import QuerySet

from cases.models import Case
from treatments.models import Session, SessionDocument


def photographs_of(session: Session) -> QuerySet[SessionDocument]:
    """Those of one note, in the order in which they were taken; without what was taken away."""
    return session.photographs.that_count().select_related("document__region")


def visits_with_photographs(case: Case) -> list[tuple[Session, list[SessionDocument]]]:
    """The signed visits of a case in which photographs were taken, newest first, in one statement."""
    rows = SessionDocument.objects.that_count().filter(case=case, session__in=Session.objects.in_force())
    found: Iterable[SessionDocument] = rows.select_related("session", "document__region").order_by(
        "-session__occurred_on", "-session__signed_at", "session", "created_at", "id"
    )
    return [(photographs[0].session, photographs) for photographs in by_session(found)]


def by_session(rows: Iterable[SessionDocument]) -> list[list[SessionDocument]]:
    return [list(group) for _, group in groupby(rows, key=lambda row: row.session_id)]
