"""What must fit together in the catalogues of the treatments, once each entry has its shape."""

from cases.rules.catalogues import Files, codes_of, strangers
from clinic.rules.catalogues import Fault
from treatments.rules.demands import HIGHER_RISK
from treatments.rules.shapes import NO_COLUMN

POINTS_TO = {
    ("measures.toml", "regions"): ("regions.toml", ""),
    ("movements.toml", "regions"): ("regions.toml", ""),
    ("measure_sets.toml", "regions"): ("regions.toml", ""),
    ("programmes.toml", "modalities"): ("modalities.toml", ""),
    ("protocols.toml", "pathologies"): ("pathologies.toml", ""),
    ("protocols.toml", "programmes"): ("programmes.toml", ""),
    ("protocols.toml", "only_while"): ("terms.toml", "PHASE"),
    ("protocols.toml", "modality"): ("modalities.toml", ""),
    ("prior_treatments.toml", "repeats_modalities"): ("modalities.toml", ""),
    ("contraindications.toml", "source"): ("contraindications.toml", "sources"),
    ("contraindications.toml", "column"): ("contraindications.toml", "columns"),
    ("contraindications.toml", "modalities"): ("modalities.toml", ""),
    ("contraindications.toml", "but_not"): ("modalities.toml", ""),
    ("contraindications.toml", "field"): ("regions.toml", ""),
    ("contraindications.toml", "asked_in"): ("regions.toml", ""),
    ("contraindications.toml", "only_in"): ("regions.toml", ""),
    ("contraindications.toml", "phases"): ("terms.toml", "PHASE"),
    ("contraindications.toml", "pathologies"): ("pathologies.toml", ""),
    ("contraindications.toml", "prior_treatments"): ("prior_treatments.toml", ""),
    ("screening.toml", "conditions"): ("contraindications.toml", "conditions"),
}


def misfits(files: Files) -> list[Fault]:
    """Everything in files of the right shape that does not fit together."""
    return [
        *strangers(files, POINTS_TO),
        *without_column(files),
        *strange_cells(files),
        *unreachable(files),
        *strange_sets(files),
        *strange_doses(files),
        *strange_leaflets(files),
    ]


def without_column(files: Files) -> list[Fault]:
    """Modalities whose column does not exist, and columns that no modality follows."""
    columns = codes_of(files, "contraindications.toml", "columns")
    modalities = files["modalities.toml"]
    found = [
        modalities.fault((code, "column"), f"{entry['column']} is no column of contraindications.toml, nor {NO_COLUMN}")
        for code, entry in modalities.tables.items()
        if entry["column"] not in columns | {NO_COLUMN}
    ]
    followed = {entry["column"] for entry in modalities.tables.values()}
    idle = sorted(columns - followed)
    return found + [files["contraindications.toml"].fault(("columns", c), "no modality follows it") for c in idle]


def strange_cells(files: Files) -> list[Fault]:
    """Cells and sources of columns that do not exist, and rows for modalities of another column."""
    matrix = files["contraindications.toml"]
    columns, sources = matrix.tables["columns"], matrix.tables["sources"]
    column_of = {code: entry["column"] for code, entry in files["modalities.toml"].tables.items()}
    found = []
    for code, entry in matrix.tables["conditions"].items():
        path = ("conditions", code)
        for member in ("cells", "sources"):
            for column in entry.get(member, {}):
                if column not in columns:
                    found.append(matrix.fault((*path, member), f"{column} is no column"))
        for source in entry.get("sources", {}).values():
            if source not in sources:
                found.append(matrix.fault((*path, "sources"), f"{source} is not in [sources]"))
        for place, row in enumerate(entry.get("rows", [])):
            for modality in (*row.get("modalities", []), *row.get("but_not", [])):
                if column_of.get(modality) != row["column"]:
                    found.append(matrix.fault((*path, "rows", place), f"{modality} is not of column {row['column']}"))
    return found


def unreachable(files: Files) -> list[Fault]:
    """Conditions that no question, no date and no entry of the record can ever answer with yes, and idle ones."""
    matrix = files["contraindications.toml"]
    asked = {c for question in files["screening.toml"].tables.values() for c in question["conditions"]}
    by_record = ("under_age_years", "phases", "pathologies", "prior_treatments")
    found = []
    for code, entry in matrix.tables["conditions"].items():
        if code not in asked and not any(entry.get(name) for name in by_record):
            found.append(matrix.fault(("conditions", code), "no question, date or record reaches it"))
        if not entry["cells"] and not entry.get("rows"):
            found.append(matrix.fault(("conditions", code), "it holds nothing back"))
    return found


def strange_sets(files: Files) -> list[Fault]:
    """Measures of a set that do not exist, or in a context that they do not have."""
    measures = {**files["measures.toml"].tables, **files["movements.toml"].tables}
    sets = files["measure_sets.toml"]
    found = []
    for code, entry in sets.tables.items():
        for member in ("at_each_visit", "all"):
            for asked in entry[member]:
                measure = measures.get(asked["measure"])
                if measure is None:
                    found.append(sets.fault((code, member), f"{asked['measure']} is no measure"))
                elif (asked.get("context", "") or None) not in (measure.get("contexts") or [None]):
                    found.append(sets.fault((code, member), f"{asked['measure']} needs one of its contexts"))
        unknown = [c for c in entry.get("either", []) if c not in measures]
        found += [sets.fault((code, "either"), f"{c} is no measure") for c in unknown]
    return found


def strange_doses(files: Files) -> list[Fault]:
    """Doses of a protocol that a modality does not have, or that lie outside its hard limits."""
    protocols, modalities = files["protocols.toml"], files["modalities.toml"].tables
    found = []
    for code, entry in protocols.tables.items():
        for place, planned in enumerate(entry["sessions"]):
            known = {p["code"]: p for p in modalities.get(planned["modality"], {}).get("parameters", [])}
            for name, value in planned.get("parameters", {}).items():
                path = (code, "sessions", place)
                low, high = known.get(name, {}).get("hard", (value, value))
                if name not in known:
                    found.append(protocols.fault(path, f"{planned['modality']} has no {name}"))
                elif not low <= value <= high:
                    found.append(protocols.fault(path, f"{name} {value} is outside {low} to {high}"))
    return found


def strange_leaflets(files: Files) -> list[Fault]:
    """Leaflets of no modality, and higher-risk modalities without one."""
    leaflets, modalities = files["leaflets.toml"], files["modalities.toml"]
    strange = [c for c in leaflets.tables if c not in modalities.tables]
    bare = [c for c in modalities.tables if c in HIGHER_RISK and c not in leaflets.tables]
    return [
        *(leaflets.fault((c,), "it is of no modality") for c in strange),
        *(modalities.fault((c,), "a consent to it is asked, and it has no leaflet") for c in bare),
    ]
