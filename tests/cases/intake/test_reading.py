"""Files as they come from outside: shown as a library of its own shows them, with what they say of themselves."""

import gzip
import io
import json
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.data import get_testdata_files
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut, pixel_array

from cases.intake import Archive, Read, Unread, read_files, reading, render_file
from tests.factories.imaging_files import a_dataset, a_dicom_file, ramp, written
from tests.factories.photographs import a_picture_file, with_a_place


@pytest.fixture
def at(tmp_path: Path) -> Any:
    def put(data: bytes, name: str = "file") -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return put


def read(path: Path) -> Read | Archive | Unread:
    with read_files([path]) as answers:
        return answers[0]


def bundled() -> Iterator[Path]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return iter(sorted({Path(f) for f in get_testdata_files("**/*") if os.path.isfile(f)}))


def as_pydicom_reads(path: Path) -> pydicom.Dataset | None:
    """None where it does not, or where there is no picture in it."""
    try:
        dataset = pydicom.dcmread(path)
        return dataset if "PixelData" in dataset and dataset.pixel_array is not None else None
    except Exception:
        return None


@pytest.mark.filterwarnings("ignore")
def test_pydicoms_own_files_are_read_as_pydicom_reads_them(capfd: Any) -> None:
    paths = list(bundled())
    with read_files(paths) as answers:
        for path, answer in zip(paths, answers, strict=True):
            assert (as_pydicom_reads(path) is not None) == isinstance(answer, Read), (path.name, answer)
    assert sum(isinstance(answer, Read) for answer in answers) == 88


@pytest.mark.filterwarnings("ignore")
def test_what_is_shown_is_what_pydicom_shows(tmp_path: Path) -> None:
    paths = [path for path in bundled() if as_pydicom_reads(path) is not None]
    folders = [tmp_path / str(number) for number in range(len(paths))]
    for folder in folders:
        folder.mkdir()
    work = [{"path": str(path), "frames_to": str(into)} for path, into in zip(paths, folders, strict=True)]
    for path, into, answer in zip(paths, folders, reading.read_all(work, tmp_path), strict=True):
        done = reading.checked(answer, tmp_path)
        assert isinstance(done, Read), path
        compare(path, into, done)


def compare(path: Path, into: Path, done: Read) -> None:
    """The frames and the preview of a file with what pydicom makes of it."""
    dataset = pydicom.dcmread(path)
    stored = pixel_array(dataset)
    frames = stored if int(dataset.get("NumberOfFrames") or 1) > 1 else stored[None]
    assert done.frames == len(frames)
    for number, pixels in enumerate(frames, start=1):
        told = into / f"frame-{number}"
        if done.is_colour:
            assert np.array_equal(pixels_of(told), in_eight_bits(pixels, dataset)), path
        else:
            assert done.scale is not None
            off = 1e-6 if done.bits <= 16 else done.scale.step / 2 + 1e-6
            values = values_of(told.read_bytes(), done).reshape(pixels.shape)
            assert np.abs(values - apply_modality_lut(pixels, dataset)).max() <= off, path
    preview = pixels_of(into / "preview").astype(int)
    if not done.is_colour and max(preview.shape) == max(frames[0].shape):
        assert np.abs(preview - windowed(frames[0], dataset)).max() <= 1, path


def in_eight_bits(pixels: Any, dataset: Any) -> Any:
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        pixels = apply_color_lut(pixels, dataset)
        return (pixels >> (pixels.dtype.itemsize * 8 - 8)).astype(np.uint8)
    return (pixels >> max(0, dataset.BitsStored - 8)).astype(np.uint8)


def windowed(pixels: Any, dataset: Any) -> Any:
    """By pydicom, in 0 to 255; without a window, from the least to the largest value."""
    values = apply_modality_lut(pixels, dataset).astype(np.float64)
    shown = apply_voi_lut(values, dataset)
    low, high = shown.min(), shown.max()
    if "WindowCenter" in dataset:
        signed = dataset.PixelRepresentation
        low, high = (-(2 ** (dataset.BitsStored - 1)) if signed else 0), 2 ** (dataset.BitsStored - signed) - 1
        slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
        low, high = low * slope + intercept, high * slope + intercept
    eight = np.rint(np.clip((shown - low) / max(high - low, 1e-6), 0, 1) * 255)
    return 255 - eight if dataset.PhotometricInterpretation == "MONOCHROME1" else eight


def values_of(data: bytes, told: Read) -> Any:
    assert told.scale is not None
    kept = np.frombuffer(gzip.decompress(data), "<i2" if told.scale.is_signed else "<u2")
    assert (kept.min(), kept.max()) == (told.scale.low, told.scale.high) or told.frames > 1
    return told.scale.zero + kept * told.scale.step


def pixels_of(path: Path) -> Any:
    with Image.open(path) as image:
        return np.asarray(image)


def test_an_inverted_picture_is_turned_and_a_window_is_kept(at: Any) -> None:
    path = at(a_dicom_file(PhotometricInterpretation="MONOCHROME1", WindowCenter=2000, WindowWidth=400))
    with render_file(path) as done:
        preview = pixels_of(done.preview)
    assert done.read.is_inverted
    assert done.read.scale is not None
    assert (done.read.scale.centre, done.read.scale.width) == (2000, 400)
    assert (preview[0, 0], preview[-1, -1]) == (255, 0)


