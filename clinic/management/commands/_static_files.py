"""Collects the static files when, and only when, they have changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def fingerprint() -> str:
    """Changes with each file's name, size and time, and with the way in which they are stored."""
    told = hashlib.sha256(str(settings.STORAGES["staticfiles"]["BACKEND"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            told.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return told.hexdigest()


def note() -> Path:
    return Path(settings.HOME) / "static.fingerprint"


def are_collected() -> bool:
    return Path(settings.STATIC_ROOT).is_dir() and note().is_file() and note().read_text() == fingerprint()


def collect() -> None:
    """The note is written last: a collection that was cut short is done again."""
    note().unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    note().write_text(fingerprint())
