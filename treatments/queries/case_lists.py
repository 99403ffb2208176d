"""The cases that one may see, as a list: one's own or everybody's, of any state; and the latest discharges."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max, Q

from cases.models import Case, CaseStep, Patient, StepKind
from cases.models.cases import CaseQuerySet
from clinic.models import StaffMember
from clinic.queries import page_of
from treatments.models import Session

PAGE = 25


@dataclass(frozen=True)
class Listed:
    """A case with its last signed visit and, where it is discharged, how that was."""

    case: Case
    last_visit_on: date | None
    discharge: CaseStep | None


@dataclass(frozen=True)
class ListedPage:
    """Some cases, and the marks of the pages beside them; "" where there is none."""

    rows: list[Listed]
    after: str
    before: str


def cases_listed(
    staff: StaffMember, *, mine: bool, status: str = "", text: str = "", after: str = "", before: str = ""
) -> ListedPage:
    """The newest first; in three statements for any number. Raises UnknownMark."""
    rows = Case.objects.visible_to(staff).select_related("patient", "lead")
    if mine:
        rows = rows.led_by(staff)
    if status:
        rows = rows.filter(status=status)
    page = page_of(named(rows, text), "opened_on", limit=PAGE, after=after, before=before, is_falling=True)
    visits = last_visits({case.pk for case in page.rows})
    ends = discharges({case.pk for case in page.rows if case.status == "DISCHARGED"})
    told = [Listed(case, visits.get(case.pk), ends.get(case.pk)) for case in page.rows]
    return ListedPage(told, page.after, page.before)


def named(rows: CaseQuerySet, text: str) -> CaseQuerySet:
    """Those of patients whom a search for patients finds, and the one of this number."""
    if not text:
        return rows
    return rows.filter(Q(patient__in=Patient.objects.matching(text)) | Q(number=text))


def last_visits(cases: Collection[UUID]) -> dict[UUID, date]:
    rows = Session.objects.in_force().filter(case__in=cases).order_by().values("case")
    return dict(rows.annotate(on=Max("occurred_on")).values_list("case", "on"))


def discharges(cases: Collection[UUID]) -> dict[UUID, CaseStep]:
    """The last discharge of each."""
    rows = CaseStep.objects.filter(case__in=cases, kind=StepKind.DISCHARGED).order_by("created_at", "id")
    return {step.case_id: step for step in rows}


def lately_discharged(staff: StaffMember, since: date) -> list[CaseStep]:
    """The discharges since a day of cases that this person leads and that are discharged still, the latest first."""
    mine = Case.objects.visible_to(staff).led_by(staff).filter(status="DISCHARGED")
    rows = CaseStep.objects.filter(kind=StepKind.DISCHARGED, on__gte=since, case__in=mine)
    last = {step.case_id: step for step in rows.select_related("case__patient").order_by("created_at", "id")}
    return sorted(last.values(), key=lambda step: (step.on, step.case.number), reverse=True)
