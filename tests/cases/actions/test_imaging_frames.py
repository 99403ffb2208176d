"""The frames of a picture are written once, in full, whatever became of the job before."""

import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cases.actions import imaging_frames
from cases.actions.imaging_files import Sent, keep_files
from cases.actions.imaging_frames import render_frames
from cases.models import ImagingFile, ImagingRendering
from tests.factories.imaging_files import A_PDF, a_dicom_file, ramp
from tests.factories.pictures import a_calcified_case, a_picture
from tests.factories.records import a_physio

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


def kept(data: bytes) -> ImagingFile:
    by = a_physio()
    result = a_picture(a_calcified_case(by), by)
    found = keep_files(result=result, sent=[Sent(io.BytesIO(data), "IM1")], by=by).outcomes[0].file
    assert found is not None
    return found


def test_all_frames_then_the_row(documents: Path) -> None:
    row = kept(a_dicom_file(RescaleSlope="1", RescaleIntercept="-1000", WindowCenter="40", WindowWidth="400"))
    assert render_frames.func(str(row.pk)) == "done"
    found = ImagingRendering.objects.get(file=row)
    assert (found.is_signed, found.low, found.high, found.centre, found.width) == (True, -1000, 2071, 40, 400)
    greys = np.frombuffer(gzip.decompress((documents / row.stored_as("frame-1")).read_bytes()), "<i2")
    assert np.array_equal(greys, ramp().ravel().astype(int) - 1000)
    assert (documents / row.stored_as("preview")).read_bytes().startswith(b"\x89PNG")


def test_a_job_that_was_cut_off_begins_anew(documents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = kept(a_dicom_file(np.zeros((3, 8, 8, 3), np.uint8)))
    replace, done = imaging_frames.replace, []

    def killed(name: str, place: Path) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(name)
        replace(name, place)

    monkeypatch.setattr(imaging_frames, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        render_frames.func(str(row.pk))
    assert not ImagingRendering.objects.exists()
    monkeypatch.setattr(imaging_frames, "replace", replace)
    assert render_frames.func(str(row.pk)) == "done"
    assert len(list(documents.glob("imaging/*/*.frame-*"))) == 3
    found = ImagingRendering.objects.get()
    assert (found.low, found.high, found.width) == (0, 255, 255)
    monkeypatch.setattr(imaging_frames, "render_file", None)
    assert render_frames.func(str(row.pk)) == "done", "once is enough"


def test_a_report_has_no_frames() -> None:
    assert render_frames.func(str(kept(A_PDF).pk)) == "done"
    assert not ImagingRendering.objects.exists()


def test_a_file_that_is_gone_ends_the_job_in_silence(documents: Path, caplog: Any) -> None:
    row = kept(a_dicom_file())
    (documents / row.stored_as("original")).unlink()
    assert render_frames.func(str(row.pk)) == "failed"
    assert "could not be written" in caplog.text
