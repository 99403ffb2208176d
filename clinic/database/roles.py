"""The two roles of the database: the owner changes tables, the application reads and adds."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

APP_ROLE = "casebook_app"
SESSION_TABLES = "SELECT, INSERT, UPDATE, DELETE"  # logins and messages: theirs to delete


@contextmanager
def as_owner() -> Iterator[None]:
    """Within it, the default connection is the owner's. For `migrate` and the catalogues alone."""
    owner = settings.DATABASE_OWNER
    if owner is None:
        raise ImproperlyConfigured(
            "DATABASE_OWNER_URL is not set. Set it to the owner of the tables for this command; "
            "what serves requests must not have it."
        )
    mine = {key: connection.settings_dict[key] for key in ("HOST", "PORT", "USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update({key: owner.get(key, "") for key in mine})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(mine)


def rights_of(model: type[models.Model]) -> str:
    """What the application may do with the rows of a model."""
    return getattr(model, "APP_MAY", SESSION_TABLES)


def grant_all(cursor: CursorWrapper) -> None:
    """Gives the application exactly the rights that its models name; run by the owner after each migration."""
    quote = connection.ops.quote_name
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APP_ROLE}, PUBLIC")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
    cursor.execute(f"GRANT SELECT ON django_migrations TO {APP_ROLE}")
    for model in apps.get_models(include_auto_created=True):
        table = quote(model._meta.db_table)
        cursor.execute(f"GRANT {rights_of(model)} ON {table} TO {APP_ROLE}")
    cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")
