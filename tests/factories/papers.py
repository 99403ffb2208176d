"""Reads back what a PDF of ours says, page by page."""

import re
import zlib

STRING = rb"\((?:[^()\\]|\\.)*\)"
for _depth in range(3):  # a string may hold brackets as they are, where each that opens is closed
    STRING = rb"\((?:[^()\\]|\\.|" + STRING + rb")*\)"
NAMED = {b"n": 10, b"r": 13, b"t": 9, b"b": 8, b"f": 12, b"(": 40, b")": 41, b"\\": 92}


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, as it is shown."""
    objects = {int(n): body for n, body in re.findall(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", pdf, re.S)}
    pages = [body for body in objects.values() if b"<</Type/Page/" in body]
    return [page_text(objects, page) for page in pages]


def page_text(objects: dict[int, bytes], page: bytes) -> str:
    fonts = {
        name: letters_of(objects, objects[int(number)])
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", objects[pointed(page, b"Resources")])
    }
    shown, letters = "", {}
    content = unpacked(objects[pointed(page, b"Contents")])
    for font, line, end in re.findall(
        rb"/(f\d+) [\d.]+ Tf|\[((?:[^\]\\(]|\\.|" + STRING + rb")*)\]TJ|(ET)", content, re.S
    ):
        letters = fonts[font] if font else letters
        for glyphs in re.findall(STRING, line, re.S):
            shown += "".join(letters.get(glyph, "?") for glyph in pairs(glyphs[1:-1]))
        shown += " " if end else ""
    return re.sub(r"\s+", " ", shown)


def letters_of(objects: dict[int, bytes], font: bytes) -> dict[int, str]:
    """What each glyph of a font stands for."""
    table = unpacked(objects[pointed(font, b"ToUnicode")])
    found = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    return {int(glyph, 16): bytes.fromhex(code.decode()).decode("utf-16-be") for glyph, code in found}


def pairs(escaped: bytes) -> list[int]:
    """The glyphs of a string, two bytes each."""

    def plain(found: re.Match[bytes]) -> bytes:
        told = found.group(1)
        return bytes([NAMED[told] if told in NAMED else int(told, 8)])

    raw = re.sub(rb"\\([0-7]{1,3}|[nrtbf()\\])", plain, escaped, flags=re.S)
    return [raw[i] << 8 | raw[i + 1] for i in range(0, len(raw) - 1, 2)]


def pointed(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found, name
    return int(found.group(1))


def unpacked(body: bytes) -> bytes:
    return zlib.decompress(body.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0])
