"""Whatever people edit has a history, which the database keeps by itself."""

from typing import Any

import pytest
from django.db import connection

from clinic.models import Record
from tests.house.test_house import OURS

# Columns that leave no history, and why.
EXEMPT: dict[str, set[str]] = {
    "clinic_staffmember": {"password", "last_login"},  # secret; written at each login
    "clinic_apikey": {"digest"},  # secret
    "clinic_invitation": {"digest"},  # secret
    "cases_patient": {"search_text", "sort_name"},  # computed from the others
    "cases_patientimport": {"text", "outcome"},  # a file on its way in, thrown away by design
    "cases_historyimport": {"text", "outcome"},  # the same
    "treatments_session": {"draft", "draft_version", "draft_saved_at"},  # typed over all the time, with a counter
    "treatments_letter": {"content"},  # the same, until it is signed; then it never changes
}
RECORDS = [m for m in OURS if issubclass(m, Record)]


@pytest.mark.django_db
@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m._meta.label)
def test_every_record_keeps_its_history(model: Any) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgenabled, proname, tgargs FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid"
            " WHERE tgrelid = %s::regclass AND tgname = 'z_keeps_history' AND tgtype = 17",  # after update, each row
            [table],
        )
        found = cursor.fetchall()
    assert len(found) == 1
    enabled, function, told = found[0]
    left_out = {name for name in bytes(told).decode().split("\0") if name}
    assert (enabled, function) == ("A", "clinic_keep_history")
    assert left_out == {"updated_at", "version"} | EXEMPT.get(table, set())


def test_what_is_exempt_is_there() -> None:
    columns = {m._meta.db_table: {f.column for f in m._meta.fields} for m in RECORDS}
    assert all(exempt <= columns[table] for table, exempt in EXEMPT.items())
