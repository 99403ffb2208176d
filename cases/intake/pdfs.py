"""A report as PDF: whole, and whether anything in it acts. Where that cannot be seen, it counts as acting."""

import re
import zlib
from pathlib import Path
from typing import Any

from cases.intake.kinds import PDF
from cases.intake.limits import MB, Unfit

END = b"%%EOF"
LARGEST = 64 * MB
MOST_INFLATED = 128 * MB  # of the streams that may hide something
ACTIVE = frozenset(
    b"JavaScript JS Launch EmbeddedFile EmbeddedFiles OpenAction AA RichMedia XFA SubmitForm ImportData GoToR GoToE "
    b"URI Movie Sound Rendition Encrypt AcroForm Filespec".split()
)
NAME = re.compile(rb"/([^\s/<>\[\](){}%]{1,127})")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"stream\r?\n")


def read_pdf(path: Path) -> dict[str, Any]:
    """Raises Unfit: too_large, damaged, two_things."""
    if path.stat().st_size > LARGEST:
        raise Unfit("too_large")
    data = path.read_bytes()
    end = data.rfind(END)
    if end < 0 or not re.match(rb"%PDF-[12]\.\d", data) or b"startxref" not in data or b"obj" not in data:
        raise Unfit("damaged")
    if data[end + len(END) :].strip(b"\r\n\t \x00"):
        raise Unfit("two_things")
    return {"kind": PDF, "is_download_only": is_active(data), "facts": {}}


def is_active(data: bytes) -> bool:
    """Whether it holds a script, a file, a form, an action or a link; or hides what it holds."""
    if names(data) & ACTIVE:
        return True
    try:
        return any(names(hidden) & ACTIVE for hidden in hidden_in(data))
    except (zlib.error, ValueError):
        return True


def names(data: bytes) -> set[bytes]:
    return {ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), found) for found in NAME.findall(data)}


def hidden_in(data: bytes) -> list[bytes]:
    """The streams that hold objects. Raises ValueError for one that is packed otherwise than by deflate alone."""
    found, left = [], MOST_INFLATED
    for start in STREAM.finditer(data):
        dictionary = data[max(0, data.rfind(b"obj", 0, start.start())) : start.start()]
        if b"ObjStm" not in names(dictionary):
            continue
        if names(dictionary) & {b"DecodeParms", b"ASCIIHexDecode", b"ASCII85Decode", b"LZWDecode", b"Crypt"}:
            raise ValueError("not seen into")
        packed = memoryview(data)[start.end() :]
        if b"FlateDecode" in names(dictionary):
            inflater = zlib.decompressobj()
            plain = inflater.decompress(packed, left)
            if not inflater.eof:
                raise ValueError("larger than it may be")
        else:
            plain = bytes(packed[: data.find(b"endstream", start.end()) - start.end()])
        left -= len(plain)
        if left <= 0:
            raise ValueError("larger than they may be")
        found.append(plain)
    return found
