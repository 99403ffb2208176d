from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cases.models import Pathology
from clinic.actions.catalogues import CatalogueError, load_catalogue
from clinic.database.roles import as_owner
from clinic.models import AuditEvent

FIRST = '[A_ONE]\nlabel = "One"\nkind = "ADHESION"\n\n[A_TWO]\nlabel = "Two"\nkind = "ADHESION"\n'


def columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": entry["kind"]}


def load(path: Path, text: str) -> int:
    path.write_text(text)
    with as_owner():
        return load_catalogue(model=Pathology, file=path, columns=columns, by=None)


def rows() -> list[tuple[str, str, bool]]:
    found = Pathology.objects.filter(code__startswith="A_").exclude(code__startswith="ADH").order_by("code", "version")
    return [(r.key, r.label, r.retired_on is None) for r in found]


def test_versions(own_database: str, tmp_path: Path) -> None:
    path = tmp_path / "pathologies.toml"
    load(path, FIRST)
    assert rows() == [("A_ONE@1", "One", True), ("A_TWO@1", "Two", True)]
    assert load(path, FIRST) == 0
    events = AuditEvent.objects.filter(action="catalogue.loaded").count()
    assert load(path, FIRST.replace('"Two"', '"Zwei"')) == 1
    assert rows() == [("A_ONE@1", "One", True), ("A_TWO@1", "Two", False), ("A_TWO@2", "Zwei", True)]
    assert AuditEvent.objects.filter(action="catalogue.loaded").count() == events + 1
    assert load(path, FIRST.split("\n\n")[0]) == 1
    assert rows() == [("A_ONE@1", "One", True), ("A_TWO@1", "Two", False), ("A_TWO@2", "Zwei", False)]
    assert load(path, FIRST) == 1
    assert rows()[-1] == ("A_TWO@3", "Two", True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[A_ONE]\nlabel = "One"\n', r"pathologies.toml, \[A_ONE\].*kind"),
        ('[A_ONE]\nkind = "ADHESION"\n', r"pathologies.toml, \[A_ONE\].*label"),
        ("[A_ONE\n", r"pathologies.toml: .*line 1"),
    ],
)
def test_a_fault_names_file_and_entry(own_database: str, tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(CatalogueError, match=told):
        load(tmp_path / "pathologies.toml", text)
    assert rows() == []


def test_the_application_loads_nothing(own_database: str, tmp_path: Path) -> None:
    path = tmp_path / "pathologies.toml"
    path.write_text(FIRST)
    with pytest.raises(Exception, match="permission denied"):
        load_catalogue(model=Pathology, file=path, columns=columns, by=None)
