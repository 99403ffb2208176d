"""The report of a case for a colleague: what is signed of it, with its figures, to be printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case, ImagingResult
from cases.queries import Course, courses_of, pictures_of
from clinic import clock
from clinic.models import StaffMember, shelf
from treatments.models import Measure, Plan
from treatments.queries import letter_parts, report_charts, report_doses, report_parts
from treatments.queries.letter_parts import day
from treatments.queries.letters import head_of
from treatments.queries.plans import plans_of
from treatments.queries.progress import Progress, Series, progress_of
from treatments.queries.surroundings import Surroundings, surroundings_of

MOST_PANELS = 6


@dataclass(frozen=True)
class Told:
    """What a report is made from: everything signed of a case, read once."""

    case: Case
    today: date
    progress: Progress
    around: Surroundings | None
    courses: tuple[Course, ...]
    studies: tuple[ImagingResult, ...]
    plans: tuple[Plan, ...]
    questionnaires: frozenset[str]
    unsigned: int
    until: date | None

    @property
    def aimed_at(self) -> set[tuple[str, str, str]]:
        """The measures that a plan is meant to move: measure, context, side."""
        return {(t["measure"], t["context"], t["side"]) for plan in self.plans for t in plan.targets}

    @property
    def leading(self) -> list[Series]:
        """The series of the affected side the weightiest first: key measures, aims, then what was taken most."""
        sides = report_parts.affected_sides(self.case)
        found = [s for s in self.progress.series if s.course and (s.is_key or not s.side or s.side in sides)]
        return sorted(found, key=lambda s: (not s.is_key, slot(s) not in self.aimed_at, -len(s.course)))

    @property
    def drawn(self) -> list[Series]:
        """The same, of which questionnaires come before what else is neither a key measure nor aimed at."""
        leads = [s for s in self.leading if s.is_key or slot(s) in self.aimed_at or self.is_questionnaire(s)]
        return leads + [s for s in self.leading if s not in leads]

    def is_questionnaire(self, series: Series) -> bool:
        return series.measure.key in self.questionnaires


def slot(series: Series) -> tuple[str, str, str]:
    return series.measure.code, series.context, series.side


def told_of(case: Case) -> Told:
    """In as many statements for sixty sessions as for ten; `case` as story_of reads it."""
    progress = progress_of(case)
    courses, studies = tuple(courses_of(case)), tuple(pictures_of(case))
    plans = Plan.objects.filter(case=case).select_related("protocol").prefetch_related("blocks")
    signed = [localtime(s.signed_at).date() for s in progress.sessions]
    corrected = case.sessions.signed().aggregate(at=Max("addenda__created_at"))["at"]
    return Told(
        case=case,
        today=clock.today(case.site.time_zone),
        progress=progress,
        around=surroundings_of(progress, courses=courses, studies=studies, plans=plans_of(progress)),
        courses=courses,
        studies=studies,
        plans=tuple(plans.order_by("started_on", "created_at")),
        questionnaires=frozenset(key for key, row in shelf(Measure).by_key.items() if row.kind == "PROM"),
        unsigned=case.sessions.drafts().count(),
        until=max([*signed, *([localtime(corrected).date()] if corrected else [])], default=None),
    )


def report_of(told: Told, by: StaffMember) -> dict[str, Any]:
    """The report in full, as data for its template."""
    case, progress, around = told.case, told.progress, told.around
    span = report_charts.span_of(progress, around) if around else None
    return {
        **head_and_origin(told, by),
        "title": _("Case report: %(title)s") % {"title": case.title},
        "facts": facts(case),
        "course": letter_parts.course(progress)["text"],
        "glance": report_parts.glance(told.leading, told.courses),
        "panels": report_charts.panels(told.drawn, span)[:MOST_PANELS] if span else [],
        "timeline": report_charts.timeline(progress, around, span) if span and around else None,
        "ticks": span.ticks if span else [],
        "axis": _("%(first)s to %(last)s") % {"first": day(span.first), "last": day(span.last)} if span else "",
        "sections": {
            part["code"]: part
            for part in (
                letter_parts.diagnosis(case),
                letter_parts.history(case),
                report_parts.prior_treatment(case),
                report_parts.screening(case, told.today),
                report_parts.goals(case),
                report_parts.outcomes(progress),
                report_doses.sums(progress),
                report_parts.imaging(case, told.courses, told.studies),
                report_parts.reviews(around),
                report_parts.adverse_events(case, around),
                letter_parts.ending(case),
            )
        },
        "plans": report_parts.plans(told.plans, progress, around),
        "visits": report_doses.visits(progress, around),
    }


def head_and_origin(told: Told, by: StaffMember) -> dict[str, Any]:
    """Whose it is, when and by whom it was made, from which records."""
    return {
        "mark": "",
        "head": head_of(told.case),
        "case_title": told.case.title,
        "origin": " ".join(origin(told, by)),
        "is_empty": told.around is None,
    }


def origin(told: Told, by: StaffMember) -> Iterable[str]:
    made = {"day": day(told.today), "who": by.name}
    if told.until is None:
        yield _("Made on %(day)s by %(who)s. No visit is signed yet.") % made
    else:
        made["until"] = day(told.until)
        yield _("Made on %(day)s by %(who)s from the records signed until %(until)s.") % made
    if told.unsigned:
        yield ngettext(
            "%(count)s note is not signed yet; nothing of it is in this report.",
            "%(count)s notes are not signed yet; nothing of them is in this report.",
            told.unsigned,
        ) % {"count": told.unsigned}


def facts(case: Case) -> list[list[str]]:
    """The lines below the patient, who stands above them; what is not known is left out."""
    patient = case.patient.survivor
    told = [
        [_("Case number"), case.number],
        [
            _("Lead"),
            ", ".join(filter(None, (case.lead.name, case.lead.hcpc_number and f"HCPC {case.lead.hcpc_number}"))),
        ],
        [_("Clinic"), case.site.name],
        [_("Referred by"), case.referral],
        [_("GP"), ", ".join(filter(None, (patient.gp_name, patient.gp_practice)))],
    ]
    return [line for line in told if line[1]]
