"""How a row of the record reads to the person it is about: names of columns and values, codes explained."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Classification
from clinic.models import Definition, Site, StaffMember, shelves
from clinic.templatetags.formatting import day, plain
from treatments.models import Leaflet, Measure, Modality
from treatments.rules import dosage

CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
NAMED = re.compile(r"[A-Z][A-Z0-9_.]{2,}(@\d+)?")  # a code, or the key of one version of it
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
UNITS = {
    **{unit: unit for unit in ("mm", "cm", "px", "kg", "bar", "min", "s", "ms")},
    "mm2": "mm²",
    "cm2": "cm²",
    "percent": "%",
    "hz": "Hz",
    "khz": "kHz",
    "mhz": "MHz",
    "w": "W",
    "j": "J",
    "mj_mm2": "mJ/mm²",
    "j_cm2": "J/cm²",
    "w_cm2": "W/cm²",
    "nm": "nm",
    "deg": "°",
}
CODED = frozenset({"context", "skin_reaction", "tolerance", "demand", "error", "grade"})
LABELS = {
    "created_at": gettext_lazy("Written"),
    "born_on": gettext_lazy("Date of birth"),
    "died_on": gettext_lazy("Date of death"),
    "nhs_number": gettext_lazy("NHS number"),
    "phone": gettext_lazy("Telephone"),
    "other_phone": gettext_lazy("Other telephone"),
    "email": gettext_lazy("E-mail"),
    "gp_name": gettext_lazy("GP"),
    "gp_practice": gettext_lazy("GP’s practice"),
    "emergency_name": gettext_lazy("In an emergency"),
    "emergency_relation": gettext_lazy("Relation of the person in an emergency"),
    "emergency_phone": gettext_lazy("Telephone in an emergency"),
    "dominant_side": gettext_lazy("Stronger side"),
    "merged_into": gettext_lazy("Merged into another record"),
    "is_yes": gettext_lazy("Answer"),
    "onset_on": gettext_lazy("Began"),
    "sessions": gettext_lazy("How many sessions"),
    "told": gettext_lazy("Who was told"),
    "icd10": gettext_lazy("ICD-10"),
    "was_flare": gettext_lazy("A flare"),
    "signed_hcpc": gettext_lazy("HCPC number"),
    "signed_hcpc_number": gettext_lazy("HCPC number"),
    "asked_hcpc": gettext_lazy("HCPC number of who asked"),
    "answered_hcpc": gettext_lazy("HCPC number of who answered"),
    "released_hcpc": gettext_lazy("HCPC number"),
    "load_rm": gettext_lazy("Load (repetition maximum)"),
    "others_open": gettext_lazy("Other red flags open"),
    "modality": gettext_lazy("Treatment"),
    "modality_code": gettext_lazy("Treatment"),
    "was_given": gettext_lazy("Given"),
    "parameters": gettext_lazy("Dose"),
    "not_given_because": gettext_lazy("Not given because"),
    "is_calibrated": gettext_lazy("Calibrated"),
    "is_visible": gettext_lazy("Seen"),
    "is_present": gettext_lazy("Found"),
    "is_granted": gettext_lazy("Granted"),
    "is_alone": gettext_lazy("Answered by who asked, alone in the clinic"),
    "given_by": gettext_lazy("Given by"),
    "has_capacity": gettext_lazy("Able to decide"),
    "corrects": gettext_lazy("Corrects an earlier value"),
    "file": gettext_lazy("The file itself"),
}


@dataclass(frozen=True)
class Glossary:
    """The words for staff, sites and codes, read once for a file."""

    staff: Mapping[UUID, str]
    sites: Mapping[UUID, str]
    definitions: Mapping[type[models.Model], Any]
    codes: Mapping[str, str]
    choices: Mapping[str, str]

    def of_code(self, text: str) -> str:
        """A code in words; any other text as it is."""
        if NAMED.fullmatch(text) and (text in self.codes or text in self.choices):
            return self.codes.get(text) or self.choices[text]
        if DAY.fullmatch(text):
            return day(date.fromisoformat(text)) if is_day(text) else text
        return text.replace("_", " ").lower() if CODE.fullmatch(text) and len(text) > 3 else text


def is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def glossary() -> Glossary:
    """In three statements where no catalogue changed."""
    kinds = [model for model in apps.get_models() if issubclass(model, Definition)]
    found = dict(zip(kinds, shelves(*kinds), strict=True))
    codes: dict[str, str] = {}
    for shelf in (shelf for kind, shelf in found.items() if kind is not Leaflet):  # named as what they are about
        for key, row in shelf.by_key.items():
            for code in (key, row.code, row.code.rsplit(".", 1)[-1]):
                codes.setdefault(code, row.label)
    return Glossary(
        staff=dict(StaffMember.objects.values_list("pk", "name")),
        sites=dict(Site.objects.values_list("pk", "name")),
        definitions=found,
        codes=codes,
        choices=all_choices(),
    )


def all_choices() -> dict[str, str]:
    """The words of each choice of our models; those of which two models say different things are left out."""
    said: dict[str, set[str]] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for value, label in field.flatchoices if hasattr(model, "PERSONAL") else ():
                said.setdefault(str(value), set()).add(str(label))
    return {value: labels.pop() for value, labels in said.items() if len(labels) == 1}


def label_of(name: str) -> str:
    """The name of a column in words: "Length (mm)" of length_mm."""
    if name in LABELS:
        return str(LABELS[name])
    for suffix, unit in sorted(UNITS.items(), key=lambda each: -len(each[0])):  # mj_mm2 before mm2
        if name.endswith(f"_{suffix}"):
            return f"{spaced(name.removesuffix(f'_{suffix}'))} ({unit})"
    return spaced(re.sub(r"_(on|at)$", "", name))


def spaced(name: str) -> str:
    return str(capfirst(name.replace("_", " ")))


def in_words(field: Any, value: Any, words: Glossary, titles: Mapping[Any, str]) -> str:
    """A value of a column; "" where nothing is recorded."""
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if field.is_relation:
        related = field.related_model
        if related is StaffMember:
            return words.staff.get(value, str(value))
        if related is Site:
            return words.sites.get(value, str(value))
        shelf = words.definitions.get(related)
        return shelf.by_key[value].label if shelf else titles.get(value) or str(value)
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.JSONField):
        return "\n".join(told(value, words))
    if isinstance(value, list):
        return ", ".join(words.of_code(str(each)) for each in value)
    return words.of_code(value) if field.name.endswith("_code") or field.name in CODED else said(value)


def said(value: Any) -> str:
    """A plain value."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{day(value)}, {localtime(value):%H:%M}"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return plain(value) if isinstance(value, Decimal | int) else str(value)


