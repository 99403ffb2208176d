"""An archive, such as a patient's CD: unpacked within bounds. Names inside are shown, and never part of a path."""

import zipfile
import zlib
from pathlib import Path
from typing import IO

from cases.intake.kinds import DICOM, ZIP, kind_of
from cases.intake.limits import LARGEST_FILE, MOST_INFLATED, MOST_MEMBERS, SMALL, STEEPEST, Unfit

METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
PIECE = 1024 * 1024
INDEX = b"1.2.840.10008.1.3.10\x00"  # media storage directory
NAMED = 5  # of what was left out


def unpack(path: Path, into: Path) -> dict[str, object]:
    """Writes what may be a picture or a report to numbered files.

    A disc's viewer, its index and archives inside are left out; beside DICOM files so are other pictures and papers,
    which belong to the viewer. Raises Unfit: damaged, encrypted, too_many_files, bomb, strange_archive, nothing_inside.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            check(entries, path.stat().st_size)
            found, left_out = inflate(archive, entries, into, path.stat().st_size)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
        raise Unfit("damaged") from None
    if any(kind == DICOM for kind, _, _ in found):
        left_out += [name for kind, _, name in found if kind != DICOM]
        found = [each for each in found if each[0] == DICOM]
    if not found:
        raise Unfit("nothing_inside")
    members = [{"path": str(where), "name": name} for _, where, name in found]
    return {"kind": ZIP, "members": members, "left_out": len(left_out), "named": left_out[:NAMED]}


def check(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MOST_MEMBERS:
        raise Unfit("too_many_files")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unfit("encrypted")
    if any(entry.compress_type not in METHODS for entry in entries):
        raise Unfit("strange_archive")
    if is_bomb(sum(entry.file_size for entry in entries), size):
        raise Unfit("bomb")


def is_bomb(inflated: int, size: int) -> bool:
    return inflated > MOST_INFLATED or (inflated > SMALL and inflated > STEEPEST * size)


def inflate(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], into: Path, size: int
) -> tuple[list[tuple[str, Path, str]], list[str]]:
    """What was found, as kind, place and name; and the names of what was left out."""
    found: list[tuple[str, Path, str]] = []
    left_out: list[str] = []
    written = 0
    for number, entry in enumerate(entries):
        where, name = into / str(number), shown(entry.filename)
        if entry.file_size > LARGEST_FILE:
            left_out.append(name)
            continue
        with archive.open(entry) as packed, where.open("wb") as plain:
            written += copy(packed, plain, MOST_INFLATED - written)
        if is_bomb(written, size):
            raise Unfit("bomb")
        kind = kind_within(where)
        if kind is None:
            where.unlink()
            left_out.append(name)
        else:
            found.append((kind, where, name))
    return found, left_out


def copy(packed: IO[bytes], plain: IO[bytes], most: int) -> int:
    """How many bytes it was; an archive may say less than it holds."""
    done = 0
    while piece := packed.read(PIECE):
        done += len(piece)
        if done > most:
            raise Unfit("bomb")
        plain.write(piece)
    return done


def kind_within(path: Path) -> str | None:
    """None for what is no picture and no report. What is one and is refused is read like any other, to say why."""
    try:
        kind = kind_of(path)
    except Unfit as no:
        with path.open("rb") as file:
            head = file.read(132)
        return DICOM if no.code != "empty" and head[128:] == b"DICM" else None
    return None if kind == ZIP or (kind == DICOM and is_index(path)) else kind


def is_index(path: Path) -> bool:
    """A DICOMDIR, by what it is and not by what it is called."""
    with path.open("rb") as file:
        return INDEX in file.read(512)


def shown(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:200]
