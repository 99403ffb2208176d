"""What the catalogues of the clinical record hold: the shape of each file's entries, and what they may point to."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from clinic.rules.catalogues import Catalogue, Code, Entry, Fault, Path, Shape, Text


class Region(Entry):
    """A region of the body; `segment` is the limb that it belongs to."""

    segment: Literal["ARM", "LEG", "TRUNK"]
    icd10_site: Literal["1", "2", "3", "4", "5", "6", "7", "8"]


class Structure(Entry):
    """A structure; without a region it can be anywhere."""

    kind: Literal[
        "TENDON", "MUSCLE", "FASCIA", "JOINT", "CAPSULE", "LIGAMENT", "BURSA", "BONE", "SKIN_SCAR", "NERVE_INTERFACE"
    ]
    region: Code = ""


class Term(Entry):
    """A member of a short list."""

    family: Code = ""
    detail: str = ""


class Pathology(Entry):
    """A diagnosis of which the kind is known."""

    kind: Literal["CALCIFICATION", "ADHESION"]
    icd10: list[Text]
    icd11: list[Text]
    mechanism: Code = ""
    phases: Literal["", "CALCIFIC", "MYOSITIS", "CAPSULITIS", "SCAR"] = ""
    regions: list[Code] = []


class PriorTreatment(Entry):
    """What may have been tried before, and the modalities that would repeat it."""

    family: Literal["PHYSIOTHERAPY", "SURGERY", "INJECTION", "MEDICINE", "SUPPORT", "OTHER"]
    repeats_modalities: list[Code] = []


class RedFlag(Entry):
    """A sign of something serious, how urgent it is, and where one sends; without regions it can be anywhere."""

    urgency: Literal["EMERGENCY", "URGENT", "ROUTINE", "GP", "LOCAL"]
    action: Text
    regions: list[Code] = []


class Grade(Shape):
    """A grade of a classification."""

    code: Code
    label: Text


class Classification(Entry):
    """A classification, its grades, and where it fits."""

    modalities: list[Literal["XRAY", "ULTRASOUND", "MR", "CT", "CLINICAL"]]
    structures: list[Code] = []
    regions: list[Code] = []
    pathologies: list[Code] = []
    note: str = ""
    grades: list[Grade]

    def fits(self, *, family: str, structure: str = "", region: str = "", pathology: str = "") -> bool:
        """Whether it fits a picture of this family of modalities and what was looked at."""
        if family not in self.modalities:
            return False
        asked = ((self.structures, structure), (self.regions, region), (self.pathologies, pathology))
        named = [(codes, code) for codes, code in asked if codes]
        return not named or any(code in codes for codes, code in named)


SHAPES: Mapping[str, Mapping[str, type[Shape]]] = {
    "regions.toml": {"": Region},
    "structures.toml": {"": Structure},
    "terms.toml": dict.fromkeys(("SIDE", "ZONE", "MECHANISM", "PHASE", "FACTOR"), Term),
    "imaging.toml": dict.fromkeys(("IMAGING_MODALITY", "VIEW", "CALIBRATION"), Term),
    "classifications.toml": {"": Classification},
    "pathologies.toml": {"": Pathology},
    "prior_treatments.toml": {"": PriorTreatment},
    "red_flags.toml": {"": RedFlag},
}

# Which member of an entry names entries of which other file or list.
POINTS_TO = {
    ("structures.toml", "region"): ("regions.toml", ""),
    ("pathologies.toml", "regions"): ("regions.toml", ""),
    ("pathologies.toml", "mechanism"): ("terms.toml", "MECHANISM"),
    ("classifications.toml", "regions"): ("regions.toml", ""),
    ("red_flags.toml", "regions"): ("regions.toml", ""),
    ("classifications.toml", "structures"): ("structures.toml", ""),
    ("classifications.toml", "pathologies"): ("pathologies.toml", ""),
}

Files = Mapping[str, Catalogue]
Pointers = Mapping[tuple[str, str], tuple[str, str]]


def codes_of(files: Files, file: str, list_: str = "") -> frozenset[str]:
    """The codes that a file, or one list of it, defines."""
    tables = files[file].tables
    return frozenset(tables.get(list_, {}) if list_ else tables)


def strangers(files: Files, points_to: Pointers = POINTS_TO) -> list[Fault]:
    """Every name in an entry that no file defines."""
    found = []
    for (file, member), (target, list_) in points_to.items():
        known = codes_of(files, target, list_)
        where = f"{target}" + (f", [{list_}]" if list_ else "")
        for path, code in names_in(files[file].tables, member):
            if code not in known:
                found.append(files[file].fault(path, f"{code} is not in {where}"))
    return found


def names_in(tables: Mapping[str, Any], member: str, above: Path = ()) -> Iterator[tuple[Path, str]]:
    """Each name that a member holds, alone or in a list, at whatever depth, with its path."""
    for key, value in tables.items():
        path = (*above, key)
        if key == member:
            for one in value if isinstance(value, list) else [value]:
                yield path, one
        elif isinstance(value, Mapping):
            yield from names_in(value, member, path)
        elif isinstance(value, list):
            for place, one in enumerate(value):
                if isinstance(one, Mapping):
                    yield from names_in(one, member, (*path, place))
