"""Loads the catalogues of the clinical record."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cases.models import (
    BodyRegion,
    Classification,
    Pathology,
    PriorTreatmentKind,
    RedFlagKind,
    Structure,
    Term,
)
from cases.rules.catalogues import SHAPES, strangers
from clinic.actions.catalogues import CatalogueError, load_catalogue, read_catalogues
from clinic.models import StaffMember
from clinic.rules.catalogues import Catalogue

FOLDER = Path(__file__).parent.parent / "catalogue"


def read_case_catalogues(folder: Path = FOLDER) -> dict[str, Catalogue]:
    """The files of the clinical record. Raises CatalogueError with everything that is wrong in them."""
    files = read_catalogues(folder, SHAPES)
    if faults := strangers(files):
        raise CatalogueError(faults)
    return files


def load_case_catalogues(*, by: StaffMember | None, files: Mapping[str, Catalogue] | None = None) -> int:
    """The number of rows added or retired."""
    files = files if files is not None else read_case_catalogues()
    return sum(
        load_catalogue(model=model, entries=entries, columns=columns, by=by)
        for model, entries, columns in (
            (BodyRegion, files["regions.toml"].tables, no_columns),
            (Structure, files["structures.toml"].tables, structure_columns),
            (Term, terms_of(files), term_columns),
            (Pathology, files["pathologies.toml"].tables, pathology_columns),
            (Classification, files["classifications.toml"].tables, no_columns),
            (PriorTreatmentKind, files["prior_treatments.toml"].tables, prior_treatment_columns),
            (RedFlagKind, files["red_flags.toml"].tables, lambda e: {"urgency": e["urgency"]}),
        )
    )


def terms_of(files: Mapping[str, Catalogue]) -> dict[str, dict[str, Any]]:
    """The members of all short lists by code, each with the name of its list."""
    return {
        code: {**entry, "list": list_}
        for name in ("terms.toml", "imaging.toml")
        for list_, entries in files[name].tables.items()
        for code, entry in entries.items()
    }


def no_columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def structure_columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": entry["kind"], "region_code": entry.get("region", "")}


def term_columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"list": entry["list"], "family": entry.get("family", "")}


def pathology_columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": entry["kind"], "icd10": next(iter(entry["icd10"]), "")}


def prior_treatment_columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"repeats_modalities": entry.get("repeats_modalities", [])}
