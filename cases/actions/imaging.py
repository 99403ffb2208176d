"""Pictures: wanted, requested, received, reviewed; or not wanted, and why."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from cases.models import (
    BodyRegion,
    Case,
    ImagingRequest,
    ImagingResult,
    ImagingSource,
    RequestStatus,
    Side,
    Term,
    imprecise,
)
from cases.rules.deposits import is_too_soon
from cases.rules.imprecise_dates import ImpreciseDate
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.models import StaffMember
from clinic.rules.permissions import Permission

REPEATED = "repeated"


@dataclass(frozen=True)
class Picture:
    """What is to be seen, by codes of the catalogues: modality, region, side, and the view where it is known."""

    modality: str
    region: str
    side: str
    view: str = ""


@transaction.atomic
def request_imaging(
    *,
    case: Case,
    picture: Picture,
    why: str,
    due_on: date,
    by: StaffMember,
    is_requested: bool = False,
    repeat_reason: str = "",
) -> ImagingRequest:
    """Plans a picture, or notes that it was asked for. An X-ray within 42 days of another needs a reason."""
    require(by, Permission.CASE_START)
    today = clock.today(case.site.time_zone)
    faults = Faults()
    columns = columns_of(picture, faults)
    if not why.strip():
        faults.add("/why", "missing", _("Say what the picture is to show."))
    if due_on < today:
        faults.add("/due_on", "in_the_past", _("This day is over already."))
    faults.stop()
    require_repeat_reason(case, columns, due_on, repeat_reason)
    row = ImagingRequest.objects.create(
        case=case,
        why=why.strip(),
        due_on=due_on,
        planned_by=by,
        repeat_reason=repeat_reason.strip(),
        status=RequestStatus.REQUESTED if is_requested else RequestStatus.PLANNED,
        requested_on=today if is_requested else None,
        requested_by=by if is_requested else None,
        **columns,
    )
    audit.record(
        "imaging.requested" if is_requested else "imaging.planned", by=by, about=row, patient_id=case.patient_id
    )
    return row


@transaction.atomic
def decline_imaging(*, case: Case, reason: str, by: StaffMember) -> ImagingRequest:
    """Answers the question whether a picture is wanted with no, and why; it is not asked again."""
    require(by, Permission.CASE_START)
    if not reason.strip():
        raise RuleBroken("reason_missing", _("Say why no picture is wanted."), field="reason")
    injury = case.injuries.select_related("region").earliest("position")
    row = ImagingRequest.objects.create(
        case=case,
        modality=Term.objects.get(code="IMG_XRAY_DX", list="IMAGING_MODALITY", retired_on=None),
        region=injury.region,
        side=injury.side,
        planned_by=by,
        status=RequestStatus.NOT_WANTED,
        stopped_because=reason.strip(),
    )
    audit.record("imaging.declined", by=by, about=row, patient_id=case.patient_id)
    return row


@transaction.atomic
def mark_requested(*, request: ImagingRequest, version: int, by: StaffMember) -> ImagingRequest:
    """Notes that a planned picture was asked for today. Raises Stale."""
    require(by, Permission.CASE_START)
    locked = waiting(request, version)
    if locked.status != RequestStatus.PLANNED:
        raise RuleBroken("requested", _("This picture is requested already."), conflict=True)
    locked.status = RequestStatus.REQUESTED
    locked.requested_on, locked.requested_by = clock.today(locked.case.site.time_zone), by
    locked.save_change("status", "requested_on", "requested_by")
    audit.record("imaging.requested", by=by, about=locked, patient_id=locked.case.patient_id)
    return locked


@transaction.atomic
def cancel_imaging(*, request: ImagingRequest, version: int, reason: str, by: StaffMember) -> ImagingRequest:
    """Takes a request back, with the reason. Raises Stale."""
    require(by, Permission.CASE_START)
    if not reason.strip():
        raise RuleBroken("reason_missing", _("Say why the picture is not wanted any more."), field="reason")
    locked = waiting(request, version)
    locked.status, locked.stopped_because = RequestStatus.CANCELLED, reason.strip()
    locked.save_change("status", "stopped_because")
    audit.record("imaging.cancelled", by=by, about=locked, patient_id=locked.case.patient_id)
    return locked


@transaction.atomic
def record_imaging(
    *,
    case: Case,
    picture: Picture,
    taken: ImpreciseDate,
    source: str,
    by: StaffMember,
    request: ImagingRequest | None = None,
    reporter: str = "",
    reporter_role: str = "",
    report_text: str = "",
    repeat_reason: str = "",
) -> ImagingResult:
    """Receives a study: the answer to a request, or one that came by itself."""
    require(by, Permission.CASE_START)
    today = clock.today(case.site.time_zone)
    faults = Faults()
    columns = columns_of(picture, faults)
    if source not in ImagingSource.values:
        faults.add("/source", "not_a_choice", _("Say where the picture comes from."))
    if taken.on > today:
        faults.add("/taken", "in_the_future", _("This is in the future."))
    if taken.latest_day < case.patient.survivor.born_on:
        faults.add("/taken", "before_the_birth", _("This is before the date of birth."))
    faults.stop()
    require_repeat_reason(case, columns, taken.on, repeat_reason)
    if request is not None:
        locked = waiting(request, None)
        if locked.case_id != case.pk:
            raise RuleBroken("other_case", _("This request belongs to another case."), field="request")
        locked.status = RequestStatus.RECEIVED
        locked.save_change("status")
        audit.record("imaging.answered", by=by, about=locked, patient_id=case.patient_id)
    result = ImagingResult.objects.create(
        case=case,
        request=request,
        source=source,
        reporter=reporter.strip(),
        reporter_role=reporter_role.strip(),
        report_text=report_text.strip(),
        repeat_reason=repeat_reason.strip(),
        received_by=by,
        **columns,
        **imprecise.columns("taken", taken),
    )
    audit.record("imaging.received", by=by, about=result, patient_id=case.patient_id)
    return result


@transaction.atomic
def review_imaging(*, result: ImagingResult, version: int, conclusion: str, by: StaffMember) -> ImagingResult:
    """Says what follows from a picture; it leaves the worklist. Raises Stale."""
    require(by, Permission.SESSION_SIGN)
    if not conclusion.strip():
        raise RuleBroken("missing", _("Say what follows from the picture."), field="conclusion")
    locked = ImagingResult.objects.select_for_update(of=("self",)).select_related("case").get(pk=result.pk)
    if locked.version != version:
        raise Stale
    if locked.reviewed_at is not None:
        raise RuleBroken("reviewed", _("This picture is reviewed already."), conflict=True)
    locked.reviewed_at, locked.reviewed_by, locked.conclusion = clock.now(), by, conclusion.strip()
    locked.save_change("reviewed_at", "reviewed_by", "conclusion")
    audit.record("imaging.reviewed", by=by, about=locked, patient_id=locked.case.patient_id)
    return locked


@transaction.atomic
def tell_patient(*, result: ImagingResult, version: int, by: StaffMember) -> ImagingResult:
    """Notes that the patient was told today what follows from a reviewed picture. Raises Stale."""
    require(by, Permission.CASE_START)
    rows = ImagingResult.objects.select_for_update(of=("self",)).select_related("case__site")
    locked = rows.get(pk=result.pk)
    if locked.version != version:
        raise Stale
    if locked.reviewed_at is None:
        raise RuleBroken("not_reviewed", _("Say first what follows from the picture."), conflict=True)
    if locked.told_on is not None:
        raise RuleBroken("told", _("It is noted already that the patient was told."), conflict=True)
    locked.told_on, locked.told_by = clock.today(locked.case.site.time_zone), by
    locked.save_change("told_on", "told_by")
    audit.record("imaging.told", by=by, about=locked, patient_id=locked.case.patient_id)
    return locked


def columns_of(picture: Picture, faults: Faults) -> dict[str, Any]:
    """The catalogue entries that a picture names; a fault for each that is not offered or does not fit."""
    terms = {t.code: t for t in Term.objects.filter(list__in=["IMAGING_MODALITY", "VIEW"], retired_on=None)}
    modality, view = terms.get(picture.modality), terms.get(picture.view)
    region = BodyRegion.objects.filter(code=picture.region, retired_on=None).first()
    if modality is None or modality.list != "IMAGING_MODALITY":
        faults.add("/modality", "unknown_modality", _("Choose a kind of picture of the list."))
    elif picture.view and (view is None or view.list != "VIEW" or view.family != modality.family):
        faults.add("/view", "unknown_view", _("Choose a view that belongs to this kind of picture."))
    if region is None:
        faults.add("/region", "unknown_region", _("Choose a region of the list."))
    if picture.side not in Side.values:
        faults.add("/side", "not_a_choice", _("Choose a side."))
    return {"modality": modality, "view": view, "region": region, "side": picture.side}


def waiting(request: ImagingRequest, version: int | None) -> ImagingRequest:
    """The request, locked; refused where it waits no more. A version of None is not compared."""
    rows = ImagingRequest.objects.select_for_update(of=("self",)).select_related("case__site")
    locked = rows.get(pk=request.pk)
    if version is not None and locked.version != version:
        raise Stale
    if locked.status not in (RequestStatus.PLANNED, RequestStatus.REQUESTED):
        told = _("This picture is %(state)s already.") % {"state": locked.get_status_display()}
        raise RuleBroken("not_waiting", told, conflict=True)
    return locked


def require_repeat_reason(case: Case, columns: dict[str, Any], on: date, reason: str) -> None:
    """Two X-rays of one region within 42 days are questioned: the second says why, or is not taken."""
    if columns["modality"].family != "XRAY" or reason.strip():
        return
    same = {"case__patient": case.patient_id, "region": columns["region"], "side": columns["side"]}
    taken = ImagingResult.objects.filter(modality__family="XRAY", **same).values_list("taken_on", flat=True)
    near = [day for day in taken if is_too_soon(day, on) and day != on]
    if near:
        told = _("An X-ray of this region was taken on %(day)s: less than 42 days apart. Say why it is repeated.") % {
            "day": max(near).strftime("%-d %b %Y")
        }
        raise RuleBroken(REPEATED, told, field="repeat_reason")
