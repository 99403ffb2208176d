"""The worker is killed while it imports a history: afterwards all of it is there, once."""

import os
import signal
import time
from contextlib import suppress

import pytest

from clinic.management.commands._children import marked
from tests.torture.live import Site

pytestmark = pytest.mark.torture
KILLS = max(1, round(10 * float(os.environ.get("TORTURE_SHARE", "1"))))
PATIENTS = 150
SEND = f"""
import json
from cases.actions.history_imports import start_history_import
from clinic.models import StaffMember
from tests.factories.histories import CASE, PATIENT, SESSION, changed, ndjson
admin = StaffMember.objects.get(email="admin@example.org")
lead = StaffMember.objects.get(email="physio@example.org")
lines = []
for n in range({PATIENTS}):
    lines += [
        changed(PATIENT, id=f"P{{n}}", family_name=f"Torture{{n}}", born_on=f"{{1930 + n % 70}}-03-04"),
        changed(CASE, id=f"C{{n}}", patient=f"P{{n}}", opened_on="2024-02-01", onset=None),
        changed(SESSION, id=f"S{{n}}", case=f"C{{n}}"),
        changed(SESSION, id=f"T{{n}}", case=f"C{{n}}", occurred_on="2024-03-08"),
    ]
from clinic.models import Site
site = Site.objects.get(pk=next(pk for pk in admin.site_ids if pk in lead.site_ids))
made = start_history_import(file_name="big", content=ndjson(*lines).encode(), form="NDJSON", site=site,
    system="Torture", lead=lead, with_lookalikes=True, by=admin)
print(json.dumps(str(made.pk)))
"""
LOOK = """
import json
from cases.models import EarlierVisit, HistoryImport, ImportedRow, ImportProgress, Patient
from django_tasks_db.models import DBTaskResult
row = HistoryImport.objects.get(pk="{pk}")
progress = ImportProgress.objects.filter(pk=row.pk).first()
print(json.dumps({{
    "status": row.status,
    "outcome": row.outcome,
    "phase": progress.phase if progress else "",
    "done": progress.done if progress else 0,
    "patients": Patient.objects.filter(family_name__startswith="Torture").count(),
    "visits": EarlierVisit.objects.filter(brought_by=row).count(),
    "rows": ImportedRow.objects.filter(system="Torture").count(),
    "tries": len(DBTaskResult.objects.get(pk=row.job).worker_ids),
}}))
"""


def test_a_killed_import_is_taken_up_and_done_once(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    pk = site.ask(SEND)
    killed = 0
    until = time.monotonic() + 600
    while (seen := site.ask(LOOK.format(pk=pk)))["status"] == "WAITING":
        assert time.monotonic() < until, (seen, site.said())
        assert (seen["patients"], seen["visits"], seen["rows"]) == (0, 0, 0)
        if killed < min(KILLS, 3) and seen["phase"] and seen["tries"] == killed + 1:  # five tries end a job
            for pid in marked((site.home / "serve.jobs").read_text().strip()):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            killed += 1
            time.sleep(11)  # `serve` gives up where it dies quickly five times in a row
    with capsys.disabled():
        print(f"\nkilled {killed} times: {seen}")  # noqa: T201 - figures
    assert killed >= 1
    assert seen["status"] == "DONE"
    assert seen["outcome"]["counts"]["session"] == {"new": 2 * PATIENTS}
    assert (seen["patients"], seen["visits"], seen["rows"]) == (PATIENTS, 2 * PATIENTS, 4 * PATIENTS)
