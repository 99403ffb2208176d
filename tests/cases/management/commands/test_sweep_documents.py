import io
import os
import time
from pathlib import Path

import pytest
from django.core.management import call_command

from cases.actions.documents import write_files
from tests.factories.photographs import a_photograph, a_picture_file
from tests.factories.records import a_case, a_draft, a_physio
from treatments.actions.photographs import take_away_photograph

pytestmark = pytest.mark.django_db
TWO_DAYS = 2 * 24 * 60 * 60


def swept(*words: str) -> str:
    said = io.StringIO()
    call_command("sweep_documents", *words, stdout=said)
    return said.getvalue()


def test_only_what_no_row_knows_and_is_a_day_old_is_swept(documents: Path) -> None:
    assert swept() == "0 files found.\n"
    by = a_physio()
    kept = a_photograph(a_draft(a_case(by), by), by)
    taken_away = a_photograph(kept.session, by)
    take_away_photograph(photograph=taken_away, reason="Blurred", by=by)
    old, young = write_files(a_picture_file()), write_files(a_picture_file())
    for path in documents.rglob("*.*"):
        if str(young.id) not in path.name:
            os.utime(path, (time.time() - TWO_DAYS, time.time() - TWO_DAYS))
    assert swept().count(str(old.id)) == 3
    assert len(list(documents.rglob("*.*"))) == 12
    assert "3 files removed." in swept("--remove")
    assert len(list(documents.rglob("*.*"))) == 9
    assert not [path for path in documents.rglob("*.*") if str(old.id) in path.name]
