"""The rules for the clinical lead: what holds a treatment back, who approved it, and what is different here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import BodyRegion
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from treatments.actions.rules import approve_rules, deviate_from_rule
from treatments.actions.rules import withdraw_approval as withdraw
from treatments.forms.rules import DeviateForm
from treatments.models import Condition, ContraindicationRule, Modality, RuleApproval
from treatments.views import labels
from treatments.views.catalogue import parameter_row

Approvals = Mapping[str, RuleApproval]


@dataclass(frozen=True)
class RuleRow:
    """One rule as it is read: what the book says, and what this clinic made of it."""

    rule: ContraindicationRule
    condition: str
    level: object
    own_level: object
    window_days: int | None
    own_window_days: int | None
    where: str
    certainty: object
    at_most: bool
    approval: RuleApproval | None


@dataclass(frozen=True)
class Standing:
    """How far the rules and limits of one modality are approved."""

    modality: Modality
    rules: int
    approved: int
    changed: int
    limits: RuleApproval | None

    @property
    def open(self) -> int:
        return self.rules - self.approved

    @property
    def is_read(self) -> bool:
        return not self.open and self.limits is not None


def rules(request: HttpRequest) -> HttpResponse:
    """Each modality with what is approved of it, and the whole matrix."""
    approvals = RuleApproval.objects.in_force()
    rows = list(ContraindicationRule.objects.filter(retired_on=None))
    modalities = list(Modality.objects.filter(retired_on=None))
    context = {
        "standings": sorted((standing_of(m, rows, approvals) for m in modalities), key=lambda s: s.is_read),
        "open": sum(row.key not in approvals for row in rows),
        "count": len(rows),
        **matrix_of(rows, approvals, modalities),
        "may_approve": request.user.may(Permission.RULES_APPROVE),
    }
    return render(request, "treatments/rules/rules.html", context)


def concerning(modality: Modality, rows: Iterable[ContraindicationRule]) -> list[ContraindicationRule]:
    """The rows of the matrix that hold for a modality."""
    return [
        row
        for row in rows
        if row.column == modality.column
        and modality.code not in row.content.get("but_not", ())
        and modality.code in (row.content.get("modalities") or [modality.code])
    ]


def standing_of(modality: Modality, rows: Iterable[ContraindicationRule], approvals: Approvals) -> Standing:
    mine = concerning(modality, rows)
    decided = [approvals[row.key] for row in mine if row.key in approvals]
    changed = sum(a.decision == "DEVIATED" for a in decided)
    return Standing(modality, len(mine), len(decided), changed, approvals.get(modality.key))


def matrix_of(
    rows: Iterable[ContraindicationRule], approvals: Approvals, modalities: Iterable[Modality]
) -> dict[str, Any]:
    """The matrix as a table: a line for each condition, a cell for each column with its letters."""
    first = {}
    for modality in modalities:
        first.setdefault(modality.column, modality)
    first.pop("", None)
    cells: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for row in rows:
        own = approvals.get(row.key)
        cells.setdefault((row.condition_code, row.column), []).append(
            ((own and own.level) or row.level, own is not None)
        )
    lines = [
        (condition.label, [cells.get((condition.code, column), []) for column in first])
        for condition in Condition.objects.filter(retired_on=None)
    ]
    return {"columns": list(first.items()), "lines": lines}


def modality_rules(request: HttpRequest, code: str) -> HttpResponse:
    """The rules and limits of one modality; a POST approves what is ticked."""
    modality = Modality.objects.filter(code=code, retired_on=None).prefetch_related("parameters").first()
    if modality is None:
        raise Http404
    mine = concerning(modality, ContraindicationRule.objects.filter(retired_on=None))
    if request.method == "POST":
        return approve(request, modality, mine)
    approvals = RuleApproval.objects.in_force()
    shown = rows_of(mine, approvals)
    others = Modality.objects.filter(retired_on=None, content__column=modality.column).exclude(code=code)
    context = {
        "modality": modality,
        "standing": standing_of(modality, mine, approvals),
        "rows": shown,
        "others": list(others) if modality.column else [],
        "parameters": [parameter_row(p.as_rule()) for p in modality.parameters.all()],
        "may_approve": (may_approve := request.user.may(Permission.RULES_APPROVE)),
        "ticks": may_approve and any(row.approval is None for row in shown),
    }
    return render(request, "treatments/rules/modality_rules.html", context)


def approve(request: HttpRequest, modality: Modality, mine: list[ContraindicationRule]) -> HttpResponse:
    """Approves the ticked rules of a modality, and its limits where they are ticked; or all that is left."""
    ticked = set(request.POST.getlist("keys"))
    these = [each for each in (*mine, modality) if "all" in request.POST or each.key in ticked]
    try:
        count = approve_rules(these=these, by=request.user)
        if count:
            told = ngettext("%(n)d approved.", "%(n)d approved.", count) % {"n": count}
            messages.success(request, told)
        else:
            messages.warning(request, _("Nothing was approved: tick what you have read and agree with."))
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("modality_rules", modality.code)


def rows_of(rules: Iterable[ContraindicationRule], approvals: Approvals) -> list[RuleRow]:
    conditions = {c.code: c for c in Condition.objects.filter(retired_on=None)}
    regions = dict(BodyRegion.objects.filter(retired_on=None).values_list("code", "label"))
    return [row_of(rule, conditions[rule.condition_code], regions, approvals.get(rule.key)) for rule in rules]


def row_of(
    rule: ContraindicationRule, condition: Condition, regions: Mapping[str, str], approval: RuleApproval | None
) -> RuleRow:
    own_level = approval.level if approval else ""
    return RuleRow(
        rule=rule,
        condition=condition.label,
        level=labels.LEVEL[rule.level],
        own_level=labels.LEVEL[own_level] if own_level else "",
        window_days=rule.window_days,
        own_window_days=approval.window_days if approval else None,
        where=where_of(rule, condition, regions),
        certainty=labels.CERTAINTY[rule.certainty],
        at_most=rule.certainty in ("U", "DESIGN") and rule.level in ("A", "L"),
        approval=approval,
    )


def where_of(rule: ContraindicationRule, condition: Condition, regions: Mapping[str, str]) -> str:
    """Where a condition must lie to count, and what else narrows the rule, in words."""
    told = [str(labels.SCOPE[rule.scope])]
    if rule.scope != "BODY" and condition.content.get("field"):
        told = [", ".join(regions[r].lower() for r in condition.content["field"])]
    if rule.content.get("only_in"):
        told.append(_("only at: ") + ", ".join(regions[r].lower() for r in rule.content["only_in"]))
    if rule.content.get("when"):
        when = rule.content["when"]
        told.append(f"{when['parameter'].replace('_', ' ')}: {', '.join(when['is']).lower()}")
    if rule.content.get("note"):
        told.append(rule.content["note"])
    return "; ".join(told)


def change_rule(request: HttpRequest, key: str) -> HttpResponse:
    """A rule, and the form in which the lead gives it a level and a window of this clinic's own."""
    rule = get_object_or_404(ContraindicationRule, key=key, retired_on=None)
    approval = RuleApproval.objects.in_force().get(key)
    form = DeviateForm(request.POST or None, initial=start_of(rule, approval))
    if request.method == "POST":
        require(request.user, Permission.RULES_APPROVE)
    if request.method == "POST" and form.is_valid():
        try:
            deviate_from_rule(rule=rule, by=request.user, **form.cleaned_data)
        except RuleBroken as no:
            for fault in no.faults:
                form.add_error(fault.pointer.strip("/"), fault.message)
        else:
            messages.success(request, _("Saved. This clinic now does it this way; records keep what held before."))
            return redirect("modality_rules", first_modality(rule).code)
    regions = dict(BodyRegion.objects.filter(retired_on=None).values_list("code", "label"))
    condition = Condition.objects.get(code=rule.condition_code, retired_on=None)
    context = {
        "row": row_of(rule, condition, regions, approval),
        "form": form,
        "back": first_modality(rule).code,
        "history": rule.approvals.select_related("decided_by").order_by("-id"),
        "may_approve": request.user.may(Permission.RULES_APPROVE),
    }
    return render(request, "treatments/rules/change_rule.html", context, status=422 if form.errors else 200)


