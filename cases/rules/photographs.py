"""Is this a photograph, and what of it may be shown? Bytes in; a turned copy without metadata and a thumbnail out.

What counts is what the bytes hold: each picture is decoded in full, whatever it is called.
"""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageCms, ImageOps

LARGEST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
SHOWN_PX = 1600
THUMBNAIL_PX = 320
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}

HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"})
# What a picture never holds, and what makes it a page, a program or an archive for somebody who is careless.
FOREIGN = (b"<script", b"<html", b"<svg", b"<iframe", b"<!doctype", b"<?php", b"%pdf-")
END_OF_ZIP = b"PK\x05\x06"
REACH_OF_ZIP = 65_557  # bytes: an archive's last record lies no further from the end


class Unfit(ValueError):  # noqa: N818 - a sentence of the house
    """Why something is not kept as a photograph: empty, too_large, heic, other_type, more_than_a_picture,
    too_many_pixels or damaged.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Photograph:
    """A picture that was decoded: its type and size, and two JPEG copies, upright, in sRGB, without metadata."""

    content_type: str
    width_px: int
    height_px: int
    shown: bytes
    thumbnail: bytes


def read_photograph(data: bytes) -> Photograph:
    """Decodes a photograph in full. Raises Unfit with the reason why it is not kept."""
    kind = kind_of(data)
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise Unfit("too_many_pixels")
            image.load()
            upright = plain(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit("too_many_pixels") from None
    except Unfit:
        raise
    except Exception:  # a decoder fails in as many ways as files are broken
        raise Unfit("damaged") from None
    return Photograph(
        TYPES[kind], width, height, copy_of(upright, SHOWN_PX, quality=85), copy_of(upright, THUMBNAIL_PX, quality=80)
    )


def kind_of(data: bytes) -> str:
    """What the bytes say they are, before anything is decoded."""
    if not data:
        raise Unfit("empty")
    if len(data) > LARGEST_BYTES:
        raise Unfit("too_large")
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        raise Unfit("heic")
    kind = signed_as(data)
    lowered = data.lower()
    if any(mark in lowered for mark in FOREIGN) or END_OF_ZIP in data[-REACH_OF_ZIP:]:
        raise Unfit("more_than_a_picture")
    return kind


def signed_as(data: bytes) -> str:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    raise Unfit("other_type")


def plain(image: Image.Image) -> Image.Image:
    """The pixels alone, in sRGB: a new image, because text and places travel with an old one."""
    profile = image.info.get("icc_profile")
    if image.mode in ("RGBA", "LA", "PA", "P"):
        image = on_white(image.convert("RGBA"))
    elif image.mode in ("I", "F") or image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    elif profile and image.mode in ("RGB", "CMYK"):
        image = in_srgb(image, profile)
    clean = Image.new("RGB", image.size)
    clean.paste(image.convert("RGB"))
    return clean


def on_white(image: Image.Image) -> Image.Image:
    """What is transparent shows white."""
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours as they were meant: redness of skin is why some pictures are taken. A broken profile is passed by."""
    try:
        target: Any = ImageCms.createProfile("sRGB")
        turned = ImageCms.profileToProfile(image, io.BytesIO(profile), target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned or image


def copy_of(image: Image.Image, longest_px: int, *, quality: int) -> bytes:
    small = image.copy()
    small.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    small.save(made, "JPEG", quality=quality, optimize=True)
    return made.getvalue()
