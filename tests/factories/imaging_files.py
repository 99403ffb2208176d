"""Imaging files to test with, made on the spot: DICOM, pictures, a report, a disc."""

import io
import tempfile
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian, generate_uid

from cases.actions.imaging_files import keep_file
from cases.actions.imaging_frames import write_frames
from cases.intake import Read, Rendered, render_file
from cases.models import ImagingFile, ImagingResult
from clinic.models import StaffMember
from tests.factories.photographs import a_picture_file

A_PDF = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>\nendobj\nxref\n0 4\ntrailer\n<</Size 4/Root 1 0 R>>\n"
    b"startxref\n180\n%%EOF\n"
)


def a_dataset(pixels: Any = None, *, kind: str = DigitalXRayImageStorageForPresentation, **told: Any) -> FileDataset:
    """An X-ray of 48 by 64 pixels with 12 bits, or what is told of it, by DICOM's keywords."""
    pixels = ramp() if pixels is None else np.asarray(pixels)
    is_colour = pixels.ndim > 2 and pixels.shape[-1] == 3
    rows_at = pixels.ndim - (3 if is_colour else 2)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = kind
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = kind
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID = told.pop("SOPInstanceUID", None) or generate_uid()
    dataset.StudyInstanceUID = dataset.SeriesInstanceUID = generate_uid()
    dataset.Modality = "DX"
    dataset.Rows, dataset.Columns = pixels.shape[rows_at : rows_at + 2]
    dataset.SamplesPerPixel = 3 if is_colour else 1
    dataset.PhotometricInterpretation = "RGB" if is_colour else "MONOCHROME2"
    if is_colour:
        dataset.PlanarConfiguration = 0
    if rows_at:
        dataset.NumberOfFrames = pixels.shape[0]
    dataset.BitsAllocated = pixels.dtype.itemsize * 8
    dataset.BitsStored, dataset.HighBit = dataset.BitsAllocated, dataset.BitsAllocated - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    data = pixels.tobytes()
    dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset["PixelData"].VR = "OW" if dataset.BitsAllocated > 8 else "OB"
    for keyword, value in told.items():
        setattr(dataset, keyword, value)
    return dataset


def ramp(rows: int = 48, columns: int = 64) -> Any:
    return (np.arange(rows * columns, dtype=np.uint16) % 4096).reshape(rows, columns)


def written(dataset: Dataset, **how: Any) -> bytes:
    made = io.BytesIO()
    dataset.save_as(made, enforce_file_format=True, **how)
    return made.getvalue()


def a_dicom_file(pixels: Any = None, **told: Any) -> bytes:
    return written(a_dataset(pixels, **told))


def of_person(name: str, born: str = "", sex: str = "", **told: Any) -> bytes:
    return a_dicom_file(PatientName=name, PatientBirthDate=born, PatientSex=sex, **told)


@cache
def read_once() -> tuple[bytes, Read, bytes, bytes]:
    """A file that says nothing of a person, what it is, its frame and its preview: read by the child once."""
    data = a_dicom_file()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "file"
        place.write_bytes(data)
        with render_file(place) as done:
            return data, done.read, done.frames[0].read_bytes(), done.preview.read_bytes()


def a_kept_file(result: ImagingResult, by: StaffMember, marker: str) -> ImagingFile:
    """With its frames, and with a marker in what it says of itself."""
    data, read, frame, preview = read_once()
    facts = dict.fromkeys(("study_description", "institution"), marker)
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in ("file", "frame", "preview")]
        for place, content in zip(places, (data, frame, preview), strict=True):
            place.write_bytes(content)
        told = read.model_copy(update={"facts": facts})
        row = keep_file(result=result, place=places[0], name=marker, read=told, by=by).file
        assert row is not None
        write_frames(row, Rendered(read=read, frames=places[1:2], preview=places[2]))
    return row


def a_zip(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def a_disc(*pictures: bytes) -> bytes:
    """As a hospital hands it out: an index, a viewer that starts by itself, and the pictures without endings."""
    index = b"\0" * 128 + b"DICM\x02\x00\x02\x00UI\x14\x001.2.840.10008.1.3.10\x00"
    viewer = {
        "AUTORUN.INF": b"[autorun]\nopen=VIEWER\\start.exe\n",
        "VIEWER/start.exe": b"MZ" + b"\0" * 500,
        "VIEWER/logo.jpg": a_picture_file(size=(40, 20)),
        "VIEWER/help.pdf": A_PDF,
        "INDEX.HTM": b"<html></html>",
    }
    numbered = {f"DICOM/PAT00001/IM{n:06}": data for n, data in enumerate(pictures)}
    return a_zip({"DICOMDIR": index, **viewer, **numbered})
