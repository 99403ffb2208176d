"""Loads the catalogues of the clinical record."""

from pathlib import Path

from cases.models import BodyRegion, Pathology, PriorTreatmentKind
from clinic.actions.catalogues import load_catalogue
from clinic.models import StaffMember

FOLDER = Path(__file__).parent.parent / "catalogue"


def load_case_catalogues(*, by: StaffMember | None) -> int:
    """The number of rows added or retired."""
    return (
        load_catalogue(model=BodyRegion, file=FOLDER / "regions.toml", columns=lambda e: {}, by=by)
        + load_catalogue(
            model=Pathology,
            file=FOLDER / "pathologies.toml",
            columns=lambda e: {"kind": e["kind"], "icd10": e.get("icd10", "")},
            by=by,
        )
        + load_catalogue(
            model=PriorTreatmentKind,
            file=FOLDER / "prior_treatments.toml",
            columns=lambda e: {"repeats_modalities": e.get("repeats_modalities", [])},
            by=by,
        )
    )
