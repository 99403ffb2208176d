"""Loads the catalogues of modalities and measures with their parts."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from clinic.actions.catalogues import load_catalogue
from clinic.models import Definition, StaffMember
from treatments.models import Measure, Modality, ModalityParameter, Threshold

FOLDER = Path(__file__).parent.parent / "catalogue"


def load_treatment_catalogues(*, by: StaffMember | None) -> int:
    """The number of rows added or retired."""
    return load_catalogue(
        model=Modality,
        file=FOLDER / "modalities.toml",
        columns=lambda e: {"group": e["group"], "who_may": e["who_may"]},
        add_parts=add_parameters,
        by=by,
    ) + load_catalogue(
        model=Measure, file=FOLDER / "measures.toml", columns=measure_columns, add_parts=add_thresholds, by=by
    )


def bounds(entry: Mapping[str, Any], name: str) -> dict[str, Decimal]:
    """The two columns of a range such as `hard = [0, 10]`; none where the entry names none."""
    if name not in entry:
        return {}
    low, high = entry[name]
    return {f"{name}_min": Decimal(str(low)), f"{name}_max": Decimal(str(high))}


def measure_columns(entry: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: entry[name] for name in ("short_label", "unit", "direction", "sides", "licence")}
    return {
        **plain,
        **bounds(entry, "hard"),
        **bounds(entry, "usual"),
        "step": Decimal(str(entry["step"])),
        "contexts": entry.get("contexts", []),
    }


def add_parameters(modality: Definition, entry: Mapping[str, Any]) -> None:
    for position, given in enumerate(entry.get("parameters", []), start=1):
        rest = {name: value for name, value in given.items() if name not in ("usual", "hard")}
        ModalityParameter.objects.create(
            modality=modality, position=position, **rest, **bounds(given, "usual"), **bounds(given, "hard")
        )


def add_thresholds(measure: Definition, entry: Mapping[str, Any]) -> None:
    for given in entry.get("thresholds", []):
        Threshold.objects.create(measure=measure, **{**given, "value": Decimal(str(given["value"]))})