def start_of(rule: ContraindicationRule, approval: RuleApproval | None) -> dict[str, Any]:
    """What the form begins with: what holds in this clinic now."""
    return {
        "level": (approval.level if approval else "") or rule.level,
        "window_days": (approval.window_days if approval else None) or rule.window_days,
        "reason": approval.reason if approval else "",
    }


def withdraw_approval(request: HttpRequest, key: str) -> HttpResponse:
    """Asks why an approval of a rule, or of a modality's limits, is taken back; then takes it back."""
    require(request.user, Permission.RULES_APPROVE)
    rule = ContraindicationRule.objects.filter(key=key).first()
    of = rule or get_object_or_404(Modality, key=key)
    back = first_modality(rule) if rule else of
    error = ""
    if request.method == "POST":
        try:
            withdraw(of=of, reason=request.POST.get("reason", ""), by=request.user)
            messages.success(request, _("The approval is withdrawn."))
            return redirect("modality_rules", back.code)
        except RuleBroken as no:
            error = no.message
    context = {"of": of, "is_rule": rule is not None, "back": back.code, "error": error}
    return render(request, "treatments/rules/withdraw_approval.html", context, status=422 if error else 200)


def first_modality(rule: ContraindicationRule) -> Modality:
    """The first modality that a rule holds for."""
    rows = Modality.objects.filter(retired_on=None, content__column=rule.column)
    return next(m for m in rows if concerning(m, [rule]))
