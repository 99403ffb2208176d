from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_physio, staff
from treatments.actions.snippets import add_snippet, archive_snippet, change_snippet
from treatments.models import Snippet

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


def test_a_snippet_is_added_changed_and_taken_away(by: StaffMember) -> None:
    row = add_snippet(short=" .NAD ", text="Nothing abnormal.\r\nAs before.\n", by=by)
    assert (row.short, row.text) == ("nad", "Nothing abnormal.\nAs before.")
    row = change_snippet(snippet=row, short="nad", text="Nothing new", version=1, by=by)
    assert Snippet.objects.of(by).get().text == "Nothing new"
    with pytest.raises(Stale):
        change_snippet(snippet=row, short="nad", text="Late", version=1, by=by)
    archive_snippet(snippet=row, by=by)
    assert not Snippet.objects.of(by).exists()
    with pytest.raises(RuleBroken, match="taken away already"):
        archive_snippet(snippet=row, by=by)
    assert add_snippet(short="nad", text="Again", by=by).pk != row.pk
    assert AuditEvent.objects.filter(action__startswith="snippet.").count() == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"short": ""}, "short"),
        ({"short": "two words"}, "short"),
        ({"short": "é"}, "short"),
        ({"short": "-x"}, "short"),
        ({"short": "x" * 21}, "short"),
        ({"text": " \n "}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"short": "taken"}, "short"),
    ],
)
def test_what_is_no_snippet(by: StaffMember, change: dict[str, str], field: str) -> None:
    add_snippet(short="taken", text="x", by=by)
    mine = add_snippet(short="mine", text="x", by=by)
    told: Any = {"short": "new", "text": "x", **change}
    for refused in (
        lambda: add_snippet(**told, by=by),
        lambda: change_snippet(snippet=mine, **told, version=1, by=by),
    ):
        with pytest.raises(RuleBroken) as no:
            refused()
        assert no.value.field == field


def test_each_has_their_own(by: StaffMember) -> None:
    mine = add_snippet(short="nad", text="x", by=by)
    colleague = a_physio()
    add_snippet(short="nad", text="y", by=colleague)
    for theirs in (
        lambda: change_snippet(snippet=mine, short="nad", text="z", version=1, by=colleague),
        lambda: archive_snippet(snippet=mine, by=colleague),
        lambda: add_snippet(short="x", text="x", by=staff(Role.RECEPTIONIST)),
    ):
        with pytest.raises(NotAllowed):
            theirs()
    assert Snippet.objects.of(by).get().text == "x"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM treatments_snippet",
        "TRUNCATE treatments_snippet",
        "UPDATE treatments_snippet SET text = 'x'",
        "UPDATE treatments_snippet SET short = 'Not One', version = version + 1",
        "UPDATE treatments_snippet SET owner_id = (SELECT id FROM clinic_staffmember WHERE id <> owner_id LIMIT 1), version = version + 1",
    ],
)
def test_the_database_guards_them(by: StaffMember, statement: str) -> None:
    add_snippet(short="nad", text="y", by=by)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
