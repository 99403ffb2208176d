"""Questions that need more than one statement: names that are nearly right, and who may be somebody already."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction

from cases.models import Patient
from cases.models.patient_sets import PatientQuerySet, plain_text
from cases.rules.identity import Likeness, Person, likely_duplicates

NEAR = 0.33  # word similarity of trigrams: one wrong letter of six leaves 0.4
MOST = 50


@contextmanager
def forgiving() -> Iterator[None]:
    """Within it, near names are looked for more forgivingly than the database does by itself."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(NEAR)])
        yield


def nearly_called(rows: PatientQuerySet, text: str) -> list[Patient]:
    """Those of the rows whose names are nearly what was typed, the nearest first; fifty at most."""
    nearness = TrigramWordSimilarity(plain_text(text[:50]), "search_text")
    with forgiving():
        return list(
            rows.resembling(text).select_related("merged_into").order_by(nearness.desc(), "sort_name", "id")[:MOST]
        )


def maybe_known(person: Person, *, but: Patient | None = None) -> list[tuple[Patient, Likeness]]:
    """Everybody on record, archived or elsewhere, who is likely to be this person, the likeliest first."""
    with forgiving():
        rows = Patient.objects.maybe(person).select_related("site", "merged_into").exclude(pk=but.pk if but else None)
        candidates = [(row, row.as_person()) for row in rows[: 4 * MOST]]
    return likely_duplicates(person, candidates)
