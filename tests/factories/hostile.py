"""Files that mean harm, or are not what they seem; with the reasons for which each may be refused."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.uid import (
    MPEG4HP41,
    BasicTextSRStorage,
    DeflatedExplicitVRLittleEndian,
    EncapsulatedPDFStorage,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
)

from tests.factories.imaging_files import A_PDF, a_dataset, a_dicom_file, a_zip, written
from tests.factories.photographs import a_picture_file

MB = 1024 * 1024
SCRIPT = b"<script>alert(document.cookie)</script>"


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG that says how large it is and has nothing to show for it."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rest = chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + rest


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def a_tar() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("x"))
    return made.getvalue()


def a_picture_as(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(made, kind)
    return made.getvalue()


def with_preamble(start: bytes) -> bytes:
    return start.ljust(128, b"\0") + a_dicom_file()[128:]


def a_live_tiff() -> bytes:
    """Whose directory of a TIFF lies within the DICOM file."""
    return with_preamble(b"II*\0" + struct.pack("<I", 200))


def jpeg_with_comment(comment: bytes) -> bytes:
    return a_picture_file(comment=comment)


def large_jpeg() -> bytes:
    """Which says that it has 65,000 by 65,000 pixels."""
    data = bytearray(a_picture_file(size=(32, 32)))
    at = data.find(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", 65000, 65000)
    return bytes(data)


def a_lying_zip() -> bytes:
    """Whose directory says that its 60 MB are 1,000 bytes."""
    data = bytearray(a_zip({"a.dcm": b"\0" * (60 * MB)}))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(mark) + offset
        data[at : at + 4] = struct.pack("<I", 1000)
    return bytes(data)


def an_overlapping_zip() -> bytes:
    """Whose entries are all the same 30 MB."""
    data = a_zip({"a.dcm": a_dicom_file() + b"\0" * (30 * MB)})
    start = data.rfind(b"PK\x01\x02")
    end = data.rfind(b"PK\x05\x06")
    directory = data[start:end] * 100
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 100, 100, len(directory), start, 0)
    return data[:start] + directory + tail


def an_encrypted_zip() -> bytes:
    data = bytearray(a_zip({"a.dcm": a_dicom_file()}))
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.find(mark) + offset] |= 1
    return bytes(data)


def exploding() -> bytes:
    """A deflated data set of 1 MB that inflates to 280."""
    dataset = a_dataset()
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data = written(dataset)
    length = 144 + struct.unpack("<I", data[140:144])[0]
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    zeros = b"".join(packer.compress(b"\0" * MB) for _ in range(280))
    return data[:length] + zeros + packer.flush()


def deep(levels: int, *, is_told: bool) -> bytes:
    """Sequences within sequences; each says how long it is, or none does."""
    inner = b""
    for _ in range(levels):
        if is_told:
            item = b"\xfe\xff\x00\xe0" + struct.pack("<I", len(inner)) + inner
            inner = b"\x08\x00\x40\x11SQ\0\0" + struct.pack("<I", len(item)) + item
        else:
            inner = (
                b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
                + inner
                + b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
            )
    data = a_dicom_file()
    at = data.find(b"\x08\x00\x18\x00UI")
    return data[:at] + inner + data[at:]


def with_many_items() -> bytes:
    items = b"\xfe\xff\x00\xe0\x00\x00\x00\x00" * 2_000_000
    data = a_dicom_file()
    at = data.find(b"\x08\x00\x18\x00UI")
    return data[:at] + b"\x08\x00\x06\x00SQ\0\0" + struct.pack("<I", len(items)) + items + data[at:]


def compressed(syntax: str, frame: bytes, **told: object) -> bytes:
    dataset = a_dataset(np.zeros((16, 16), np.uint8), **told)
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].is_undefined_length = True
    return written(dataset)


def of_private_syntax() -> bytes:
    data = compressed(JPEG2000Lossless, b"x")
    return data.replace(b"1.2.840.10008.1.2.4.90", b"1.2.276.99999.1.2.4.90", 1)


def a_large_j2k() -> bytes:
    """A codestream that says it has 60,000 by 60,000 pixels."""
    size = struct.pack(">HHIIIIIIIIHBBB", 41, 0, 60000, 60000, 0, 0, 60000, 60000, 0, 0, 1, 7, 1, 1)
    return b"\xff\x4f\xff\x51" + size + b"\xff\xd9"


def a_pdf_with(more: bytes) -> bytes:
    return A_PDF.replace(b"/Type/Catalog", b"/Type/Catalog" + more)


def cut(data: bytes, keep: float) -> bytes:
    return data[: int(len(data) * keep)]


WRONG = {"other_type"}
TWO = {"two_things"}
PREAMBLE = {"strange_preamble"}
BROKEN = {"damaged"}
Made = Callable[[], bytes]

WRONG_TYPES: dict[str, tuple[Made, set[str]]] = {
    "nothing": (lambda: b"", {"empty"}),
    "one byte": (lambda: b"\0", WRONG),
    "text": (lambda: b"Right ankle, AP and lateral.\n", WRONG),
    "html": (lambda: b"<!DOCTYPE html><html>" + SCRIPT, WRONG),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", WRONG),
    "xml": (lambda: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', WRONG),
    "windows program": (lambda: b"MZ\x90\0" + b"\0" * 1000, WRONG),
    "linux program": (lambda: b"\x7fELF" + b"\0" * 1000, WRONG),
    "shell script": (lambda: b"#!/bin/sh\nrm -rf /\n", WRONG),
    "gif": (lambda: a_picture_as("GIF"), WRONG),
    "bmp": (lambda: a_picture_as("BMP"), WRONG),
    "tiff": (lambda: a_picture_as("TIFF"), WRONG),
    "webp": (lambda: a_picture_as("WEBP"), WRONG),
    "heic": (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 100, {"heic"}),
    "tar": (a_tar, WRONG),
    "gzip": (lambda: b"\x1f\x8b\x08" + b"\0" * 100, WRONG),
    "word document": (lambda: a_zip({"word/document.xml": b"<?xml?>"}), {"nothing_inside"}),
    "dicom without its mark": (lambda: a_dicom_file().replace(b"DICM", b"DICN", 1), WRONG),
    "dicom report": (lambda: a_dicom_file(kind=BasicTextSRStorage), {"not_a_picture"}),
    "pdf in dicom": (lambda: a_dicom_file(kind=EncapsulatedPDFStorage), {"not_a_picture"}),
    "dicom video": (lambda: compressed(MPEG4HP41, b"x"), {"strange_syntax"}),
    "dicom of a private syntax": (of_private_syntax, {"strange_syntax"}),
}
POLYGLOTS: dict[str, tuple[Made, set[str]]] = {
    "dicom and windows program": (lambda: with_preamble(b"MZ\x90"), PREAMBLE),
    "dicom and linux program": (lambda: with_preamble(b"\x7fELF"), PREAMBLE),
    "dicom and script": (lambda: with_preamble(b"#!/bin/sh\n"), PREAMBLE),
    "dicom and tiff": (a_live_tiff, PREAMBLE),
    "dicom and html": (lambda: with_preamble(b"<html>" + SCRIPT), PREAMBLE),
    "dicom and html after zeros": (lambda: with_preamble(b"\0" * 20 + SCRIPT), PREAMBLE),
    "dicom and pdf": (lambda: with_preamble(b"%PDF-1.4"), PREAMBLE),
    "dicom and png": (lambda: with_preamble(b"\x89PNG\r\n\x1a\n"), PREAMBLE),
    "dicom and zip": (lambda: a_dicom_file() + a_zip({"a": b"b"}), TWO),
    "jpeg and zip": (lambda: a_picture_file() + a_zip({"a": b"b"}), TWO),
    "jpeg and html": (lambda: jpeg_with_comment(b"--><html>" + SCRIPT), TWO),
    "jpeg and pdf": (lambda: jpeg_with_comment(b"%PDF-1.4\n"), TWO),
    "jpeg and php": (lambda: jpeg_with_comment(b"<?php system($_GET[0]); ?>"), TWO),
    "png and html": (lambda: a_picture_file("PNG") + SCRIPT, TWO),
    "png and program": (lambda: a_picture_file("PNG") + b"MZ" + b"\1" * 500, TWO),
    "pdf and zip": (lambda: A_PDF + a_zip({"a": b"b"}), TWO),
    "pdf and html": (lambda: A_PDF.replace(b"\n1 0", b"\n%<html>\n1 0", 1), TWO),
    "pdf and program": (lambda: A_PDF + b"MZ" + b"\1" * 2000, TWO),
}
BOMBS: dict[str, tuple[Made, set[str]]] = {
    "zip of zeros": (lambda: a_zip({"a.dcm": b"\0" * (80 * MB), "b.dcm": b"\0" * MB}), {"bomb"}),
    "zip that lies": (a_lying_zip, {"damaged", "bomb", "nothing_inside"}),
    "zip that overlaps": (an_overlapping_zip, {"damaged", "bomb"}),
    "zip in zip": (lambda: a_zip({"a.zip": a_zip({"b.zip": a_zip({"c": b"d"})})}), {"nothing_inside"}),
    "zip of 6,000 files": (lambda: a_zip({str(n): b"" for n in range(6000)}), {"too_many_files"}),
    "zip by lzma": (lambda: a_zip({"a.dcm": b"\0" * MB}, zipfile.ZIP_LZMA), {"strange_archive"}),
    "zip that is locked": (an_encrypted_zip, {"encrypted"}),
    "png of 3,600 megapixels": (lambda: png_of(60000, 60000), {"too_many_pixels"}),
    "png of text": (lambda: png_of(9, 9, chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 80 * MB))), BROKEN),
    "jpeg of 4,225 megapixels": (large_jpeg, {"too_many_pixels"}),
    "dicom of 4,294 megapixels": (lambda: a_dicom_file(Rows=65535, Columns=65535), {"too_many_pixels"}),
    "dicom of a million frames": (lambda: a_dicom_file(NumberOfFrames=10**6), {"too_many_frames"}),
    "dicom that explodes": (exploding, {"explodes"}),
    "dicom that is deep": (lambda: deep(3000, is_told=False), {"too_deep", "damaged"}),
    "dicom that is deep and says so": (lambda: deep(400, is_told=True), {"too_deep"}),
    "dicom of two million items": (with_many_items, {"too_deep", "too_much"}),
    "dicom of a large codestream": (lambda: compressed(JPEG2000Lossless, a_large_j2k()), {"damaged", "too_much"}),
    "dicom of a large jpeg": (lambda: compressed(JPEGBaseline8Bit, large_jpeg()), {"damaged", "too_much"}),
    "dicom of missing runs": (
        lambda: compressed(
            RLELossless, struct.pack("<16I", 1, 64, *[0] * 14) + b"\x81\xff" * 1000, Rows=7000, Columns=7000
        ),
        {"damaged", "too_much"},
    ),
}
BROKEN_FILES: dict[str, tuple[Made, set[str]]] = {
    "dicom that is cut": (lambda: cut(a_dicom_file(), 0.5), BROKEN),
    "dicom that is cut in its head": (lambda: a_dicom_file()[:200], BROKEN | {"not_a_picture"}),
    "dicom of zero rows": (lambda: a_dicom_file(Rows=0), BROKEN),
    "dicom of a wrong codestream": (lambda: compressed(JPEG2000Lossless, b"nothing at all"), BROKEN),
    "jpeg that is cut": (lambda: cut(a_picture_file(), 0.6), BROKEN),
    "jpeg of nothing": (lambda: b"\xff\xd8\xff" + b"\0" * 100, BROKEN),
    "png that is cut": (lambda: cut(a_picture_file("PNG"), 0.6), BROKEN),
    "png of wrong sums": (lambda: a_picture_file("PNG").replace(b"IDAT", b"IDAX", 1), BROKEN),
    "pdf without an end": (lambda: A_PDF.replace(b"%%EOF", b""), BROKEN),
    "pdf of nothing": (lambda: b"%PDF-1.4\n%%EOF", BROKEN),
    "zip that is cut": (lambda: cut(a_zip({"a": a_dicom_file()}), 0.7), BROKEN),
}
REFUSED = {**WRONG_TYPES, **POLYGLOTS, **BOMBS, **BROKEN_FILES}
ACTIVE_PDFS: dict[str, bytes] = {
    "script": a_pdf_with(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
    "script in other letters": a_pdf_with(b"/Names<</J#61vaScript 9 0 R>>"),
    "program": a_pdf_with(b"/AA<</O<</S/Launch/F(cmd.exe)>>>>"),
    "file": a_pdf_with(b"/Names<</EmbeddedFiles 9 0 R>>"),
    "locked": A_PDF.replace(b"/Size 4", b"/Size 4/Encrypt 9 0 R"),
    "hidden script": A_PDF.replace(
        b"xref\n0",
        b"9 0 obj\n<</Type/ObjStm/Filter/FlateDecode>>stream\n"
        + zlib.compress(b"<</S/JavaScript>>")
        + b"\nendstream\nxref\n0",
        1,
    ),
    "hidden otherwise": A_PDF.replace(
        b"xref\n0", b"9 0 obj\n<</Type/ObjStm/Filter/LZWDecode>>stream\nxx\nendstream\nxref\n0", 1
    ),
    "hidden bomb": A_PDF.replace(
        b"xref\n0",
        b"9 0 obj\n<</Type/ObjStm/Filter/FlateDecode>>stream\n"
        + zlib.compress(b"\0" * 200 * MB)
        + b"\nendstream\nxref\n0",
        1,
    ),
}
NAMES = (
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/shadow",
    "C:\\boot.ini",
    "a\x00.dcm",
    "a\r\nSet-Cookie: x=1.dcm",
    "\u202egnp.exe",
    '"><img src=x onerror=alert(1)>.dcm',
    "n" * 5000,
    "CON",
    "",
    "🦴.dcm",
)
