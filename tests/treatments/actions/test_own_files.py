"""The patient's own file: asked for, shortened, released by name, kept as it was read, handed over."""

import hashlib
import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import Error, connection, transaction

from cases.models import ImagingFile, Patient
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.planted import plant
from tests.factories.records import a_case, a_patient, a_physio, a_site, site_of, staff
from treatments.actions.own_files import (
    Asked,
    ask_own_file,
    hand_over_own_file,
    leave_out,
    put_back,
    release_own_file,
    take_own_file,
    withdraw_own_file,
)
from treatments.models import OwnFileRequest
from treatments.queries.own_files import digest_of, omissions_of, sections_of
from treatments.rules.own_files import walked, without
from treatments.views.own_file_papers import write_zip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
MARKER = "Zyzzyva"


def a_request() -> tuple[OwnFileRequest, StaffMember, StaffMember]:
    """A planted patient's request, the clinician, and the admin who noted it."""
    by = a_physio()
    ids = plant(by, MARKER, registered=True)
    return OwnFileRequest.objects.get(pk=ids["own_file"]), by, staff(Role.CLINIC_ADMIN, site=site_of(by))


def read(request: OwnFileRequest) -> str:
    """The fingerprint of what stands in the file now."""
    return digest_of(without(sections_of(request.patient), omissions_of(request), says_where=False))


def released(request: OwnFileRequest, by: StaffMember, *, says_where: bool = False) -> Any:
    return release_own_file(request=request, digest=read(request), says_where=says_where, make=write_zip, by=by)


def taken(request: OwnFileRequest, by: StaffMember) -> ZipFile:
    with take_own_file(request=request, by=by) as file:
        return ZipFile(BytesIO(file.read()))


def test_a_request_is_due_a_calendar_month_later() -> None:
    by = staff(Role.CLINIC_ADMIN)
    asked = Asked(date(2026, 1, 31), "Passport seen.")
    made = ask_own_file(patient=a_patient(by), asked=asked, by=by)
    assert made.due_on == date(2026, 2, 28)
    assert AuditEvent.objects.filter(action="own_file.asked", patient_id=made.patient_id).exists()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Asked(date(2999, 1, 1), "Seen."), "/asked_on"),
        (Asked(date(1900, 1, 1), "Seen."), "/asked_on"),
        (Asked(date(2026, 1, 1), " "), "/identity"),
        (Asked(date(2026, 1, 1), "Seen.", "REPRESENTATIVE"), "/asker"),
        (Asked(date(2026, 1, 1), "Seen.", "NEIGHBOUR"), "/asked_by"),
    ],
)
def test_a_request_says_who_asked_and_how_that_was_proved(asked: Asked, field: str) -> None:
    by = staff(Role.CLINIC_ADMIN)
    with pytest.raises(RuleBroken) as no:
        ask_own_file(patient=a_patient(by), asked=asked, by=by)
    assert [fault.pointer for fault in no.value.faults] == [field]


def test_one_request_is_open_at_a_time_and_the_desk_notes_none() -> None:
    request, _by, admin = a_request()
    with pytest.raises(RuleBroken, match="open already"):
        ask_own_file(patient=request.patient, asked=Asked(clock.today(), "Seen."), by=admin)
    with pytest.raises(NotAllowed):
        ask_own_file(
            patient=request.patient,
            asked=Asked(clock.today(), "Seen."),
            by=staff(Role.RECEPTIONIST, site=site_of(admin)),
        )


def test_the_file_is_released_by_name_kept_and_handed_over() -> None:
    request, by, admin = a_request()
    release = released(request, by)
    assert (release.released_name, release.omitted) == (by.name, 0)
    file = taken(request, admin)
    assert file.testzip() is None
    page = file.read("index.html").decode()
    assert by.name in page
    assert "Nothing is left out." in page
    assert MARKER in page
    assert "<script" not in page
    assert json.loads(file.read("data/cases_patient.json"))[0]["family_name"] == MARKER
    originals = [name for name in file.namelist() if name.startswith("originals/photographs/")]
    assert len(originals) == 1
    pictures = [name for name in file.namelist() if name.startswith("originals/pictures/")]
    assert [hashlib.sha256(file.read(name)).hexdigest() for name in pictures] == [ImagingFile.objects.get().sha256]
    assert AuditEvent.objects.filter(action="own_file.exported", patient_id=request.patient_id).count() == 1
    assert hand_over_own_file(request=request, by=admin).answered_by == admin


def test_what_changed_after_it_was_read_stops_the_release() -> None:
    request, by, _admin = a_request()
    digest = read(request)
    a_case(by, Patient.objects.get(pk=request.patient_id), title="New")
    with pytest.raises(Stale):
        release_own_file(request=request, digest=digest, says_where=False, make=write_zip, by=by)
    assert not OwnFileRequest.objects.filter(release__isnull=False).exists()


