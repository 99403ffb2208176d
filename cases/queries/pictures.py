"""Questions about pictures: what waits, and how each deposit changes from a chosen reference."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from cases.models import (
    Case,
    Deposit,
    DepositMeasurement,
    ImagingGrade,
    ImagingReading,
    ImagingRequest,
    ImagingResult,
)
from cases.models.imaging_files import questioned
from cases.rules.deposits import Change, Study, compare
from clinic.models import StaffMember

READ = ("modality", "region", "view")
MOST = 100
MEASURED = DepositMeasurement.objects.select_related("deposit__structure", "outline")
MATURE = ImagingGrade.objects.filter(Q(grade__contains="MATURE") | Q(grade__contains="MORRIS_3"))


@dataclass(frozen=True)
class Worklist:
    """What waits in pictures, the most urgent first."""

    overdue: list[ImagingRequest]
    due: list[ImagingRequest]
    to_measure: list[ImagingResult]
    to_review: list[ImagingResult]
    to_tell: list[ImagingResult]

    @property
    def is_empty(self) -> bool:
        return not (self.overdue or self.due or self.to_measure or self.to_review or self.to_tell)


@dataclass(frozen=True)
class Seen:
    """A deposit on one study: its sizes, and its change from the reference; None on the reference itself."""

    measurement: DepositMeasurement
    study: Study
    change: Change | None
    is_reference: bool

    @property
    def result(self) -> ImagingResult:
        return self.measurement.reading.result


@dataclass(frozen=True)
class Course:
    """A deposit over time, read by the same hands: reported and measured are courses of their own."""

    deposit: Deposit
    origin: str
    reference: Seen
    seen: tuple[Seen, ...]

    @property
    def last(self) -> Seen:
        """The latest that may be compared with the reference; the latest of all where none may."""
        comparable = [s for s in self.seen if s.change and s.change.reason is None]
        return (comparable or self.seen)[-1]


def worklist_of(staff: StaffMember, today: date) -> Worklist:
    """Requests and results of the cases that this person may see: overdue, due, not measured, not reviewed."""
    cases = Case.objects.visible_to(staff)
    with_case = ("case__patient", *READ)
    awaited = ImagingRequest.objects.filter(case__in=cases).awaited().select_related(*with_case).order_by("due_on")
    results = ImagingResult.objects.filter(case__in=cases).select_related(*with_case).order_by("taken_on", "id")
    waiting = list(awaited[:MOST])
    return Worklist(
        overdue=[r for r in waiting if r.is_overdue(today)],
        due=[r for r in waiting if not r.is_overdue(today)],
        to_measure=list(results.to_measure()[:MOST]),
        to_review=list(results.to_review()[:MOST]),
        to_tell=list(results.to_tell()[:MOST]),
    )


def pictures_of(case: Case) -> list[ImagingResult]:
    """The studies of a case, oldest first, with the readings that count and what is in them."""
    readings = (
        ImagingReading.objects.filter(replaced_by=None)
        .select_related("calibration")
        .prefetch_related("grades__classification", Prefetch("measurements", MEASURED))
    )
    return list(
        case.imaging_results.with_state().select_related(*READ).prefetch_related(Prefetch("readings", readings))
    )


def questioned_of(case: Case) -> QuerySet[ImagingResult]:
    """The studies whose files speak of another person or side, and of which nobody has said what they are."""
    return case.imaging_results.filter(questioned())


def studies_of(case: Case) -> list[ImagingResult]:
    """The studies of a case, oldest first, without what was read on them."""
    return list(case.imaging_results.with_state().select_related(*READ))


def courses_of(case: Case, reference: ImagingResult | None = None) -> list[Course]:
    """How each deposit of a case changes, from the chosen study or else from the first that has an area."""
    rows = (
        DepositMeasurement.objects.filter(deposit__case=case, reading__replaced_by=None)
        .exclude(reading__result__in=questioned_of(case))
        .select_related(
            "deposit",
            "reading__calibration",
            "reading__result__modality",
            "reading__result__view",
            "reading__result__region",
        )
        .annotate(is_mature=Exists(MATURE.filter(reading=OuterRef("reading"))))
        .order_by("deposit__label", "reading__result__taken_on", "reading__created_at")
    )
    found: dict[tuple[str, str], list[DepositMeasurement]] = {}
    for row in rows:
        found.setdefault((row.deposit.label, row.reading.origin), []).append(row)
    return [course_of(origin, of, reference) for (_, origin), of in found.items()]


def course_of(origin: str, rows: list[DepositMeasurement], chosen: ImagingResult | None) -> Course:
    studies = [(row, row.as_study()) for row in rows]
    start = next(
        (pair for pair in studies if chosen and pair[0].reading.result_id == chosen.pk),
        next((pair for pair in studies if pair[1].area), studies[0]),
    )
    seen = tuple(
        Seen(
            row,
            study,
            None if row is start[0] else compare(start[1], study, error_percent=largest_error(row, start[0])),
            row is start[0],
        )
        for row, study in studies
    )
    return Course(rows[0].deposit, origin, next(s for s in seen if s.is_reference), seen)


def largest_error(*rows: DepositMeasurement) -> Decimal:
    return max(row.reading.error_percent for row in rows)
