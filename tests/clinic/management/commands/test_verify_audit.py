import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cases.actions.patients import change_patient
from clinic.models import AuditEvent, AuditLink
from tests.factories.records import a_patient, a_physio
from tests.factories.tampering import needs_a_superuser, tamper, tamperings, wait_until_settled


def verified(*words: str) -> tuple[int, list[str]]:
    """The exit status, and what was said."""
    said = StringIO()
    try:
        call_command("verify_audit", *words, stdout=said)
    except SystemExit as ended:
        return int(str(ended.code)), said.getvalue().splitlines()
    return 0, said.getvalue().splitlines()


def head_kept(folder: Path) -> str:
    call_command("export_audit_head", to=str(folder / "heads"))
    return str(folder / "heads")


def fill() -> None:
    by = a_physio()
    patient = a_patient(by)
    for n in range(1, 5):
        change_patient(patient=patient, version=n, changes={"phone": f"020 {n}"}, by=by)
    wait_until_settled()


def test_an_untouched_log_is_as_it_was_written(own_database: str, tmp_path: Path) -> None:
    fill()
    status, said = verified()
    assert status == 0
    events = AuditEvent.objects.count()
    assert said[-1].startswith(f"Everything is as it was written: {events + 4} links, {events} events, 4 row changes, ")
    kept = head_kept(tmp_path)
    fill()
    head_kept(tmp_path)
    assert verified("--heads", kept)[0] == 0


@needs_a_superuser
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("event deleted", "event missing: "),
        ("change deleted", "row change missing: "),
        ("link deleted", "link missing: after position "),
        ("link: row_sha256", "link changed: position "),
        ("link: chained_sha256", "chain broken at position "),
        ("forged among the old", "event without a link, though older than the tail: "),
        ("forged and backdated", "time runs backwards: the event at position "),
        ("forged and postdated", "time runs backwards: the event at position "),
    ],
)
def test_it_says_what_differs(own_database: str, name: str, words: str) -> None:
    fill()
    assert verified()[0] == 0
    tamper(own_database, *next(t for t in tamperings(1) if t.name == name).statements)
    wait_until_settled()
    status, said = verified()
    assert status == 1
    assert any(line.startswith(words) for line in said), said
    assert "things differ: " in said[-1]


@needs_a_superuser
@pytest.mark.parametrize("name", [done.name for done in tamperings(1) if done.needs_head])
def test_what_a_recomputed_chain_hides_shows_against_a_head_kept_elsewhere(
    own_database: str, tmp_path: Path, name: str
) -> None:
    fill()
    heads = head_kept(tmp_path)
    tamper(own_database, *next(t for t in tamperings(1) if t.name == name).statements)
    assert verified()[0] == 0
    status, said = verified("--heads", heads)
    assert status == 1
    assert said[0].startswith("head ")
    assert "not found" in said[0]


def test_heads_that_cannot_be_read_are_no_pass(own_database: str, tmp_path: Path) -> None:
    fill()
    for text in ("", "nonsense", "{}", json.dumps({"position": "x", "chained_sha256": "y"})):
        (tmp_path / "heads").write_text(text)
        with pytest.raises(CommandError, match=r"line 1|holds no head"):
            call_command("verify_audit", heads=str(tmp_path / "heads"))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_audit", heads=str(tmp_path / "nowhere"))


def test_an_exported_head_is_the_last_link(own_database: str, tmp_path: Path) -> None:
    fill()
    head_kept(tmp_path)
    said = StringIO()
    call_command("export_audit_head", stdout=said)
    lines = [json.loads(line) for line in (tmp_path / "heads").read_text().splitlines()]
    last = AuditLink.objects.latest("position")
    assert lines == [json.loads(said.getvalue())]
    assert (lines[0]["position"], lines[0]["chained_sha256"]) == (last.position, last.chained_sha256)
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_audit_head", to=str(tmp_path / "nowhere" / "heads"))


def test_once_and_again_seals_the_same(own_database: str) -> None:
    fill()
    said = StringIO()
    call_command("seal_audit", stdout=said)
    call_command("seal_audit", stdout=said)
    first, second = said.getvalue().splitlines()
    assert first == f"{AuditLink.objects.count()} rows sealed."
    assert second == "0 rows sealed."