def test_what_is_left_out_is_nowhere_in_the_file(documents: Path) -> None:
    request, by, admin = a_request()
    whole = sections_of(request.patient)
    goal = next(e for e in walked(whole) if e.kind == "cases.goal")
    session = next(e for e in walked(whole) if e.kind == "treatments.session" and e.marks == ())
    leave_out(request=request, entry=(goal.kind, goal.id), parts=[], kind="THIRD_PERSON", reason="A sister.", by=by)
    leave_out(
        request=request,
        entry=(session.kind, session.id),
        parts=["subjective"],
        kind="SERIOUS_HARM",
        reason="Her threat.",
        by=by,
    )
    assert released(request, by).omitted == 2
    file = taken(request, admin)
    page = file.read("index.html").decode()
    assert "2 entries are left out" in page
    everything = page + "".join(file.read(n).decode() for n in file.namelist() if n.startswith("data/"))
    assert "A sister." not in everything
    assert "Her threat." not in everything
    assert "Left out" not in page
    assert "data/cases_goal.json" not in file.namelist()
    [kept] = [row for row in json.loads(file.read("data/treatments_session.json")) if row["id"] == session.id]
    assert "subjective" not in kept
    assert kept["objective"] == MARKER


def test_a_file_may_say_at_which_places_it_is_shorter() -> None:
    request, by, admin = a_request()
    goal = next(e for e in walked(sections_of(request.patient)) if e.kind == "cases.goal")
    leave_out(request=request, entry=(goal.kind, goal.id), parts=[], kind="THIRD_PERSON", reason="A sister.", by=by)
    released(request, by, says_where=True)
    assert "Left out: information about a third person." in taken(request, admin).read("index.html").decode()


def test_what_was_left_out_is_put_back() -> None:
    request, by, _admin = a_request()
    goal = next(e for e in walked(sections_of(request.patient)) if e.kind == "cases.goal")
    leave_out(request=request, entry=(goal.kind, goal.id), parts=[], kind="THIRD_PERSON", reason="A sister.", by=by)
    row_id = omissions_of(request)[0].row_id
    put_back(request=request, row_id=row_id, by=by)  # type: ignore[arg-type]
    assert omissions_of(request) == []
    with pytest.raises(RuleBroken, match="not left out"):
        put_back(request=request, row_id=row_id, by=by)  # type: ignore[arg-type]


def test_whoever_does_not_see_all_cases_releases_nothing() -> None:
    request, by, _admin = a_request()
    far = a_physio(site=a_site())
    patient = Patient.objects.get(pk=request.patient_id)
    a_case(far, patient)  # of another site: both see the patient
    assert Patient.objects.visible_to(far).filter(pk=patient.pk).exists()
    digest = read(request)
    with pytest.raises(RuleBroken, match="do not see all cases"):
        release_own_file(request=request, digest=digest, says_where=False, make=write_zip, by=far)
    with pytest.raises(NotAllowed):
        released(request, staff(Role.CLINIC_ADMIN, site=site_of(by)))


def test_a_released_file_stays_as_it_is(documents: Path) -> None:
    request, by, admin = a_request()
    goal = next(e for e in walked(sections_of(request.patient)) if e.kind == "cases.goal")
    released(request, by)
    with pytest.raises(RuleBroken, match="stays as it is"):
        leave_out(request=request, entry=(goal.kind, goal.id), parts=[], kind="THIRD_PERSON", reason="No.", by=by)
    with pytest.raises(Error, match="released"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO treatments_ownfileomission (id, created_at, updated_at, version, request_id, row_type, row_id,"
            " parts, kind, reason, left_out_by_id) VALUES (gen_random_uuid(), now(), now(), 1, %s, 'cases.goal', %s,"
            " '{}', 'SERIOUS_HARM', 'Late.', %s)",
            [request.pk, goal.id, by.pk],
        )
    kept = documents / request.stored_as
    assert kept.stat().st_mode & 0o077 == 0
    kept.chmod(0o600)
    kept.write_bytes(kept.read_bytes() + b"x")
    with pytest.raises(RuleBroken, match="not there as it was released"):
        take_own_file(request=request, by=admin)


def test_nothing_is_taken_or_handed_over_before_the_release() -> None:
    request, _by, admin = a_request()
    for action in (take_own_file, hand_over_own_file):
        with pytest.raises(RuleBroken, match="No clinician"):
            action(request=request, by=admin)


def test_a_request_is_withdrawn_with_a_reason_and_is_over() -> None:
    request, by, admin = a_request()
    with pytest.raises(RuleBroken, match="Say why"):
        withdraw_own_file(request=request, because=" ", by=admin)
    withdraw_own_file(request=request, because="Asked by mistake.", by=admin)
    with pytest.raises(RuleBroken, match="over"):
        released(request, by)


def test_a_file_that_cannot_be_kept_is_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    request, by, _admin = a_request()

    def full(*_told: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("treatments.actions.own_files.write", full)
    with pytest.raises(OSError, match="no space"), transaction.atomic():
        released(request, by)
    assert not AuditEvent.objects.filter(action="own_file.released").exists()
