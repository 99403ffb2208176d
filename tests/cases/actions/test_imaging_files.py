"""Files of a picture: kept once, as they came; what speaks of another person waits for an answer."""

import hashlib
import io
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError

from cases.actions import imaging_files
from cases.actions.imaging_files import (
    Sent,
    answer_identity,
    in_words,
    keep_files,
    stray_imaging_files,
)
from cases.models import IdentityAnswer, ImagingFile, ImagingResult
from cases.queries import courses_of
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories import hostile
from tests.factories.imaging_files import A_PDF, a_dicom_file, a_disc, of_person
from tests.factories.photographs import a_picture_file
from tests.factories.pictures import a_calcified_case, a_picture, measured
from tests.factories.records import a_patient, a_physio, site_of, staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def result(by: StaffMember) -> ImagingResult:
    patient = a_patient(by, given_names="Ann", family_name="Sample", sex="FEMALE")
    return a_picture(a_calcified_case(by, patient=patient), by)


def keep(result: ImagingResult, by: StaffMember, *data: bytes, name: str = "IM1") -> Any:
    return keep_files(result=result, sent=[Sent(io.BytesIO(each), name) for each in data], by=by)


OURS = of_person("SAMPLE^ANN", "19850512", "F")
ANOTHERS = of_person("OTHER^BOB", "19500101", "M", Laterality="L")


def test_the_original_is_kept_as_it_came(documents: Path, result: ImagingResult, by: StaffMember) -> None:
    (outcome,) = keep(result, by, OURS, name="..\\CD\\IM\u202e1").outcomes
    row = ImagingFile.objects.get()
    assert (outcome.status, outcome.file) == ("KEPT", row)
    original = documents / row.stored_as("original")
    assert original.read_bytes() == OURS
    assert row.sha256 == hashlib.sha256(OURS).hexdigest()
    assert (row.kind, row.size_bytes, row.file_name, row.frames) == ("DICOM", len(OURS), "IM1", 1)
    assert (row.rows_px, row.columns_px, row.bits) == (48, 64, 16)
    assert (row.identity, row.differs) == ("MATCHES", [])
    assert stat.S_IMODE(original.stat().st_mode) == 0o600
    event = AuditEvent.objects.get(row_id=row.pk)
    assert (event.action, event.details) == ("imaging_file.added", {"kind": "DICOM", "identity": "MATCHES"})


def test_each_file_has_an_answer_of_its_own(result: ImagingResult, by: StaffMember) -> None:
    html = b"<html>"
    told = keep(result, by, OURS, html, A_PDF, a_picture_file(), OURS).outcomes
    assert [each.status for each in told] == ["KEPT", "REFUSED", "KEPT", "KEPT", "KNOWN"]
    assert told[1].message == "This is no picture that is kept here. DICOM, JPEG, PNG, PDF, and ZIP of them are."
    assert sorted(ImagingFile.objects.values_list("kind", "identity")) == [
        ("DICOM", "MATCHES"),
        ("JPEG", "NOT_IN_FILE"),
        ("PDF", "NOT_IN_FILE"),
    ]


def test_an_instance_is_kept_once_in_a_study(result: ImagingResult, by: StaffMember) -> None:
    one = a_dicom_file(SOPInstanceUID="1.2.3.4", PatientID="A")
    same = a_dicom_file(SOPInstanceUID="1.2.3.4", PatientID="B")
    assert [each.status for each in keep(result, by, one, same).outcomes] == ["KEPT", "KNOWN"]
    assert keep(a_picture(result.case, by, ago=90), by, one).outcomes[0].status == "KEPT"


def test_a_disc_is_kept_without_its_viewer(documents: Path, result: ImagingResult, by: StaffMember) -> None:
    told = keep(result, by, a_disc(OURS, OURS, a_dicom_file(), hostile.cut(OURS, 0.5)))
    assert [each.status for each in told.outcomes] == ["KEPT", "KNOWN", "KEPT", "REFUSED"]
    assert told.left_out == 6
    assert len(list(documents.glob("imaging/*/*"))) == 2


def test_nothing_hostile_is_kept(documents: Path, result: ImagingResult, by: StaffMember) -> None:
    made = [make() for make, _ in {**hostile.WRONG_TYPES, **hostile.POLYGLOTS}.values()]
    told = keep(result, by, *made)
    assert {each.status for each in told.outcomes} == {"REFUSED"}
    assert all(each.message for each in told.outcomes)
    assert not ImagingFile.objects.exists()
    assert list(documents.glob("**/*.*")) == []


