"""The child that reads files: what it refuses, what ends it, what it is not believed."""

import resource
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from cases.intake import Archive, Read, Unread, read_files, reading, render_file
from cases.intake.limits import Unfit
from tests.factories import hostile
from tests.factories.imaging_files import A_PDF, a_dicom_file, a_disc, a_zip


@pytest.fixture
def at(tmp_path: Path) -> Any:
    def put(data: bytes, name: str = "file") -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return put


def test_every_hostile_file_is_refused_and_the_process_does_not_grow(at: Any) -> None:
    paths = [at(make(), str(n)) for n, (make, _) in enumerate(hostile.REFUSED.values())]
    before = resident()
    with read_files(paths) as answers:
        found = dict(zip(hostile.REFUSED, answers, strict=True))
    assert resident() - before < 100
    wrong = {
        name: answer
        for name, answer in found.items()
        if not isinstance(answer, Unread) or answer.refused not in hostile.REFUSED[name][1]
    }
    assert wrong == {}
    assert len(found) >= 40
    assert len(hostile.BOMBS) >= 10


def resident() -> float:
    """What this process holds in memory, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024 / 1024


def test_a_report_that_acts_is_for_downloading_only(at: Any) -> None:
    paths = [at(data, name) for name, data in hostile.ACTIVE_PDFS.items()]
    with read_files(paths) as answers:
        assert answers == [Read(kind="PDF", facts={}, is_download_only=True)] * len(paths)


def test_a_plain_report(at: Any) -> None:
    with read_files([at(A_PDF)]) as (found,):
        assert found == Read(kind="PDF", facts={})


def test_a_disc_without_its_viewer(at: Any) -> None:
    pictures = [a_dicom_file(), a_dicom_file()]
    with read_files([at(a_disc(*pictures))]) as (found,):
        assert isinstance(found, Archive)
        assert [Path(member.path).read_bytes() for member in found.members] == pictures
        assert [member.name for member in found.members] == ["IM000000", "IM000001"]
        assert found.left_out == 6
        unpacked = Path(found.members[0].path)
    assert not unpacked.exists()


def test_names_inside_an_archive_lead_nowhere(at: Any, tmp_path: Path) -> None:
    files = {name: a_dicom_file() for name in hostile.NAMES if name and "\x00" not in name}
    with read_files([at(a_zip(files))]) as (found,):
        assert isinstance(found, Archive)
        assert len(found.members) == len(files)
        assert not any("/" in member.name or not member.name.isprintable() for member in found.members)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_child_that_dies_is_followed_by_another(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [at(a_dicom_file(), "1"), at(a_dicom_file(), "2"), at(A_PDF, "3")]
    run, runs = reading.run_child, []

    def dies_once(folder: Path, seconds: float) -> None:
        runs.append(folder)
        run(folder, seconds)
        if len(runs) == 1:
            for path in (folder / "1.json", folder / "2.json"):
                path.unlink()

    monkeypatch.setattr(reading, "run_child", dies_once)
    with read_files(paths) as answers:
        kinds = [getattr(answer, "kind", None) or answer.refused for answer in answers]
    assert kinds == ["DICOM", "too_much", "PDF"]
    assert len(runs) == 2


def test_a_child_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading.sys, "executable", "/bin/sleep")
    started = subprocess.Popen
    monkeypatch.setattr(reading.subprocess, "Popen", lambda told, **more: started(["/bin/sleep", "60"], **more))
    begun = time.monotonic()
    reading.run_child(tmp_path, 0.2)
    assert time.monotonic() - begun < 5


def test_a_file_that_takes_too_long_or_too_much_ends_the_child(tmp_path: Path) -> None:
    """The clock and the bounds hold inside of a library too, which asks nobody."""
    program = "from cases.intake import limits; limits.SECONDS_A_FILE = 1; limits.confine(); limits.start_clock(); {}"
    for what, ending in (("while True: pass", -signal.SIGALRM), ("bytearray(2 * 1024**3)", 1)):
        done = subprocess.run(
            [
                reading.sys.executable,
                "-c",
                program.format(what) if "while" not in what else program.format("") + "\n" + what,
            ],
            cwd=reading.ROOT,
            capture_output=True,
            check=False,
        )
        assert done.returncode == ending


def test_the_child_gets_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    handed: list[dict[str, str]] = []
    started = subprocess.Popen

    def seen(told: list[str], **more: Any) -> Any:
        handed.append(more["env"])
        return started(["/bin/true"], **more)

    monkeypatch.setattr(reading.subprocess, "Popen", seen)
    reading.run_child(tmp_path, 5)
    assert not any("secret" in value for value in handed[0].values())


@pytest.mark.parametrize(
    "answer",
    [
        {"kind": "HTML", "facts": {}},
        {"kind": "DICOM", "facts": {}, "instance_uid": "<script>"},
        {"kind": "DICOM", "facts": {}, "frames": 10**9},
        {"kind": "ZIP", "members": [{"path": "/etc/passwd", "name": "a"}], "left_out": 0, "named": []},
        {"refused": "<b>"},
    ],
)
def test_what_the_child_says_is_not_believed(answer: dict[str, Any], tmp_path: Path) -> None:
    assert reading.checked(answer, tmp_path) == Unread(refused="damaged")


def test_rendering_says_why_it_cannot(at: Any) -> None:
    path = at(hostile.cut(a_dicom_file(), 0.5))
    with pytest.raises(Unfit, match="damaged"), render_file(path):
        pass
