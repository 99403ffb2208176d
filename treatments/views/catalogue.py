"""The catalogue as people read it: what can be done, measured and diagnosed, with sources and how sure we are."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cases.models import BodyRegion, Classification, Pathology, Term
from treatments.models import Leaflet, Measure, Modality, Programme, Protocol
from treatments.rules import dosage, numbers
from treatments.rules.progress import chosen
from treatments.views import labels


def catalogue(request: HttpRequest) -> HttpResponse:
    """Modalities, measures and diagnoses in groups; with ?q= those whose name or code holds it."""
    query = request.GET.get("q", "").strip()[:100]
    context = {
        "query": query,
        "parts": [
            part("modality", "Treatments", offered(Modality, query), "group", labels.GROUP),
            part("measure", "Measures", offered(Measure, query), "kind", labels.MEASURE_KIND),
            part("pathology", "Diagnoses", offered(Pathology, query), "kind", labels.PATHOLOGY_KIND),
        ],
    }
    context["found"] = any(each["groups"] for each in context["parts"])
    return render(request, "treatments/catalogue/catalogue.html", context)


def offered(model: type[Model], query: str = "") -> list[Any]:
    """The entries in use, in the order of their file; those whose label or code holds a query."""
    rows = model._default_manager.filter(retired_on=None).order_by("position")
    wanted = query.casefold()
    return [row for row in rows if wanted in f"{row.label} {row.code}".casefold()]


def part(view: str, title: str, rows: Iterable[Any], by: str, names: labels.Words) -> dict[str, Any]:
    """A part of the page: its entries under the names of their groups, in the order of the names."""
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(getattr(row, by), []).append(row)
    named = [(names[code], groups[code]) for code in names if code in groups]
    return {"view": f"catalogue_{view}", "title": title, "groups": named, "count": sum(len(g) for _, g in named)}


def latest(rows: QuerySet[Any], code: str) -> Any:
    """The newest version of an entry. Raises Http404 where there is none."""
    found = rows.filter(code=code).order_by("-version").first()
    if found is None:
        raise Http404
    return found


def modality(request: HttpRequest, code: str) -> HttpResponse:
    """One modality: its dose, its limits, who may, and the programmes and templates that hold it."""
    found = latest(Modality.objects.prefetch_related("parameters"), code)
    rule = found.as_rule()
    programmes = [p for p in offered(Programme) if code in p.content["modalities"]]
    protocols = [p for p in offered(Protocol) if any(code == s["modality"] for s in p.content["sessions"])]
    context = {
        **common(found),
        "who_may": labels.WHO_MAY[found.who_may],
        "group": labels.GROUP[found.group],
        "rule": rule,
        "leaflet": Leaflet.objects.filter(code=code, retired_on=None).first(),
        "needs_consent": found.content.get("needs_written_consent", False),
        "parameters": [parameter_row(p) for p in rule.parameters],
        "total": rule.parameter(rule.total).label if rule.total else "",
        "programmes": programmes,
        "protocols": protocols,
    }
    return render(request, "treatments/catalogue/modality.html", context)


def leaflet(request: HttpRequest, code: str) -> HttpResponse:
    """What a patient is given to read before a treatment, to be printed."""
    return render(request, "treatments/catalogue/leaflet.html", {"leaflet": latest(Leaflet.objects.all(), code)})


def parameter_row(rule: dosage.ParameterRule) -> dict[str, Any]:
    unit = "" if rule.unit == "0-10" else rule.unit
    return {
        "label": rule.label,
        "usual": rule.usual.removesuffix(" 0-10"),
        "hard": between(rule.hard_min, rule.hard_max, unit),
        "choices": ", ".join(dosage.in_words(c) for c in rule.choices),
        "kind": {"YES_NO": "yes or no", "TEXT": "words"}.get(rule.kind, ""),
        "is_required": rule.is_required,
        "unit": unit,
    }


def between(low: Any, high: Any, unit: str) -> str:
    if low is None or high is None:
        return ""
    return f"{numbers.shown(low)}–{numbers.shown(high)}" + (f" {unit}" if unit else "")


def measure(request: HttpRequest, code: str) -> HttpResponse:
    """One measure: its range and direction, its error and what matters, its licence."""
    found = latest(Measure.objects.prefetch_related("thresholds"), code)
    regions = dict(BodyRegion.objects.filter(retired_on=None).values_list("code", "label"))
    unit = found.unit
    rules = found.as_rule().thresholds
    used = {chosen(rules, kind, same_measurer=same) for kind in ("MDC", "MIC") for same in (True, False)}
    context = {
        **common(found),
        "kind": labels.MEASURE_KIND.get(found.kind, ""),
        "licence": labels.LICENCE[found.licence],
        "range": between(found.hard_min, found.hard_max, unit.lstrip("/") if not unit.startswith("/") else ""),
        "usual": between(found.usual_min, found.usual_max, unit),
        "direction": {1: "higher is better", -1: "lower is better", 0: "neither way is better"}[found.direction],
        "regions": [regions.get(r, r) for r in found.regions],
        "contexts": [dosage.in_words(c) for c in found.contexts],
        "grades": found.content.get("grades", []),
        "normal": {k.upper(): v for k, v in found.content.get("normal", {}).items()},
        "note": found.content.get("note", ""),
        "items": found.content.get("items"),
        "formulas": [
            {"says": labels.FORMULA[f["kind"]], "least": f["min_answered"], "items": f["items"]}
            for f in found.content.get("formulas", [])
        ],
        "thresholds": [threshold_row(t, unit, used) for t in found.thresholds.all()],
    }
    return render(request, "treatments/catalogue/measure.html", context)


def threshold_row(row: Any, unit: str, used: Collection[Any]) -> dict[str, Any]:
    sign = "%" if row.is_percent else "" if unit.startswith("/") else unit
    value = between(row.low, row.value, sign) if row.low is not None else f"{numbers.shown(row.value)} {sign}".strip()
    return {
        "says": "its error (MDC)" if row.kind == "MDC" else "what matters (MIC)",
        "value": value + (" of the start" if row.is_percent else ""),
        "population": ", ".join(filter(None, (row.population, row.timeframe, row.method))),
        "source": row.source,
        "certainty": labels.CERTAINTY[row.certainty],
        "is_used": row.as_rule() in used,
        "is_unsure": row.certainty == "U",
    }


def pathology(request: HttpRequest, code: str) -> HttpResponse:
    """One diagnosis: its codes, its usual mechanism, its phases, the classifications that fit, the templates for it."""
    found = latest(Pathology.objects.all(), code)
    content = found.content
    terms = {t.code: t for t in Term.objects.filter(retired_on=None, list__in=("MECHANISM", "PHASE"))}
    regions = dict(BodyRegion.objects.filter(retired_on=None).values_list("code", "label"))
    family = content.get("phases", "")
    context = {
        **common(found),
        "kind": labels.PATHOLOGY_KIND[found.kind],
        "icd10": content.get("icd10", []),
        "icd11": content.get("icd11", []),
        "mechanism": terms.get(content.get("mechanism", "")),
        "phases": [t for t in terms.values() if family and t.family == family],
        "regions": [regions.get(r, r) for r in content.get("regions", [])],
        "classifications": [c for c in offered(Classification) if fits(c.content, content, code)],
        "protocols": [p for p in offered(Protocol) if code in p.content["pathologies"]],
    }
    return render(request, "treatments/catalogue/pathology.html", context)


def fits(scheme: Mapping[str, Any], content: Mapping[str, Any], code: str) -> bool:
    """Whether a classification names this diagnosis or one of its regions."""
    here = set(content.get("regions", []))
    return code in scheme.get("pathologies", []) or not here.isdisjoint(scheme.get("regions", []))


def common(found: Any) -> dict[str, Any]:
    """What every entry says: source, certainty, version, and what other systems call it."""
    return {
        "entry": found,
        "certainty": labels.CERTAINTY.get(found.certainty, ""),
        "codes": [(system.replace("_", ", ").upper(), code) for system, code in found.codes.items()],
    }
