import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from clinic.database import embedded
from clinic.database.roles import as_owner, refuse_the_owner


def whoami() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def test_the_application_serves_and_the_owner_does_not(own_database: str) -> None:
    refuse_the_owner()
    assert whoami() == "casebook_app"
    with as_owner(), pytest.raises(ImproperlyConfigured, match="casebook_owner, who owns the tables"):
        refuse_the_owner()
    assert whoami() == "casebook_app"


@pytest.mark.skipif(not settings.EMBEDDED_DATABASE, reason="another server's superuser is not ours")
def test_a_superuser_does_not_serve_either(own_database: str) -> None:
    connection.close()
    before = connection.settings_dict["USER"]
    connection.settings_dict["USER"] = embedded.SUPERUSER_ROLE
    try:
        with pytest.raises(ImproperlyConfigured, match="is a superuser"):
            refuse_the_owner()
    finally:
        connection.close()
        connection.settings_dict["USER"] = before


def test_without_an_owner_nothing_is_migrated(settings: object) -> None:
    settings.DATABASE_OWNER = None  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match="DATABASE_OWNER_URL is not set"), as_owner():
        pass
