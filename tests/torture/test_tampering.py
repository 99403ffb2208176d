"""Somebody whom no guard stops alters the log and the record, in every way that we know of: each alteration is found."""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import Error as DatabaseError
from django.db import connection, transaction

from cases.actions.patients import change_patient
from clinic.database import embedded
from clinic.models.seals import columns_of
from tests.clinic.management.commands.test_verify_audit import head_kept, verified
from tests.databases import administer, drop, grant_connect, named
from tests.factories.records import a_patient, a_physio
from tests.factories.tampering import needs_a_superuser, tamper, tamperings, wait_until_settled
from treatments.queries.verification import KINDS, Checked, verify_records

pytestmark = [pytest.mark.torture, needs_a_superuser]
SHARE = float(os.environ.get("TORTURE_SHARE", "1"))
ROUNDS = max(1, round(5 * SHARE))  # of some forty tamperings each


def test_every_alteration_of_the_log_is_found(
    own_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by = a_physio()
    patient = a_patient(by)
    for n in range(1, 13):
        change_patient(patient=patient, version=n, changes={"phone": f"020 {n}"}, by=by)
    wait_until_settled()
    assert verified()[0] == 0
    heads = head_kept(tmp_path)
    missed, seen = [], Counter[str]()
    for n in range(1, ROUNDS + 1):
        for done in tamperings(n):
            copy = f"{own_database}_copy"
            connection.close()
            administer(f'CREATE DATABASE "{copy}" TEMPLATE "{own_database}"')
            grant_connect(copy)
            try:
                with named(copy):
                    tamper(copy, *done.statements)
                    wait_until_settled()
                    alone, with_head = verified()[0], verified("--heads", heads)[0]
            finally:
                drop(copy)
            seen["by the chain" if alone else "by the exported head alone" if with_head else "not at all"] += 1
            if not with_head or bool(alone) is done.needs_head:
                missed.append((n, done.name, alone, with_head))
    with capsys.disabled():
        print(f" {seen.total()} tamperings of the log: {dict(seen)}", end=" ")  # noqa: T201
    assert missed == []


def altered(column: str, kind: str) -> str:
    """Another value of the same type."""
    if kind in ("text", "character varying"):
        return f"coalesce({column}, '') || 'x'"
    return {
        "uuid": "gen_random_uuid()",
        "boolean": f"NOT coalesce({column}, false)",
        "date": f"coalesce({column}, current_date) - 1",
        "time without time zone": f"coalesce({column}, '09:00') + interval '1 minute'",
        "timestamp with time zone": f"coalesce({column}, now()) + interval '1 microsecond'",
        "jsonb": f"CASE jsonb_typeof({column}) WHEN 'array' THEN {column} || '[1]' ELSE {column} || '{{\"x\": 1}}' END",
    }.get(kind, f"coalesce({column}, 0) + 1")


def test_every_column_of_what_was_signed_is_sealed(own_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Of one row of each table that belongs to something signed, each column is altered once."""
    call_command("demo", verbosity=0)
    before = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update({"USER": embedded.SUPERUSER_ROLE, "PASSWORD": ""})
    seen, missed = Counter[str](), []
    try:
        assert list(verify_records(Checked())) == []
        tables = {
            (model, left_out)
            for kind in KINDS
            for model, left_out in [(kind.model, frozenset()), *((p.model, p.left_out) for p in kind.parts)]
        }
        for model, left_out in sorted(tables, key=lambda pair: pair[0]._meta.db_table):
            for column in columns_of(model, left_out):
                outcome = attempt(model, model._meta.get_field(column).column)
                seen[outcome] += 1
                if outcome == "missed":
                    missed.append(f"{model._meta.db_table}.{column}")
    finally:
        connection.close()
        connection.settings_dict.update(before)
    with capsys.disabled():
        print(f" {seen.total()} columns: {dict(seen)}", end=" ")  # noqa: T201
    assert missed == []
    assert seen["found"] > 100 * min(1, SHARE * 10)


def attempt(model: Any, column: str) -> str:
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(
            "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            [table, column],
        )
        (kind,) = cursor.fetchone()
        signed = f"WHERE id = (SELECT id FROM {table} {only_signed(table)} ORDER BY id LIMIT 1)"
        try:
            with transaction.atomic():
                cursor.execute(f"UPDATE {table} SET {column} = {altered(column, kind)} {signed}".replace("%", "%%"))
                count = cursor.rowcount
        except DatabaseError:
            outcome = "refused by a constraint"
        else:
            outcome = "no row" if not count else "found" if any(verify_records(Checked())) else "missed"
        transaction.set_rollback(True)
    return outcome


def only_signed(table: str) -> str:
    return "WHERE status = 'SIGNED'" if table in ("treatments_session", "treatments_letter") else ""
