"""The rules of the house, tested like any other rule."""

import importlib
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from clinic.database.roles import rights_of
from clinic.models import Definition, Entry, Record

ROOT = Path(settings.BASE_DIR)
FLOORS = ("clinic", "cases", "treatments")
OURS = [m for floor in FLOORS for m in apps.get_app_config(floor).get_models()]
ID = "00000000-0000-7000-8000-000000000000"
# What a stranger may open.
PUBLIC = {
    "/account/login/",
    "/account/login/passkey/",
    "/account/login/cancel/",
    "/account/lock/somebody-else/",
    "/account/signup/",
    "/account/inactive/",
    "/healthz",
    "/api/v1/schema/",
    "/api/v1/docs/",
    f"/join/{ID}/",
}


def modules(room: str) -> list[Path]:
    found = [p for floor in FLOORS for p in sorted((ROOT / floor / room).glob("*.py"))]
    return [p for p in found if p.name != "__init__.py"]


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_imports_run_in_one_direction() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("path", modules("actions"), ids=dotted)
def test_every_action_says_who_acts(path: Path) -> None:
    module = importlib.import_module(dotted(path))
    for name, function in inspect.getmembers(module, inspect.isfunction):
        is_atomic = inspect.unwrap(function) is not function
        if function.__module__ == module.__name__ and is_atomic:
            by = inspect.signature(function).parameters.get("by")
            assert by is not None, f"{name} does not say who acts"
            assert by.kind is inspect.Parameter.KEYWORD_ONLY, f"{name} takes `by` by position"


@pytest.mark.parametrize("path", modules("rules") + modules("actions"), ids=dotted)
def test_every_rule_and_action_has_its_mirror(path: Path) -> None:
    floor, room, name = path.relative_to(ROOT).parts
    assert (ROOT / "tests" / floor / room / f"test_{name}").exists()


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_every_field_is_personal_or_plain(model: Any) -> None:
    given = {"id", "created_at", "updated_at", "version"}
    fields = {f.name for f in model._meta.fields} - given
    assert model.PERSONAL.isdisjoint(model.PLAIN)
    assert fields == model.PERSONAL | model.PLAIN


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_what_others_point_to_is_protected(model: Any) -> None:
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey):
            assert field.remote_field.on_delete is models.PROTECT, field


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_constraints_are_sentences(model: Any) -> None:
    for constraint in model._meta.constraints:
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+){2,}", constraint.name), constraint.name


@pytest.mark.django_db
@pytest.mark.parametrize("model", apps.get_models(include_auto_created=True), ids=lambda m: m._meta.label)
def test_the_application_has_exactly_the_rights_it_needs(model: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = current_user AND table_name = %s",
            [model._meta.db_table],
        )
        found = {right for (right,) in cursor.fetchall()}
    assert found == set(rights_of(model).split(", "))


@pytest.mark.django_db
@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_every_table_has_its_guards(model: Any) -> None:
    needed = {"a_never_truncated"}
    if issubclass(model, Record):
        needed |= {"a_never_deleted", "b_version_goes_up_by_one"}
    elif issubclass(model, Entry):
        needed |= {"a_never_changed"}
    elif issubclass(model, Definition):
        needed |= {"a_definition_is_only_retired"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'A'",
            [model._meta.db_table],
        )
        found = {name for (name,) in cursor.fetchall()}
    assert needed <= found


@pytest.mark.django_db
def test_functions_mean_our_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE r.rolname = 'casebook_owner'"
            " AND p.pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid"
            " AND d.deptype = 'e') AND NOT ('search_path=pg_catalog, public, pg_temp' = ANY (coalesce(proconfig, '{}')))"
        )
        assert cursor.fetchall() == []


def addresses(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        path = prefix + re.sub(
            r"<[^>]+>", ID, str(pattern.pattern).replace("<int:number>", "1").removeprefix("^").removesuffix("$")
        )
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", sorted(addresses(get_resolver().url_patterns)))
def test_every_address_refuses_a_stranger(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(address)
    if address in PUBLIC:
        assert response.status_code < 500
    elif address.startswith("/api/"):
        assert response.status_code == 401
        assert response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"].startswith("Bearer")
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_keep_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "|safe" not in text.replace("field.help_text|safe", "")


@pytest.mark.parametrize(
    "path",
    [p for p in TEMPLATES if p.parent.name == "components" or p.name.startswith("_")],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_every_component_says_what_it_needs(path: Path) -> None:
    assert path.read_text().startswith("{# needs: ")


def test_nothing_of_a_workplace_is_in_the_project() -> None:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [n for n in folders if n == ".ci" or not n.startswith((".", "_", "var"))]
        for name in names:
            text = (Path(folder) / name).read_text(errors="replace")
            assert "/wo" + "rk/" not in text, Path(folder) / name


def test_modules_say_what_they_are_for() -> None:
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            text = path.read_text()
            if text.strip() and not re.fullmatch(r"\d{4}_initial\.py", path.name):
                assert text.startswith(('"""', "#!")), path
