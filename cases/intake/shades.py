"""Frames as they are kept to be shown: 16-bit greys, to be windowed, or colours; and a small picture of the first."""

import gzip
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

PREVIEW_PX = 1024
Pixels = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Scale:
    """How stored greys become values (in Hounsfield units, or as the instrument means them), and how values are shown.

    A grey is kept as the value itself where that is a whole number of 16 bits, and else as a number from 0 on:
    value = zero + number x step. The window that is told is one of kept numbers.
    """

    smallest: float  # the smallest and largest stored grey
    largest: float
    slope: float = 1.0
    intercept: float = 0.0
    centre: float | None = None
    width: float | None = None
    function: str = "LINEAR"
    is_inverted: bool = False
    is_whole: bool = True

    @property
    def ends(self) -> tuple[float, float]:
        both = (self.smallest * self.slope + self.intercept, self.largest * self.slope + self.intercept)
        return min(both), max(both)

    @property
    def is_signed(self) -> bool:
        return self.is_value and self.ends[0] < 0

    @property
    def is_value(self) -> bool:
        low, high = self.ends
        fits = high <= 32767 if low < 0 else high <= 65535
        return self.is_whole and self.slope.is_integer() and self.intercept.is_integer() and low >= -32768 and fits

    @property
    def step(self) -> float:
        """The value of one kept number; exact wherever the file's own numbers reach over at most 16 bits."""
        span = self.largest - self.smallest
        return 1.0 if self.is_value else abs(self.slope) * (1.0 if self.is_whole and span <= 65535 else span / 65535)

    @property
    def zero(self) -> float:
        return 0.0 if self.is_value else self.ends[0]

    @property
    def window(self) -> tuple[float, float]:
        """In values: the file's own, or all that there is."""
        low, high = self.ends
        if self.centre is None or self.width is None:
            return (low + high) / 2, max(high - low, self.step, 1e-6)
        return self.centre, self.width

    def packed(self, stored: Pixels) -> Pixels:
        values = stored.astype(np.float64) * self.slope + self.intercept
        return np.rint((values - self.zero) / self.step).astype("<i2" if self.is_signed else "<u2")

    def told(self) -> dict[str, float | int | bool]:
        (low, high), (centre, width) = self.ends, self.window
        return {
            "is_signed": self.is_signed,
            "low": round((low - self.zero) / self.step),
            "high": round((high - self.zero) / self.step),
            "centre": (centre - self.zero) / self.step,
            "width": width / self.step,
            "zero": self.zero,
            "step": self.step,
        }


@dataclass(frozen=True)
class Frames:
    """The frames of a file, as often as they are asked for: stored greys with their scale, or 8-bit colours.

    `toned` shows a first frame's values by a table of the file's own, from 0 to 255, in place of its window.
    """

    each: Callable[[], Iterator[Pixels]]
    is_colour: bool
    scale: Scale | None = None
    toned: Callable[[Pixels], Pixels] | None = None


def write_frames(frames: Frames, into: Path) -> int:
    """Writes `frame-1` … and `preview`; how many frames there were."""
    number = 0
    for number, pixels in enumerate(frames.each(), start=1):
        data = (
            png_of(pixels) if frames.scale is None else gzip.compress(frames.scale.packed(pixels).tobytes(), 1, mtime=0)
        )
        (into / f"frame-{number}").write_bytes(data)
        if number == 1:
            (into / "preview").write_bytes(png_of(preview_of(pixels, frames)))
    return number


def kept(pixels: Pixels, scale: Scale | None) -> bytes:
    return png_of(pixels) if scale is None else gzip.compress(scale.packed(pixels).tobytes(), 1, mtime=0)


def preview_of(pixels: Pixels, frames: Frames) -> Pixels:
    """At most PREVIEW_PX long, in 8 bits, as it is meant to be seen."""
    if frames.scale is None:
        small = Image.fromarray(pixels)
        small.thumbnail((PREVIEW_PX, PREVIEW_PX), Image.Resampling.LANCZOS)
        return np.asarray(small)
    if frames.toned is not None:
        shown = frames.toned(pixels)
    else:
        shown = windowed(shrunk(pixels) * frames.scale.slope + frames.scale.intercept, frames.scale)
    shown = shrunk(shown) if max(shown.shape) > PREVIEW_PX else shown
    eight = np.rint(np.clip(shown, 0, 255)).astype(np.uint8)
    return 255 - eight if frames.scale.is_inverted else eight


def shrunk(pixels: Pixels) -> Pixels:
    """As floats; each pixel of a smaller picture is the mean of those that it stands for."""
    longest = max(pixels.shape)
    if longest <= PREVIEW_PX:
        return pixels.astype(np.float64)
    size = tuple(max(1, round(n * PREVIEW_PX / longest)) for n in reversed(pixels.shape))
    small = Image.fromarray(pixels.astype(np.float32)).resize(size, Image.Resampling.BOX)
    return np.asarray(small).astype(np.float64)


def windowed(values: Pixels, scale: Scale) -> Pixels:
    """0 to 255. DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3."""
    (centre, width), full = scale.window, 255.0
    if scale.centre is None:
        low, high = scale.ends
        return (values - low) / max(high - low, 1e-6) * full
    if scale.function == "SIGMOID":
        return full / (1 + np.exp(np.clip(-4 * (values - centre) / width, -700, 700)))
    if scale.function == "LINEAR_EXACT":
        return np.clip((values - centre) / width + 0.5, 0, 1) * full
    if width <= 1:
        return np.where(values > centre - 0.5, full, 0.0)
    return np.clip((values - (centre - 0.5)) / (width - 1) + 0.5, 0, 1) * full


def png_of(pixels: Pixels) -> bytes:
    """The pixels alone: nothing else travels with them."""
    made = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(made, "PNG", compress_level=3)
    return made.getvalue()
