import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from clinic.management.commands import migrate


def test_a_second_run_changes_nothing_and_leaves_the_application_its_rights(own_database: str) -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, has_table_privilege('treatments_session', 'DELETE')")
        assert cursor.fetchone() == ("casebook_app", False)


def test_an_old_server_is_named(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "OLDEST", 990000)
    with pytest.raises(CommandError, match="needs 15 or later"):
        call_command("migrate", verbosity=0)


@pytest.mark.torture
def test_it_goes_back_and_forth(own_database: str) -> None:
    call_command("migrate", "treatments", "zero", verbosity=0)
    call_command("migrate", "cases", "zero", verbosity=0)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM treatments_session")
        assert cursor.fetchone() == (0,)
