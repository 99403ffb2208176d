"""Production refuses nonsense at start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

RIGHT = {
    "CASEBOOK_MODE": "production",
    "CASEBOOK_SECRET_KEY": "k" * 30 + "0123456789abcdefghijklmnop",
    "CASEBOOK_HOSTS": "clinic.example.org",
    "DATABASE_URL": "postgresql://casebook_app@127.0.0.1/casebook",
}


def start(**change: str | None) -> str:
    """What the settings say when they are read; "" where they are right."""
    told = {**RIGHT, **change}
    environment = {"PATH": os.environ["PATH"], **{k: v for k, v in told.items() if v is not None}}
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=Path(settings.BASE_DIR),
        env={**environment, "DJANGO_SETTINGS_MODULE": "clinic.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, ""),
        ({"CASEBOOK_MODE": None}, ""),
        ({"CASEBOOK_MODE": "debug"}, "Set it to one of: production, demo, test."),
        ({"DEBUG": "1"}, "Production never runs with it"),
        ({"DEBUG": "0"}, ""),
        ({"CASEBOOK_SECRET_KEY": None}, "random text of at least 50 characters"),
        ({"CASEBOOK_SECRET_KEY": "short"}, "random text of at least 50 characters"),
        ({"CASEBOOK_SECRET_KEY": "demo-and-test-only-" + "0" * 44}, "random text of at least 50 characters"),
        ({"DATABASE_URL": None}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "sqlite:///db.sqlite3"}, "must start with postgresql://"),
        ({"CASEBOOK_HOSTS": None}, "CASEBOOK_HOSTS must name"),
        ({"CASEBOOK_API_LIMIT": "1200", "CASEBOOK_API_LIMIT_ANONYMOUS": "1"}, ""),
        ({"CASEBOOK_API_LIMIT": "0"}, "CASEBOOK_API_LIMIT is '0'. Set it to a whole number"),
        ({"CASEBOOK_API_LIMIT_ANONYMOUS": "many"}, "CASEBOOK_API_LIMIT_ANONYMOUS is 'many'"),
        ({"CASEBOOK_DOCUMENTS": "/srv/documents"}, ""),
        ({"CASEBOOK_HOME": "/srv/c", "CASEBOOK_DOCUMENTS": "/srv/c/static"}, "which anybody may read"),
        ({"CASEBOOK_HOME": "/srv/c", "CASEBOOK_DOCUMENTS": "/srv/c/static/photographs"}, "which anybody may read"),
        ({"CASEBOOK_DOCUMENTS": "clinic/static/clinic"}, "which anybody may read"),
        ({"CASEBOOK_MODE": "demo", "CASEBOOK_SECRET_KEY": None, "CASEBOOK_HOSTS": None, "DATABASE_URL": None}, ""),
    ],
)
def test_start(change: dict[str, str | None], told: str) -> None:
    said = start(**change)
    assert told in said
    assert bool(told) is bool(said)


@pytest.mark.parametrize(
    ("mode", "told", "found"),
    [("production", None, "required"), ("production", "optional", "optional"), ("demo", None, "optional")],
)
def test_the_second_factor_is_required_in_production(mode: str, told: str | None, found: str) -> None:
    change = {"CASEBOOK_MODE": mode, "CASEBOOK_SECOND_FACTOR": told}
    environment = {k: v for k, v in {**RIGHT, **change, "PATH": os.environ["PATH"]}.items() if v is not None}
    done = subprocess.run(
        [sys.executable, "-c", "from clinic import settings; print(settings.SECOND_FACTOR)"],
        cwd=Path(settings.BASE_DIR),
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == found


def test_the_second_factor_is_one_of_two() -> None:
    assert "Set it to required or optional" in start(CASEBOOK_SECOND_FACTOR="no")


def test_production_speaks_https_alone_and_its_cookies_are_for_no_script() -> None:
    names = ["SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SESSION_COOKIE_SECURE"]
    names += ["CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE"]
    asked = f"from django.conf import settings; print(*[getattr(settings, n) for n in {names}])"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=Path(settings.BASE_DIR),
        env={**RIGHT, "PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "clinic.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", str(365 * 24 * 60 * 60), *["True"] * 5, "Lax"]
