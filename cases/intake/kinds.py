"""What a file is, by what it holds: a picture, a report, an archive, or nothing that is kept."""

from pathlib import Path

from cases.intake.limits import LARGEST_ARCHIVE, LARGEST_FILE, Unfit

DICOM, JPEG, PNG, PDF, ZIP = "DICOM", "JPEG", "PNG", "PDF", "ZIP"
REACH = 64 * 1024  # bytes at either end that a careless program looks at
END_OF_ZIP = b"PK\x05\x06"
# What makes a file a page or a program for somebody who is careless.
FOREIGN = (b"<script", b"<html", b"<svg", b"<iframe", b"<!doctype", b"<?php", b"<?xml", b"<body", b"javascript:")
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"})


def kind_of(path: Path) -> str:
    """Raises Unfit: empty, too_large, heic, other_type, two_things, strange_preamble."""
    size = path.stat().st_size
    if size == 0:
        raise Unfit("empty")
    with path.open("rb") as file:
        head = file.read(REACH)
        file.seek(max(0, size - REACH - 22))
        tail = file.read()
    kind = signed_as(head)
    if size > (LARGEST_ARCHIVE if kind == ZIP else LARGEST_FILE):
        raise Unfit("too_large")
    if kind == DICOM:
        check_preamble(head[:128], size)
    if kind != ZIP:
        check_alone(kind, head, tail)
    return kind


def signed_as(head: bytes) -> str:
    if head[128:132] == b"DICM":
        return DICOM
    for kind, mark in ((JPEG, b"\xff\xd8\xff"), (PNG, b"\x89PNG\r\n\x1a\n"), (PDF, b"%PDF-"), (ZIP, b"PK\x03\x04")):
        if head.startswith(mark):
            return kind
    if head.startswith(END_OF_ZIP):
        raise Unfit("nothing_inside")
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        raise Unfit("heic")
    raise Unfit("other_type")


def check_preamble(preamble: bytes, size: int) -> None:
    """The 128 bytes before a DICOM file may make it a second thing. Allowed are zeros, a few bytes that no type
    begins with, and what instruments leave there of a TIFF whose directory does not lie in the file.
    """
    if preamble[:4] in (b"II*\x00", b"MM\x00*"):
        order = "little" if preamble.startswith(b"II") else "big"
        directory = int.from_bytes(preamble[4:8], order)  # type: ignore[arg-type]
        if 8 <= directory < size or any(preamble[8:]):
            raise Unfit("strange_preamble")
    elif any(preamble[:16]) or has_text(preamble):
        raise Unfit("strange_preamble")


def has_text(data: bytes) -> bool:
    """Whether four letters or signs follow one another."""
    run = 0
    for byte in data:
        run = run + 1 if 0x20 < byte < 0x7F else 0
        if run == 4:
            return True
    return False


def check_alone(kind: str, head: bytes, tail: bytes) -> None:
    """Raises Unfit where the file is a second thing besides: an archive, a page, a report."""
    if END_OF_ZIP in tail:
        raise Unfit("two_things")
    first = head[:1024] if kind == DICOM else head
    ends = first.lower() + b"\n" + tail[-1024:].lower()
    if any(mark in ends for mark in FOREIGN):
        raise Unfit("two_things")
    if kind != PDF and b"%pdf-" in head[:2048].lower():
        raise Unfit("two_things")
    if kind == PDF and (b"DICM" in head[:132] or head.count(b"%PDF-") > 1):
        raise Unfit("two_things")
