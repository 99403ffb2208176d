import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cases.models import BodyRegion, Pathology
from cases.rules.catalogues import SHAPES
from clinic.actions.catalogues import CatalogueError, load_catalogue, read_catalogues
from clinic.database.roles import as_owner
from clinic.models import AuditEvent, shelf, shelves

FIRST = """
[A_ONE]
label = "One"
kind = "ADHESION"

[A_TWO]
label = "Two"
kind = "ADHESION"
"""


def columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": entry["kind"]}


def load(text: str) -> int:
    with as_owner():
        return load_catalogue(model=Pathology, entries=tomllib.loads(text), columns=columns, by=None)


def rows() -> list[tuple[str, str, bool]]:
    found = Pathology.objects.filter(code__startswith="A_").exclude(code__startswith="ADH").order_by("code", "version")
    return [(r.key, r.label, r.retired_on is None) for r in found]


def test_versions(own_database: str) -> None:
    load(FIRST)
    assert rows() == [("A_ONE@1", "One", True), ("A_TWO@1", "Two", True)]
    assert load(FIRST) == 0
    events = AuditEvent.objects.filter(action="catalogue.loaded").count()
    assert load(FIRST.replace('"Two"', '"Zwei"')) == 1
    assert rows() == [("A_ONE@1", "One", True), ("A_TWO@1", "Two", False), ("A_TWO@2", "Zwei", True)]
    assert AuditEvent.objects.filter(action="catalogue.loaded").count() == events + 1
    assert load(FIRST.split("\n\n")[0]) == 1
    assert rows() == [("A_ONE@1", "One", True), ("A_TWO@1", "Two", False), ("A_TWO@2", "Zwei", False)]
    assert load(FIRST) == 1
    assert rows()[-1] == ("A_TWO@3", "Two", True)
    assert Pathology.objects.get(key="A_TWO@3").content == {"label": "Two", "kind": "ADHESION"}


def test_the_shelf_is_read_again_only_when_an_entry_comes_or_goes(
    own_database: str, django_assert_num_queries: Any
) -> None:
    load(FIRST)
    assert {"A_ONE", "A_TWO"} <= set(shelf(Pathology).in_use)
    shelf(BodyRegion)
    with django_assert_num_queries(1):
        first, regions = shelves(Pathology, BodyRegion)
    assert shelf(Pathology) is first
    load(FIRST.replace('"Two"', '"Zwei"'))
    assert shelf(Pathology).in_use["A_TWO"].label == "Zwei"
    assert shelf(Pathology).by_key["A_TWO@1"].label == "Two"
    load(FIRST.split("\n\n")[0])
    assert "A_TWO" not in shelf(Pathology).in_use
    assert "A_TWO" in first.in_use, "what somebody holds stays as it was"
    assert shelf(BodyRegion) is regions


def test_the_order_of_keys_is_no_change(own_database: str) -> None:
    load(FIRST)
    assert load(FIRST.replace('label = "One"\nkind = "ADHESION"', 'kind = "ADHESION"\nlabel = "One"')) == 0


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    shapes = {name: SHAPES[name] for name in ("pathologies.toml", "regions.toml", "red_flags.toml")}
    (tmp_path / "pathologies.toml").write_text(FIRST)
    (tmp_path / "regions.toml").write_text("[REG_X\n")
    (tmp_path / "red_flags.toml").write_text("")
    with pytest.raises(CatalogueError) as caught:
        read_catalogues(tmp_path, shapes)
    told = str(caught.value).splitlines()
    assert "pathologies.toml, line 2, A_ONE.certainty: Field required" in told
    assert "pathologies.toml, line 6, A_TWO.icd10: Field required" in told
    assert told[-1].startswith("regions.toml, line 1, TOML: ")
    assert len(caught.value.faults) == len(told) == 7


def test_files_of_the_right_shape_are_answered_by_name(tmp_path: Path) -> None:
    (tmp_path / "red_flags.toml").write_text(
        '[RF_X]\nlabel = "X"\nurgency = "URGENT"\naction = "Go"\ncertainty = "GK"\n'
    )
    files = read_catalogues(tmp_path, {"red_flags.toml": SHAPES["red_flags.toml"]})
    assert files["red_flags.toml"].tables["RF_X"]["action"] == "Go"


def test_the_application_loads_nothing(own_database: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        load_catalogue(model=Pathology, entries=tomllib.loads(FIRST), columns=columns, by=None)
