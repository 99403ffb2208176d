"""Loads the catalogues of modalities, measures, contraindications and programmes with their parts."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from cases.actions.catalogues import load_case_catalogues, read_case_catalogues
from clinic.actions.catalogues import CatalogueError, load_catalogue, read_catalogues
from clinic.models import Definition, StaffMember
from clinic.rules.catalogues import Catalogue
from treatments.models import (
    Condition,
    ContraindicationRule,
    Leaflet,
    Measure,
    MeasureSet,
    Modality,
    ModalityParameter,
    Programme,
    Protocol,
    ScreeningQuestion,
    Threshold,
)
from treatments.rules.catalogues import misfits
from treatments.rules.matrix import rows_of
from treatments.rules.shapes import SHAPES

FOLDER = Path(__file__).parent.parent / "catalogue"


def load_catalogues(*, by: StaffMember | None) -> int:
    """All that the clinic knows, on both floors. The number of rows added or retired."""
    cases = read_case_catalogues()
    files = {**cases, **read_treatment_catalogues(cases)}
    return load_case_catalogues(by=by, files=files) + load_treatment_catalogues(by=by, files=files)


def read_treatment_catalogues(cases: Mapping[str, Catalogue], folder: Path = FOLDER) -> dict[str, Catalogue]:
    """The files of the treatments, given those of the record. Raises CatalogueError with everything that is wrong."""
    files = read_catalogues(folder, SHAPES)
    if faults := misfits({**cases, **files}):
        raise CatalogueError(faults)
    return files


def load_treatment_catalogues(*, by: StaffMember | None, files: Mapping[str, Catalogue]) -> int:
    """The number of rows added or retired."""
    matrix = files["contraindications.toml"].tables
    measures = {**files["measures.toml"].tables, **files["movements.toml"].tables}
    return sum(
        load_catalogue(model=model, entries=entries, columns=columns, add_parts=parts, by=by)
        for model, entries, columns, parts in (
            (Modality, files["modalities.toml"].tables, modality_columns, add_parameters),
            (Measure, measures, measure_columns, add_thresholds),
            (MeasureSet, files["measure_sets.toml"].tables, no_columns, None),
            (Programme, files["programmes.toml"].tables, no_columns, None),
            (Protocol, files["protocols.toml"].tables, no_columns, None),
            (Leaflet, files["leaflets.toml"].tables, no_columns, None),
            (Condition, matrix["conditions"], no_columns, None),
            (ContraindicationRule, rows_of(matrix), row_columns, None),
            (ScreeningQuestion, files["screening.toml"].tables, question_columns, None),
        )
    )


def no_columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def modality_columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"group": entry["group"], "who_may": entry["who_may"]}


def bounds(entry: Mapping[str, Any], name: str) -> dict[str, Decimal]:
    """The two columns of a range such as `hard = [0, 10]`; none where the entry names none."""
    if name not in entry:
        return {}
    low, high = entry[name]
    return {f"{name}_min": Decimal(str(low)), f"{name}_max": Decimal(str(high))}


def measure_columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: entry[name] for name in ("short_label", "unit", "kind", "direction", "sides", "licence")}
    return {
        **plain,
        **bounds(entry, "hard"),
        **bounds(entry, "usual"),
        "scale": entry.get("scale", "NUMBER"),
        "neutral": Decimal(str(entry["neutral"])) if "neutral" in entry else None,
        "step": Decimal(str(entry["step"])),
        "contexts": entry.get("contexts", []),
        "regions": entry.get("regions", []),
    }


def question_columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"valid_days": entry["valid_days"], "conditions": entry["conditions"]}


def row_columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    names = ("column", "level", "scope", "window_days")
    return {"condition_code": entry["condition"], **{name: entry[name] for name in names}}


def add_parameters(modality: Definition, entry: Mapping[str, Any]) -> None:
    for position, given in enumerate(entry.get("parameters", []), start=1):
        rest = {name: value for name, value in given.items() if name not in ("usual", "hard")}
        ModalityParameter.objects.create(
            modality=modality, position=position, **rest, **bounds(given, "usual"), **bounds(given, "hard")
        )


def add_thresholds(measure: Definition, entry: Mapping[str, Any]) -> None:
    for given in entry.get("thresholds", []):
        numbers = {name: Decimal(str(given[name])) for name in ("value", "low") if name in given}
        Threshold.objects.create(measure=measure, **{**given, **numbers})