def imprecise(on: date, precision: str) -> str:
    """ "2022", "Mar 2022" or the day, as far as it is known."""
    return {"YEAR": f"{on:%Y}", "MONTH": f"{on:%b %Y}"}.get(precision) or day(on)


def told(value: Any, words: Glossary, depth: int = 0) -> Iterable[str]:
    """What a document holds, line by line, what belongs together further in. Nothing of it is left out."""
    space = "  " * depth
    if isinstance(value, Mapping):
        for name, inside in value.items():
            yield from told_as(label_of_key(str(name), words), inside, words, depth)
    elif isinstance(value, list) and not any(isinstance(each, Mapping | list) for each in value):
        yield space + ", ".join("; ".join(told(each, words)) for each in value)
    elif isinstance(value, list):
        for inside in value:
            lines = list(told(inside, words, depth + 1))
            if isinstance(inside, Mapping) and not any(isinstance(each, Mapping | list) for each in inside.values()):
                lines = ["; ".join(line.strip() for line in lines)]
            yield f"{space}– {lines[0].strip()}" if lines else f"{space}–"
            yield from lines[1:]
    else:
        yield space + (words.of_code(value) if isinstance(value, str) else said_in_json(value))


def told_as(label: str, value: Any, words: Glossary, depth: int) -> Iterable[str]:
    if isinstance(value, Mapping | list) and value:
        lines = list(told(value, words, depth + 1))
        if len(lines) == 1:
            yield f"{'  ' * depth}{label}: {lines[0].strip()}"
        else:
            yield f"{'  ' * depth}{label}:"
            yield from lines
    elif value not in ("", None, [], {}):
        yield f"{'  ' * depth}{label}: {'; '.join(told(value, words))}"


def label_of_key(name: str, words: Glossary) -> str:
    return words.of_code(name) if CODE.fullmatch(name) else label_of(name)


def said_in_json(value: Any) -> str:
    return json.dumps(value) if isinstance(value, float) else said(value)


def measured(row: Mapping[str, Any], words: Glossary) -> dict[str, str]:
    """Of a measurement, what was measured and its value with the unit, the grade by its name."""
    rule = words.definitions[Measure].all_rules[row["measure_id"]]
    value = row["value"]
    shown = _("not measured") if value is None else f"{rule.shown(value)} {rule.unit}".strip()
    return {"measure": rule.name(row["context"], row["side"]), "value": shown}


def treated(row: Mapping[str, Any], words: Glossary) -> dict[str, str]:
    """Of a treatment, its dose with names and units of the device."""
    rule = words.definitions[Modality].all_rules[row["modality_id"]]
    dose = [dosage.sentence(rule, row["parameters"])] if row["was_given"] else []
    for code, value in row["parameters"].items():
        parameter = rule.parameter(code)
        label = parameter.label if parameter else label_of(code)
        text = dosage.shown(parameter, value) if parameter else "; ".join(told(value, words))
        dose.append(f"{label}: {text}")
    return {"parameters": "\n".join(dose)}


def graded(row: Mapping[str, Any], words: Glossary) -> dict[str, str]:
    """Of a picture's grade, what the grade means."""
    grades = words.definitions[Classification].by_key[row["classification_id"]].content.get("grades", ())
    named = {grade["code"]: grade["label"] for grade in grades}
    return {"grade": named.get(row["grade"], row["grade"])}