def test_a_name_is_shown_and_leads_nowhere(documents: Path, result: ImagingResult, by: StaffMember) -> None:
    sent = [Sent(io.BytesIO(a_dicom_file()), name) for name in hostile.NAMES]
    keep_files(result=result, sent=sent, by=by)
    names = list(ImagingFile.objects.values_list("file_name", flat=True))
    assert len(names) == len(hostile.NAMES)
    assert all(len(name) <= 200 and name.isprintable() and "/" not in name for name in names)
    assert {path.parent.parent for path in documents.glob("imaging/*/*")} == {documents / "imaging"}


def test_every_reason_has_its_words() -> None:
    codes = {code for _, each in hostile.REFUSED.values() for code in each}
    assert codes <= set(imaging_files.WORDS)
    assert in_words("never heard of") == in_words("damaged")


def test_a_file_without_its_row_is_found(
    documents: Path, result: ImagingResult, by: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between the two: the other way round, a row without its file, cannot be."""

    def fails(*_: Any, **__: Any) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(imaging_files.ImagingFile, "save", fails)
    with pytest.raises(DatabaseError):
        keep(result, by, OURS)
    (left,) = [str(path.relative_to(documents)) for path in documents.glob("imaging/*/*")]
    assert not ImagingFile.objects.exists()
    assert stray_imaging_files(older_than=timedelta(0)) == [left]
    assert stray_imaging_files(older_than=timedelta(hours=1)) == []


def test_no_event_no_row(documents: Path, result: ImagingResult, by: StaffMember, monkeypatch: Any) -> None:
    def refuses(*_: Any, **__: Any) -> None:
        raise RuleBroken("x", "x")

    monkeypatch.setattr(imaging_files.audit, "record", refuses)
    with pytest.raises(RuleBroken):
        keep(result, by, OURS)
    assert not ImagingFile.objects.exists()
    assert list(documents.glob("imaging/*/*")) == []


def test_who_may(result: ImagingResult) -> None:
    other = staff(Role.AUDITOR, site=site_of(result.received_by))
    with pytest.raises(NotAllowed):
        keep(result, other, OURS)
    with pytest.raises(NotAllowed):
        answer_identity(result=result, is_ours=True, reason="x", by=other)


def test_nothing_and_too_many(result: ImagingResult, by: StaffMember) -> None:
    for sent in ([], [Sent(ContentFile(b""))] * 201):
        with pytest.raises(RuleBroken) as no:
            keep_files(result=result, sent=sent, by=by)
        assert no.value.field == "file"


def test_another_person_is_asked_about_before_the_picture_counts(result: ImagingResult, by: StaffMember) -> None:
    measured(result, by)
    assert courses_of(result.case)
    keep(result, by, ANOTHERS, OURS)
    asked = ImagingFile.objects.unanswered().get()
    assert asked.differs == ["name", "birth_date", "sex", "side"]
    assert courses_of(result.case) == []
    with pytest.raises(RuleBroken, match="speaks of another person or side") as no:
        measured(result, by, deposit="D1")
    assert no.value.conflict
    (answer,) = answer_identity(result=result, is_ours=True, reason=" Married name ", by=by)
    assert (answer.file, answer.reason, answer.is_ours) == (asked, "Married name", True)
    assert AuditEvent.objects.get(row_id=answer.pk).action == "imaging_file.confirmed"
    assert courses_of(result.case)
    measured(result, by, deposit="D1")


def test_another_persons_picture_is_set_aside(result: ImagingResult, by: StaffMember) -> None:
    keep(result, by, ANOTHERS, OURS)
    answer_identity(result=result, is_ours=False, reason="Wrong disc", by=by)
    assert ImagingFile.objects.that_count().filter(result=result).count() == 1
    assert AuditEvent.objects.filter(action="imaging_file.set_aside").count() == 1
    measured(result, by)
    with pytest.raises(RuleBroken) as no:
        answer_identity(result=result, is_ours=True, reason="x", by=by)
    assert no.value.conflict


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_an_answer_has_a_reason(result: ImagingResult, by: StaffMember, reason: str) -> None:
    keep(result, by, ANOTHERS)
    with pytest.raises(RuleBroken):
        answer_identity(result=result, is_ours=True, reason=reason, by=by)
    assert not IdentityAnswer.objects.exists()
