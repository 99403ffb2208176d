"""A whole clinic in a folder: every row, every original, a page for each patient, and no secret."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cases.models import Document, ImagingFile, Patient
from clinic.actions.api_keys import create_api_key, scopes_of
from clinic.models import ApiKey, AuditEvent, Invitation, StaffMember
from clinic.rules.permissions import Role
from tests.factories.planted import plant
from tests.factories.records import a_physio, manager, site_of, staff
from treatments.management.commands import _clinic_files as files

MARKER = "Zyzzyva"


@pytest.fixture
def clinic(own_database: str, documents: Path) -> dict[str, Any]:
    by = a_physio()
    ids = plant(by, MARKER, registered=True)
    admin = staff(Role.CLINIC_ADMIN, site=site_of(by))
    create_api_key(owner=admin, name="Desk", scopes=list(scopes_of(admin)), by=admin)
    return {"by": by, "admin": admin, **ids}


def taken_out(place: Path) -> Path:
    call_command("export_clinic", str(place), staff=manager().email)
    return place


def test_everything_is_taken_out_and_can_be_checked(clinic: dict[str, Any], tmp_path: Path) -> None:
    place = taken_out(tmp_path / "out")
    names = {line.split("  ")[1]: line.split("  ")[0] for line in (place / "SHA256SUMS").read_text().splitlines()}
    there = {str(p.relative_to(place)) for p in place.rglob("*") if p.is_file()}
    assert there == set(names) | {"SHA256SUMS"}
    for name, told in names.items():
        assert hashlib.sha256((place / name).read_bytes()).hexdigest() == told, name
    rows_in_all = 0
    for model in files.tables():
        rows = (place / "tables" / f"{model._meta.db_table}.ndjson").read_text().splitlines()
        expected = model._base_manager.count()
        if model is AuditEvent:  # that it was taken is written after what was taken
            expected -= 1
        assert len(rows) == expected, model
        rows_in_all += len(rows)
        if files.is_flat(model):
            with (place / "tables" / f"{model._meta.db_table}.csv").open(encoding="utf-8-sig", newline="") as file:
                assert len(list(csv.reader(file))) == len(rows) + 1
    [event] = AuditEvent.objects.filter(action="clinic.exported")
    assert event.details == {"rows": rows_in_all}
    patient = json.loads((place / "tables" / "cases_patient.ndjson").read_text().splitlines()[0])
    assert patient["family_name"] == MARKER
    original = next(place.glob("originals/photographs/*"))
    assert names[str(original.relative_to(place))] == Document.objects.get().sha256
    picture = next(place.glob("originals/pictures/*"))
    assert names[str(picture.relative_to(place))] == ImagingFile.objects.get().sha256
    assert all(p.stat().st_mode & 0o077 == 0 for p in [place, *place.rglob("*")])


def test_every_table_of_ours_is_there_or_named_as_left_out(clinic: dict[str, Any], tmp_path: Path) -> None:
    place = taken_out(tmp_path / "out")
    with connection.cursor() as cursor:
        found = {t for t in connection.introspection.table_names(cursor) if t.split("_")[0] in files.FLOORS}
    there = {p.stem for p in (place / "tables").glob("*.ndjson")}
    assert there == found - set(files.TABLES_LEFT_OUT)
    told = (place / "README.txt").read_text()
    assert all(table in told for table in found)
    assert "clinic_staffmember.password: the digest of a password" in told
    assert "status: Char · OPEN = open, ON_HOLD = on hold, DISCHARGED = discharged" in told


def test_no_secret_is_taken_out(clinic: dict[str, Any], tmp_path: Path) -> None:
    place = taken_out(tmp_path / "out")
    secrets = {
        *StaffMember.objects.values_list("password", flat=True),
        *ApiKey.objects.values_list("digest", flat=True),
    }
    secrets |= set(Invitation.objects.values_list("digest", flat=True))
    secrets.discard("")
    assert len(secrets) > 1
    written = b"".join(p.read_bytes() for p in place.rglob("*") if p.is_file())
    assert [secret for secret in secrets if secret.encode() in written] == []
    assert MARKER.encode() in written


def test_a_folder_with_something_in_it_is_left_alone(clinic: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(CommandError, match="not empty"):
        taken_out(tmp_path)
    with pytest.raises(CommandError, match="no clinic admin"):
        call_command("export_clinic", str(tmp_path / "out"), staff=clinic["by"].email)
    assert [p.name for p in tmp_path.iterdir() if p.name != "documents"] == ["kept"]


def test_what_is_cut_short_leaves_nothing_that_looks_whole(
    clinic: dict[str, Any], tmp_path: Path, documents: Path
) -> None:
    Path(documents / Document.objects.get().stored_as("original")).unlink()
    with pytest.raises(CommandError, match="missing"):
        taken_out(tmp_path / "out")
    assert not list(tmp_path.glob("out*"))
    assert not AuditEvent.objects.filter(action="clinic.exported").exists()


def test_a_merged_record_is_on_the_page_of_the_one_that_is_used(clinic: dict[str, Any], tmp_path: Path) -> None:
    place = taken_out(tmp_path / "out")
    assert len(list(place.glob("patients/*.html"))) == Patient.objects.filter(merged_into=None).count()
