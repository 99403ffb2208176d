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
    database = quote(connection.settings_dict["NAME"])
    cursor.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    cursor.execute(f"GRANT CONNECT ON DATABASE {database} TO {APP_ROLE}")
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APP_ROLE}, PUBLIC")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
    cursor.execute(f"GRANT SELECT ON django_migrations TO {APP_ROLE}")
    there = set(connection.introspection.table_names(cursor))  # fewer, where migrations were taken back
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table in there:
            cursor.execute(f"GRANT {rights_of(model)} ON {quote(model._meta.db_table)} TO {APP_ROLE}")
    cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}")


def is_too_mighty(cursor: CursorWrapper) -> bool:
    """Whether the role that is connected could change tables or lift their guards."""
    cursor.execute(
        "SELECT rolsuper OR EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' "
        "AND pg_has_role(current_user, tableowner, 'MEMBER')) FROM pg_roles WHERE rolname = current_user"
    )
    (mighty,) = cursor.fetchone()
    return bool(mighty)


def refuse_the_owner() -> None:
    """Raises ImproperlyConfigured where what serves requests is connected as owner or superuser."""
    with connection.cursor() as cursor:
        mighty = is_too_mighty(cursor)
    connection.close()
    if mighty:
        raise ImproperlyConfigured(
            f"DATABASE_URL names {connection.settings_dict['USER']}, who owns the tables or is a superuser: the guards "
            f"of the record would not hold. Let it name {APP_ROLE}, and DATABASE_OWNER_URL the owner, for migrate."
        )
