"""A DICOM file: of a kind that is kept, parsed within bounds, each of its frames decoded."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.filereader import read_file_meta_info, read_preamble
from pydicom.pixels import apply_color_lut, apply_modality_lut, iter_pixels, pixel_array
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian

from cases.intake.facts import facts_of, number_in, text_in
from cases.intake.kinds import DICOM
from cases.intake.limits import (
    DEEPEST,
    LARGEST_DEFLATED,
    LONGEST_ELEMENT,
    MB,
    MOST_ELEMENTS,
    MOST_FRAMES,
    MOST_PIXELS,
    MOST_PIXELS_IN_ALL,
    Unfit,
)
from cases.intake.shades import Frames, Pixels, Scale

IMPLICIT = "1.2.840.10008.1.2"  # the first transfer syntax, with which those of DICOM begin
STORAGE = "1.2.840.10008.5.1.4.1.1."
# DICOM PS3.4 B.5: kinds of pictures; what is none (reports, waveforms, plans, models, PDF within DICOM) is refused.
KINDS = frozenset(
    {
        *("1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1"),  # X-rays: computed, digital, of teeth
        *("2", "2.1", "2.2", "4", "4.1", "4.3", "4.4"),  # CT and MR, one slice or many
        *("3", "3.1", "6", "6.1", "6.2"),  # ultrasound
        *("5", "20", "128", "130"),  # nuclear medicine and PET
        *("7", "7.1", "7.2", "7.3", "7.4", "77.1.1", "77.1.2", "77.1.4"),  # secondary captures, visible light
        *("12.1", "12.1.1", "12.2", "12.2.1", "13.1.1", "13.1.3"),  # fluoroscopy and what is made of it
        *("66.4", "481.1", "481.2"),  # outlines as pictures, pictures and doses of radiotherapy
    }
)
SYNTAXES = frozenset({"", ".1", ".1.99", ".2", ".5", *(f".4.{n}" for n in (50, 51, 57, 70, 80, 81, 90, 91))})
FEW_FRAMES = 200
A_UID = re.compile(r"[0-9.]{1,64}")


def read_dicom(path: Path) -> tuple[dict[str, Any], Frames]:
    """Raises Unfit: damaged, not_a_picture, strange_syntax, explodes, too_deep, too_many_pixels, too_many_frames,
    too_much."""
    try:
        check_syntax(path)
        dataset = pydicom.dcmread(path)
        check_depth(dataset)
        told, frames = pictures_in(dataset)
    except RecursionError:
        raise Unfit("too_deep") from None
    except MemoryError:
        raise Unfit("too_much") from None
    except Unfit:
        raise
    except Exception:  # a parser fails in as many ways as files are broken
        raise Unfit("damaged") from None
    return told, frames


def check_syntax(path: Path) -> None:
    meta = read_file_meta_info(path)
    syntax = str(meta.get("TransferSyntaxUID", ""))
    if not syntax:
        raise Unfit("damaged")
    if not syntax.startswith(IMPLICIT) or syntax.removeprefix(IMPLICIT) not in SYNTAXES:
        raise Unfit("strange_syntax")
    if syntax == DeflatedExplicitVRLittleEndian:
        with path.open("rb") as file:
            read_preamble(file, False)
            length = 12 + int(meta.FileMetaInformationGroupLength)  # of the group, and of what says so
            check_inflated(file.read()[length:])


def check_inflated(packed: bytes) -> None:
    inflater, done = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while packed and not inflater.eof:
        done += len(inflater.decompress(packed, 4 * MB))
        packed = inflater.unconsumed_tail
        if done > LARGEST_DEFLATED:
            raise Unfit("explodes")


def check_depth(dataset: Dataset) -> None:
    """Sequences are opened one level at a time, so that what lies too deep is never read."""
    level, seen = [dataset], 0
    for _ in range(DEEPEST):
        below: list[Dataset] = []
        for each in level:
            seen += len(each)
            if seen > MOST_ELEMENTS:
                raise Unfit("too_deep")
            for tag in list(each.keys()):
                below += items_of(each, tag)
        if not below:
            return
        level = below
    raise Unfit("too_deep")


def items_of(dataset: Dataset, tag: Any) -> list[Dataset]:
    if tag.group == 0x7FE0:
        return []
    if (getattr(dataset.get_item(tag), "length", 0) or 0) > LONGEST_ELEMENT:
        raise Unfit("too_deep")
    try:
        element = dataset[tag]
    except (RecursionError, MemoryError):
        raise
    except Exception:  # one value that cannot be read says nothing of the others
        return []
    return list(element.value) if element.VR == "SQ" and element.value else []


def pictures_in(dataset: Dataset) -> tuple[dict[str, Any], Frames]:
    kind = text_in(dataset, "SOPClassUID")
    if not kind.startswith(STORAGE) or kind.removeprefix(STORAGE) not in KINDS or "PixelData" not in dataset:
        raise Unfit("not_a_picture")
    rows, columns, count = (int(dataset.Rows), int(dataset.Columns), int(dataset.get("NumberOfFrames") or 1))
    if rows < 1 or columns < 1 or count < 1:
        raise Unfit("damaged")
    if count > MOST_FRAMES:
        raise Unfit("too_many_frames")
    if rows * columns > MOST_PIXELS or rows * columns * count > MOST_PIXELS_IN_ALL:
        raise Unfit("too_many_pixels")
    is_colour = not text_in(dataset, "PhotometricInterpretation").startswith("MONOCHROME")
    frames = colours_in(dataset) if is_colour else greys_in(dataset)
    decoded = sum(1 for _ in frames.each()) if is_colour else count
    if decoded != count:
        raise Unfit("damaged")
    told = {
        "kind": DICOM,
        "study_uid": uid_in(dataset, "StudyInstanceUID"),
        "series_uid": uid_in(dataset, "SeriesInstanceUID"),
        "instance_uid": uid_in(dataset, "SOPInstanceUID"),
        "number": number_of(dataset),
        "frames": count,
        "rows_px": rows,
        "columns_px": columns,
        "is_colour": is_colour,
        "bits": int(dataset.BitsStored),
        "is_inverted": text_in(dataset, "PhotometricInterpretation") == "MONOCHROME1",
        "facts": facts_of(dataset),
    }
    return told, frames


def uid_in(dataset: Dataset, name: str) -> str:
    found = str(UID(text_in(dataset, name)))
    return found if A_UID.fullmatch(found) else ""


def number_of(dataset: Dataset) -> int | None:
    found = number_in(dataset, "InstanceNumber")
    return int(found) if found is not None and abs(found) < 2**31 else None


def stored_in(dataset: Dataset) -> Iterator[Pixels]:
    """Each frame as it is stored. One by one, since the iterator cannot put signs right that the file has wrong; of
    many frames by the iterator, since to find each by its number takes long.
    """
    count = int(dataset.get("NumberOfFrames") or 1)
    if count > FEW_FRAMES:
        yield from iter_pixels(dataset)
        return
    for index in range(count):
        yield pixel_array(dataset, index=index)


def colours_in(dataset: Dataset) -> Frames:
    bits, is_palette = int(dataset.BitsStored), dataset.PhotometricInterpretation == "PALETTE COLOR"

    def each() -> Iterator[Pixels]:
        for stored in stored_in(dataset):
            frame = apply_color_lut(stored, dataset) if is_palette else stored
            depth = frame.dtype.itemsize * 8 if is_palette else bits
            yield in_eight_bits(frame[..., :3], depth)

    return Frames(each, is_colour=True)


def in_eight_bits(frame: Pixels, bits: int) -> Pixels:
    if bits > 8:
        frame = frame >> (bits - 8)
    return np.clip(frame, 0, 255).astype(np.uint8)


def greys_in(dataset: Dataset) -> Frames:
    """Decodes all of them once, to see how far their greys reach."""
    table = "ModalityLUTSequence" in dataset and bool(dataset.ModalityLUTSequence)
    count = int(dataset.get("NumberOfFrames") or 1)

    def each() -> Iterator[Pixels]:
        for stored in stored_in(dataset):
            yield apply_modality_lut(stored, dataset) if table else stored

    low, high, decoded, is_whole = np.inf, -np.inf, 0, True
    for frame in each():
        low, high, decoded = min(low, float(frame.min())), max(high, float(frame.max())), decoded + 1
        is_whole = is_whole and frame.dtype.kind in "iu"
    if decoded != count or not np.isfinite([low, high]).all():
        raise Unfit("damaged")
    scale = scale_of(dataset, (low, high), is_whole, has_table=table)
    return Frames(each, is_colour=False, scale=scale, toned=toned_by(dataset, scale))


def scale_of(dataset: Dataset, reach: tuple[float, float], is_whole: bool, *, has_table: bool) -> Scale:
    groups = shared_groups(dataset)
    rescale = shared(groups, "PixelValueTransformationSequence") or dataset
    slope = None if has_table else number_in(rescale, "RescaleSlope")
    intercept = None if has_table else number_in(rescale, "RescaleIntercept")
    window = shared(groups, "FrameVOILUTSequence") or dataset
    centre, width = number_in(window, "WindowCenter"), number_in(window, "WindowWidth")
    if centre is None or width is None or width <= 0:
        centre = width = None
    return Scale(
        *reach,
        slope=slope or 1.0,
        intercept=(intercept or 0.0) if slope else 0.0,
        centre=centre,
        width=width,
        function=text_in(window, "VOILUTFunction") or "LINEAR",
        is_inverted=dataset.PhotometricInterpretation == "MONOCHROME1",
        is_whole=is_whole,
    )


def shared_groups(dataset: Dataset) -> list[Dataset]:
    """What holds for all frames of an enhanced file; what holds for its first one stands for the others."""
    found = []
    for name in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        found += list(dataset.get(name) or [])[:1]
    return found


def shared(groups: list[Dataset], name: str) -> Dataset | None:
    return next((group[name].value[0] for group in groups if group.get(name)), None)


def toned_by(dataset: Dataset, scale: Scale) -> Any:
    """The file's own table of greys, where it can be read: it comes before a window. DICOM PS3.3 C.11.2.1.1."""
    tables = dataset.get("VOILUTSequence")
    if not tables:
        return None
    try:
        table, first, most = table_in(tables[0], "<" if dataset.original_encoding[1] else ">")
    except Exception:  # a wrong table: the window serves
        return None

    def toned(stored: Pixels) -> Pixels:
        values = np.rint(stored * scale.slope + scale.intercept) - first
        return table[np.clip(values, 0, len(table) - 1).astype(np.int64)] * (255 / most)

    return toned


def table_in(item: Dataset, order: str) -> tuple[Pixels, int, int]:
    """The table, which value is its first, and the largest grey. Eight bits come in a byte each, or in two."""
    count, first, bits = (int(number) for number in item.LUTDescriptor)
    count, data = count or 65536, item.LUTData
    if isinstance(data, bytes):
        data = np.frombuffer(data, f"{order}u2" if len(data) >= 2 * count else "u1")
    table = np.asarray(data, dtype=np.float64)[:count]
    if len(table) != count or not 1 <= bits <= 16:
        raise ValueError("not a table")
    return table, first, 2**bits - 1
