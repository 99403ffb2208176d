"""A picture that is no DICOM file: JPEG or PNG, decoded in full, upright, without what travels with it."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from cases.intake.limits import MOST_PIXELS, Unfit
from cases.intake.shades import Frames, Scale
from cases.rules.photographs import plain

ENDINGS = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82"}
MOST_AFTER = 64 * 1024  # bytes that cameras leave behind a picture


def read_picture(path: Path, kind: str) -> tuple[dict[str, Any], Frames]:
    """Raises Unfit: too_many_pixels, damaged, two_things, moving."""
    check_end(path, kind)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings(), Image.open(path, formats=[kind]) as image:
            warnings.simplefilter("ignore")
            if image.width * image.height > MOST_PIXELS:
                raise Unfit("too_many_pixels")
            if kind == "PNG" and getattr(image, "is_animated", False):
                raise Unfit("moving")
            image.load()
            upright = ImageOps.exif_transpose(image)
    except (Image.DecompressionBombError, MemoryError):
        raise Unfit("too_many_pixels") from None
    except Unfit:
        raise
    except Exception:  # a decoder fails in as many ways as files are broken
        raise Unfit("damaged") from None
    pixels = shades_of(upright)
    is_colour = pixels.ndim == 3
    bits = 16 if pixels.dtype.itemsize > 1 else 8
    frames = Frames(lambda: iter([pixels]), is_colour, None if is_colour else Scale(0, 2**bits - 1))
    told = {
        "kind": kind,
        "frames": 1,
        "rows_px": pixels.shape[0],
        "columns_px": pixels.shape[1],
        "is_colour": is_colour,
        "bits": bits,
        "facts": {},
    }
    return told, frames


def check_end(path: Path, kind: str) -> None:
    """A picture ends where it ends: what follows is another file."""
    data = path.read_bytes()
    end = data.rfind(ENDINGS[kind])
    if end < 0:
        raise Unfit("damaged")
    after = data[end + len(ENDINGS[kind]) :]
    if len(after) > (MOST_AFTER if kind == "JPEG" else 0) and any(after):
        raise Unfit("two_things")


def shades_of(image: Image.Image) -> np.ndarray[Any, Any]:
    """Rows by columns of grey, or by three colours."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return np.clip(np.asarray(image).astype(np.int64), 0, 65535).astype(np.uint16)
    if image.mode in ("1", "L"):
        return np.asarray(image.convert("L"))
    return np.asarray(plain(image))
