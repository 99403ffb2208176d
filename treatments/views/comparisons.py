"""Any two sessions of a case, side by side."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from cases.models import Case
from cases.views.heads import case_head, patient_head
from clinic import audit
from treatments.models import Session
from treatments.queries import Progress, Series, modalities_of, progress_of, story_of
from treatments.rules import dosage, numbers
from treatments.rules.comparison import Line, difference, lines_of
from treatments.rules.progress import Scale


def compare(request: HttpRequest, pk: UUID) -> HttpResponse:
    """?a= and ?b= are sessions; without them the last two, without `a` the one before `b`."""
    case = get_object_or_404(story_of(Case.objects.visible_to(request.user)), pk=pk)
    audit.seen("sessions", by=request.user, about=case, patient_id=case.patient_id)
    progress = progress_of(case)
    pair = pair_of(progress.sessions, request.GET.get("a", ""), request.GET.get("b", ""))
    context = {
        "case": case,
        "head": patient_head(case.patient),
        "case_line": case_head(case),
        "sessions": progress.sessions[::-1],
        "pair": pair,
        "groups": groups_of(progress, *pair) if pair else [],
        "is_unknown": any(request.GET.get(name) for name in ("a", "b")) and not asked_are_known(request, progress),
    }
    return render(request, "treatments/cases/compare.html", context)


def asked_are_known(request: HttpRequest, progress: Progress) -> bool:
    known = {str(s.pk) for s in progress.sessions}
    return all(request.GET[name] in known for name in ("a", "b") if request.GET.get(name))


def pair_of(sessions: Sequence[Session], a: str, b: str) -> tuple[Session, Session] | None:
    """The earlier first; None where there are not two."""
    if len(sessions) < 2:
        return None
    places = {str(s.pk): place for place, s in enumerate(sessions)}
    second = places.get(b, len(sessions) - 1)
    first = places.get(a, second - 1 if second else 1)
    if first == second:
        first = second - 1 if second else 1
    return sessions[min(first, second)], sessions[max(first, second)]


def groups_of(progress: Progress, first: Session, second: Session) -> list[tuple[str, list[Line]]]:
    """What differs and what is the same, under a heading each."""
    found = [
        (_("The visit"), lines_of(visit_of(first), visit_of(second))),
        (_("Given"), lines_of(given_in(first), given_in(second))),
        (_("Measured"), measured_at(progress.series, first, second)),
        (_("Written"), lines_of(written_in(first), written_in(second))),
    ]
    return [(name, lines) for name, lines in found if lines]


def visit_of(session: Session) -> dict[str, str]:
    place = {_("place in its block"): str(session.number)} if session.number else {}
    since = getattr(session, "since_last", None)
    told = {_("since the time before"): str(since.get_response_display())} if since and since.response else {}
    return {
        _("kind"): str(session.get_kind_display()),
        **place,
        **told,
        _("by"): session.signed_name,
    }


def given_in(session: Session) -> dict[str, str]:
    """The dose of each treatment by its name; of one that was not given, why."""
    rows = list(session.applications.all())
    rules = modalities_in(rows)
    found: dict[str, list[str]] = {}
    for row in rows:
        rule = rules[row.modality_id]
        said = " · ".join(dosage.in_short(rule, row.parameters)) or _("given")
        if not row.was_given:
            said = _("not given: %(why)s") % {"why": row.not_given_because}
        found.setdefault(rule.label, []).append(said)
    return {label: "; ".join(said) for label, said in found.items()}


def modalities_in(rows: Sequence[Any]) -> dict[str, Any]:
    return modalities_of(row.modality_id for row in rows) if rows else {}


def measured_at(series: Sequence[Series], first: Session, second: Session) -> list[Line]:
    """Each value that was taken at either, before treatment and after it, with the difference."""
    lines = []
    for one in series:
        for moment, name in (("BEFORE", one.name), ("AFTER", _("%(measure)s, after") % {"measure": one.name})):
            a, b = (
                next((p.value for p in one.points if p.session_id == s.pk and p.moment == moment), None)
                for s in (first, second)
            )
            if a is None and b is None:
                continue
            change = difference(a, b, has_distances=one.measure.scale is Scale.NUMBER)
            shown = ["" if value is None else one.measure.with_unit(value) for value in (a, b)]
            lines.append(Line(name, *shown, "" if change is None else numbers.change(change)))
    return lines


def written_in(session: Session) -> dict[str, str]:
    texts = {
        _("subjective"): session.subjective,
        _("objective"): session.objective,
        _("assessment"): session.assessment,
        _("plan"): session.plan,
    }
    return {name: text for name, text in texts.items() if text}