def test_a_table_of_greys_comes_before_a_window(at: Any) -> None:
    table = pydicom.Dataset()
    table.LUTDescriptor = [4096, 0, 8]
    table.LUTData = np.array([255 - n // 16 for n in range(4096)], "<u2").tobytes()
    table["LUTData"].VR = "OW"
    with render_file(at(a_dicom_file(VOILUTSequence=[table], BitsStored=12, HighBit=11))) as done:
        preview = pixels_of(done.preview)
    assert (preview[0, 0], preview[-1, -1]) == (255, 255 - 3071 // 16)


def test_a_table_that_cannot_be_read_is_passed_by(at: Any) -> None:
    table = pydicom.Dataset()
    table.LUTDescriptor = [4096, 0, 8]
    table.LUTData = b"\0" * 4
    table["LUTData"].VR = "OW"
    with render_file(at(a_dicom_file(VOILUTSequence=[table]))) as done:
        assert pixels_of(done.preview)[-1, -1] == 255


def test_signed_and_falling_values_stay_exact(at: Any) -> None:
    pixels = (ramp().astype(np.int32) - 2000).astype(np.int16)
    with render_file(at(a_dicom_file(pixels, RescaleSlope="-0.5", RescaleIntercept="10"))) as done:
        values = values_of(done.frames[0].read_bytes(), done.read)
    assert np.array_equal(values.reshape(pixels.shape), pixels * -0.5 + 10)


def test_hounsfield_units_are_kept_as_they_are(at: Any) -> None:
    with render_file(
        at(a_dicom_file(RescaleSlope="1", RescaleIntercept="-1024", WindowCenter="40", WindowWidth="400"))
    ) as done:
        kept = np.frombuffer(gzip.decompress(done.frames[0].read_bytes()), "<i2")
    scale = done.read.scale
    assert scale is not None
    assert (scale.is_signed, scale.low, scale.high, scale.centre, scale.width) == (True, -1024, 2047, 40, 400)
    assert np.array_equal(kept, ramp().ravel().astype(int) - 1024)


def test_a_large_picture_has_a_small_preview(at: Any) -> None:
    with render_file(at(a_dicom_file(np.full((2500, 2048), 7, np.uint16)))) as done:
        assert pixels_of(done.preview).shape == (1024, 839)
        assert len(gzip.decompress(done.frames[0].read_bytes())) == 2500 * 2048 * 2


def test_an_ultrasound_of_many_frames_in_colour(at: Any) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (5, 20, 30, 3), np.uint8)
    with render_file(at(a_dicom_file(pixels, kind="1.2.840.10008.5.1.4.1.1.3.1"))) as done:
        shown = [pixels_of(frame) for frame in done.frames]
    assert np.array_equal(np.stack(shown), pixels)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photograph_of_a_film(at: Any, kind: str) -> None:
    with render_file(at(a_picture_file(kind))) as done:
        assert (done.read.kind, done.read.rows_px, done.read.columns_px, done.read.is_colour) == (kind, 480, 640, True)


def test_a_grey_picture_keeps_its_depth(at: Any) -> None:
    made = io.BytesIO()
    Image.fromarray(ramp()).save(made, "PNG")
    with render_file(at(made.getvalue())) as done:
        kept = np.frombuffer(gzip.decompress(done.frames[0].read_bytes()), "<u2")
    assert (done.read.bits, done.read.is_colour) == (16, False)
    assert np.array_equal(kept, ramp().ravel())


def test_what_is_derived_carries_nothing_else(at: Any) -> None:
    with render_file(at(with_a_place())) as done:
        assert (done.read.rows_px, done.read.columns_px) == (640, 480)  # upright
        for path in (*done.frames, done.preview):
            data = path.read_bytes()
            assert b"Ann Example" not in data
            assert b"at home" not in data
            assert {data[12:16], b"IHDR"} == {b"IHDR"}
            assert not any(mark in data for mark in (b"tEXt", b"eXIf", b"iTXt", b"zTXt"))


def test_what_a_file_says_of_itself(at: Any) -> None:
    region = pydicom.Dataset()
    region.PhysicalDeltaX = region.PhysicalDeltaY = 0.01
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    told = {
        "PatientName": "Example^Ann",
        "PatientBirthDate": "19700102",
        "PatientSex": "F",
        "StudyDate": "20260901",
        "BodyPartExamined": "ANKLE",
        "ImageLaterality": "R",
        "PixelSpacing": [0.15, 0.16],
        "SequenceOfUltrasoundRegions": [region],
        "InstanceNumber": 7,
    }
    found = read(at(a_dicom_file(**told)))
    assert isinstance(found, Read)
    assert found.number == 7
    assert found.facts["name"] == "Example^Ann"
    assert found.facts["pixel_spacing"] == [0.15, 0.16]
    assert found.facts["us_regions"][0]["delta_x"] == 0.01
    assert json.loads(json.dumps(found.facts)) == found.facts


def test_a_value_that_cannot_be_read_is_left_out(at: Any) -> None:
    data = a_dicom_file(StudyDate="20260901", PatientName="A\x00B", PixelSpacing=[0.2, 0.2])
    found = read(at(data.replace(b"0.2\\0.2 ", b"x.2\\-.2 ")))
    assert isinstance(found, Read)
    assert "pixel_spacing" not in found.facts
    assert "\x00" not in found.facts["name"]


def test_a_file_with_a_dead_directory_of_a_tiff_is_kept(at: Any) -> None:
    """As instruments leave it there: it leads nowhere."""
    dataset = a_dataset()
    dataset.preamble = b"II*\0\0\0\xff\0".ljust(128, b"\0")
    assert isinstance(read(at(written(dataset))), Read)
