"""The child that reads files: bounded first, then one file after the other, each answer in a file of its own."""

import json
import sys
from pathlib import Path

from cases.intake.limits import Unfit, confine, start_clock


def main(place: Path) -> None:
    confine()
    for number, told in enumerate(json.loads((place / "work.json").read_text())):
        start_clock()
        try:
            answer = read(told)
        except Unfit as no:
            answer = {"refused": no.code}
        except (MemoryError, RecursionError):
            answer = {"refused": "too_much"}
        except Exception:  # nothing that a file holds ends the reading of those after it
            answer = {"refused": "damaged"}
        written = place / f"{number}.part"
        written.write_text(json.dumps(answer, allow_nan=False))
        written.rename(place / f"{number}.json")


def read(told: dict[str, str]) -> dict[str, object]:
    """What a file is and says; its frames are written where that was asked for."""
    from cases.intake.kinds import DICOM, PDF, ZIP, kind_of

    path = Path(told["path"])
    kind = kind_of(path)
    if kind == ZIP:
        from cases.intake.archives import unpack

        into = Path(told["unpack_to"])
        into.mkdir()
        return unpack(path, into)
    if kind == PDF:
        from cases.intake.pdfs import read_pdf

        return read_pdf(path)
    answer, frames = read_picture_of(path, kind == DICOM, kind)
    if frames.scale is not None:
        answer["scale"] = frames.scale.told()
    if "frames_to" in told:
        from cases.intake.shades import write_frames

        write_frames(frames, Path(told["frames_to"]))
    return answer


def read_picture_of(path: Path, is_dicom: bool, kind: str):  # type: ignore[no-untyped-def]
    if is_dicom:
        from cases.intake.dicom import read_dicom

        return read_dicom(path)
    from cases.intake.pictures import read_picture

    return read_picture(path, kind)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
