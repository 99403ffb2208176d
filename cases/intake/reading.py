"""Has files read by a child process that may take so much memory and time, and no more."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cases.intake.limits import CPU_SECONDS, MB, MOST_FRAMES, MOST_MEMBERS, SECONDS_A_FILE, Unfit

ROOT = Path(__file__).parents[2]
AT_ONCE = threading.BoundedSemaphore(2)  # children of one process
MOST_DEATHS = 3  # of children over one upload
LONGEST_ANSWER = 4 * MB
TOO_MUCH = "too_much"
Uid = Annotated[str, Field(pattern=r"^[0-9.]{0,64}$")]
Count = Annotated[int, Field(ge=0, lt=2**31)]


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Scale(Answer):
    """Kept greys: how far they reach, which window is shown first; value = zero + number x step."""

    is_signed: bool
    low: Annotated[int, Field(ge=-32768, le=65535)]
    high: Annotated[int, Field(ge=-32768, le=65535)]
    centre: float
    width: Annotated[float, Field(gt=0)]
    zero: float
    step: float


class Read(Answer):
    """A file that was read in full: what it is, and what it says of itself."""

    kind: Literal["DICOM", "JPEG", "PNG", "PDF"]
    study_uid: Uid = ""
    series_uid: Uid = ""
    instance_uid: Uid = ""
    number: int | None = None
    frames: Annotated[int, Field(ge=0, le=MOST_FRAMES)] = 0
    rows_px: Count | None = None
    columns_px: Count | None = None
    is_colour: bool = False
    bits: Annotated[int, Field(ge=0, le=64)] = 0
    is_inverted: bool = False
    is_download_only: bool = False
    facts: dict[str, Any]
    scale: Scale | None = None


class Member(Answer):
    """A file of an archive: where it was unpacked, and what it was called."""

    path: str
    name: Annotated[str, Field(max_length=200)]


class Archive(Answer):
    """What an archive holds that is read; how much else there was, and the names of the first few."""

    kind: Literal["ZIP"]
    members: Annotated[list[Member], Field(max_length=MOST_MEMBERS)]
    left_out: Count
    named: list[str]


class Unread(Answer):
    """A file that is not kept, and why, as a code."""

    refused: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]


class Rendered(Answer):
    """The frames of a file and its preview, written to a folder."""

    read: Read
    frames: list[Path]
    preview: Path


@contextmanager
def read_files(paths: Sequence[Path]) -> Iterator[list[Read | Archive | Unread]]:
    """One answer for each path, in their order. What an archive holds lies unpacked until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="casebook-") as name:
        place = Path(name)
        work = [{"path": str(path), "unpack_to": str(place / f"unpacked-{n}")} for n, path in enumerate(paths)]
        yield [checked(answer, place) for answer in read_all(work, place)]


@contextmanager
def render_file(path: Path) -> Iterator[Rendered]:
    """Raises Unfit where it is not what it was. What was written lies there until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="casebook-") as name:
        place = Path(name)
        into = place / "frames"
        into.mkdir()
        read = checked(read_all([{"path": str(path), "frames_to": str(into)}], place)[0], place)
        if not isinstance(read, Read):
            raise Unfit(read.refused if isinstance(read, Unread) else "damaged")
        frames = [into / f"frame-{n}" for n in range(1, read.frames + 1)]
        if not all(each.is_file() and not each.is_symlink() for each in (*frames, into / "preview")):
            raise Unfit("damaged")
        yield Rendered(read=read, frames=frames, preview=into / "preview")


def read_all(work: list[dict[str, str]], place: Path) -> list[dict[str, Any]]:
    """A child that dies is followed by another one, which begins behind the file that it died of."""
    answers: list[dict[str, Any]] = []
    for attempt in range(MOST_DEATHS):
        left = [{**told, "path": str(Path(told["path"]).resolve())} for told in work[len(answers) :]]
        if not left:
            break
        folder = place / f"answers-{attempt}"
        folder.mkdir()
        (folder / "work.json").write_text(json.dumps(left))
        run_child(folder, min(CPU_SECONDS * 2, 30 + (SECONDS_A_FILE + 5) * len(left)))
        for number in range(len(left)):
            found = answer_in(folder / f"{number}.json")
            answers.append(found or {"refused": TOO_MUCH})
            if found is None:
                break
    return answers + [{"refused": TOO_MUCH}] * (len(work) - len(answers))


def answer_in(path: Path) -> dict[str, Any] | None:
    if not path.is_file() or path.is_symlink() or path.stat().st_size > LONGEST_ANSWER:
        return None
    try:
        found = json.loads(path.read_text())
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def run_child(folder: Path, seconds: float) -> None:
    """It gets nothing of our environment: no address of a database, no key."""
    handed = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TZ") if name in os.environ}
    alone = {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with AT_ONCE:
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "cases.intake", str(folder)],
            cwd=ROOT,
            env=handed | alone | threads,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def checked(answer: dict[str, Any], place: Path) -> Read | Archive | Unread:
    """The child has read what strangers made: its answers are believed no more than they are."""
    try:
        if "refused" in answer:
            return Unread.model_validate(answer)
        if answer.get("kind") != "ZIP":
            return Read.model_validate(answer)
        archive = Archive.model_validate(answer)
    except ValidationError:
        return Unread(refused="damaged")
    is_ours = all(Path(member.path).resolve().is_relative_to(place.resolve()) for member in archive.members)
    return archive if is_ours else Unread(refused="damaged")
