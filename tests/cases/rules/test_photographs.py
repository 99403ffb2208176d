import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image, ImageCms

from cases.rules import photographs
from cases.rules.photographs import THUMBNAIL_PX, Unfit, read_photograph
from tests.factories.photographs import a_picture_file, with_a_place


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("kind", "told", "content_type"),
    [
        ("JPEG", {}, "image/jpeg"),
        ("JPEG", {"mode": "L"}, "image/jpeg"),
        ("JPEG", {"mode": "CMYK"}, "image/jpeg"),
        ("PNG", {}, "image/png"),
        ("PNG", {"mode": "RGBA"}, "image/png"),
        ("PNG", {"mode": "P"}, "image/png"),
        ("WEBP", {}, "image/webp"),
    ],
)
def test_what_is_kept(kind: str, told: dict[str, str], content_type: str) -> None:
    read = read_photograph(a_picture_file(kind, **told))
    assert (read.content_type, read.width_px, read.height_px) == (content_type, 640, 480)
    for copy in (read.shown, read.thumbnail):
        assert opened(copy).format == "JPEG"
        assert opened(copy).mode == "RGB"
    assert max(opened(read.thumbnail).size) == THUMBNAIL_PX


def test_the_copy_is_upright_and_knows_no_place() -> None:
    data = with_a_place()
    assert opened(data).getexif().get_ifd(0x8825)
    assert b"at home" in data
    read = read_photograph(data)
    shown = opened(read.shown)
    assert shown.size == (480, 640), "turned"
    red, _, blue = shown.getpixel((470, 320))  # type: ignore[misc]
    assert red > blue, "what was above stands at the right"
    for copy in (read.shown, read.thumbnail):
        assert not opened(copy).getexif()
        assert set(opened(copy).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        for told in (b"Exif", b"at home", b"Ann Example"):
            assert told not in copy


def test_a_large_one_is_made_smaller_and_a_small_one_is_not_blown_up() -> None:
    assert opened(read_photograph(a_picture_file(size=(4000, 1000))).shown).size == (1600, 400)
    assert opened(read_photograph(a_picture_file(size=(90, 60))).shown).size == (90, 60)


def test_what_is_transparent_is_white() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(made, "PNG")
    assert opened(read_photograph(made.getvalue()).shown).getpixel((25, 25)) == (255, 255, 255)


def test_sixteen_bits_are_not_all_white() -> None:
    made = io.BytesIO()
    Image.new("I;16", (50, 50), 0x8000).save(made, "PNG")
    assert 120 <= opened(read_photograph(made.getvalue()).shown).convert("L").getpixel((25, 25)) <= 136  # type: ignore[operator]


def test_colours_are_those_that_were_meant() -> None:
    """A profile that says other than sRGB is applied; a broken one is passed by."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert opened(read_photograph(a_picture_file(icc_profile=lab)).shown).info.get("icc_profile") is None
    assert read_photograph(a_picture_file(icc_profile=b"nonsense")).shown


def a_zip() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("page.html", "x")
    return made.getvalue()


def a_header_of(width: int, height: int) -> bytes:
    """A small file that says it is a large picture."""
    made = bytearray(a_picture_file("PNG", size=(8, 8)))
    made[16:24] = struct.pack(">II", width, height)
    made[29:33] = struct.pack(">I", zlib.crc32(made[12:29]))
    return bytes(made)


JPEG = a_picture_file()
UNFIT = {
    "nothing": (b"", "empty"),
    "too many bytes": (JPEG + b"\0" * photographs.LARGEST_BYTES, "too_large"),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
    "HEIC of another brand": (b"\0\0\0\x18ftypmif1\0\0\0\0heic", "heic"),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "other_type"),
    "a page": (b"<!DOCTYPE html><html></html>", "other_type"),
    "a text": (b"photograph.jpg", "other_type"),
    "a PDF": (b"%PDF-1.7 ", "other_type"),
    "GIF": (a_picture_file("GIF"), "other_type"),
    "BMP": (a_picture_file("BMP"), "other_type"),
    "TIFF": (a_picture_file("TIFF"), "other_type"),
    "an archive": (a_zip(), "other_type"),
    "a picture that is a page": (JPEG + b"<HTML><body>", "more_than_a_picture"),
    "a page in its comment": (a_picture_file(comment=b"<script>alert(1)</script>"), "more_than_a_picture"),
    "a picture that is an archive": (JPEG + a_zip(), "more_than_a_picture"),
    "a picture that is a PDF": (JPEG + b"%PDF-1.7 ", "more_than_a_picture"),
    "half a JPEG": (JPEG[: len(JPEG) // 2], "damaged"),
    "half a PNG": (a_picture_file("PNG", size=(900, 900))[:-600], "damaged"),
    "half a WebP": (a_picture_file("WEBP")[:-60], "damaged"),
    "only a signature": (b"\xff\xd8\xff\xe0", "damaged"),
    "only a PNG's signature": (b"\x89PNG\r\n\x1a\n", "damaged"),
    "51 megapixels in a small file": (a_header_of(10_200, 5000), "too_many_pixels"),
    "a bomb": (a_header_of(60_000, 60_000), "too_many_pixels"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_is_not_kept(name: str) -> None:
    data, code = UNFIT[name]
    with pytest.raises(Unfit) as no:
        read_photograph(data)
    assert no.value.code == code
