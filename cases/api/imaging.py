"""Pictures: wanted, requested, received, read, reviewed."""

from typing import Any

from rest_framework import serializers

from cases.actions.imaging import (
    Picture,
    cancel_imaging,
    mark_requested,
    record_imaging,
    request_imaging,
    review_imaging,
)
from cases.api.examples import CASE, OTHER, ROW, STAFF, VERSION
from cases.api.fields import ImpreciseDateIn, ImpreciseDateOut
from cases.api.nouns import OfCases, case_of
from cases.models import Case, ImagingRequest, ImagingResult, ImagingSource, RequestStatus, Side
from clinic.api.fields import FlagField, IdField, StrictSerializer, TextField
from clinic.api.filters import by_choice, by_code, by_day, by_flag, by_id
from clinic.api.resources import Act, Addable, Detail, Told, pointed_at
from clinic.api.shapes import CodeField, EtagField, MaybeField, Out
from clinic.models import StaffMember


class PictureIn(StrictSerializer):
    """What is to be seen, by codes of the catalogues."""

    case = IdField()
    modality = TextField(max_length=60)
    region = TextField(max_length=60)
    side = serializers.ChoiceField(Side.choices)
    view = TextField(max_length=60, required=False, allow_null=True)
    repeat_reason = TextField(
        max_length=500, required=False, allow_null=True, help_text="Of an X-ray within 42 days of another."
    )


class ImagingRequestIn(PictureIn):
    """A picture that is wanted."""

    why = TextField(max_length=500)
    due_on = serializers.DateField()
    is_requested = FlagField(required=False, help_text="Whether it was asked for already.")

    EXAMPLE = {
        "case": CASE,
        "modality": "IMG_XRAY_DX",
        "region": "REG_ANKLE",
        "side": "RIGHT",
        "why": "Size of the deposit after ten sessions",
        "due_on": "2027-01-11",
    }


class ImagingRequestOut(Out):
    """A picture that is wanted: of what, why, and by when."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    modality = CodeField(source="modality_id")
    region = CodeField(source="region_id")
    side = serializers.ChoiceField(Side.choices)
    view = CodeField(source="view_id", allow_null=True)
    why = MaybeField()
    due_on = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(RequestStatus.choices)
    requested_on = serializers.DateField(allow_null=True)
    requested_by = serializers.UUIDField(source="requested_by_id", allow_null=True)
    planned_by = serializers.UUIDField(source="planned_by_id")
    repeat_reason = MaybeField()
    stopped_because = MaybeField()
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": OTHER,
        "case": CASE,
        "modality": "IMG_XRAY_DX",
        "region": "REG_ANKLE",
        "side": "RIGHT",
        "view": None,
        "why": "Size of the deposit after ten sessions",
        "due_on": "2027-01-11",
        "status": "PLANNED",
        "requested_on": None,
        "requested_by": None,
        "planned_by": STAFF,
        "repeat_reason": None,
        "stopped_because": None,
        **VERSION,
    }


class CancelIn(StrictSerializer):
    """Why the picture is not wanted any more."""

    reason = TextField(max_length=500)

    EXAMPLE = {"reason": "The patient had one taken elsewhere"}


class OfRequests(OfCases):
    """What the list and the one request have in common."""

    noun, one, scope, detail = "imaging requests", "imaging request", "imaging", "api_imaging_request"
    model, out = ImagingRequest, ImagingRequestOut


class ImagingRequests(OfRequests, Addable):
    """Pictures that are wanted."""

    into = ImagingRequestIn
    filters = {
        "case": by_id("case_id"),
        "status": by_choice("status", RequestStatus.values),
        "due_on_before": by_day("due_on__lt"),
    }
    is_followed = True

    def add(self, told: Told, by: StaffMember) -> ImagingRequest:
        return request_imaging(
            case=case_of(told, by),
            picture=picture_of(told),
            why=told["why"],
            due_on=told["due_on"],
            is_requested=told.get("is_requested", False),
            repeat_reason=told.get("repeat_reason") or "",
            by=by,
        )


class OneImagingRequest(OfRequests, Detail):
    """A picture that is wanted."""


class MarkRequested(OfRequests, Act):
    """Note that a planned picture was asked for today."""

    def do(self, row: ImagingRequest, version: int, told: Told, by: StaffMember) -> Any:
        return mark_requested(request=row, version=version, by=by)


class CancelRequest(OfRequests, Act):
    """Take a request back."""

    into = CancelIn

    def do(self, row: ImagingRequest, version: int, told: Told, by: StaffMember) -> Any:
        return cancel_imaging(request=row, version=version, reason=told["reason"], by=by)


class ImagingResultIn(PictureIn):
    """A study that came; `request` is the one that it answers."""

    taken = ImpreciseDateIn()
    source = serializers.ChoiceField(ImagingSource.choices)
    request = IdField(required=False, allow_null=True)
    reporter = TextField(max_length=200, required=False, allow_null=True)
    reporter_role = TextField(max_length=100, required=False, allow_null=True)
    report_text = TextField(max_length=50000, required=False, allow_null=True)

    EXAMPLE = {
        "case": CASE,
        "modality": "IMG_XRAY_DX",
        "region": "REG_ANKLE",
        "side": "RIGHT",
        "taken": "2026-09-01",
        "source": "NHS",
    }


class ImagingResultOut(Out):
    """A study. What was read on it is under `/deposit-measurements/`; a picture is no file here."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    request = serializers.UUIDField(source="request_id", allow_null=True)
    taken = ImpreciseDateOut("taken", allow_null=False)
    modality = CodeField(source="modality_id")
    region = CodeField(source="region_id")
    side = serializers.ChoiceField(Side.choices)
    view = CodeField(source="view_id", allow_null=True)
    source = serializers.ChoiceField(ImagingSource.choices)
    reporter = MaybeField()
    reporter_role = MaybeField()
    report_text = MaybeField()
    repeat_reason = MaybeField()
    is_measured = serializers.BooleanField(help_text="Whether somebody here has read it.")
    reviewed_at = serializers.DateTimeField(allow_null=True)
    reviewed_by = serializers.UUIDField(source="reviewed_by_id", allow_null=True)
    conclusion = MaybeField()
    told_on = serializers.DateField(allow_null=True, help_text="When the patient was told what follows.")
    etag = EtagField()
    updated_at = serializers.DateTimeField()

    EXAMPLE = {
        "id": ROW,
        "case": CASE,
        "request": None,
        "taken": "2026-09-01",
        "modality": "IMG_XRAY_DX",
        "region": "REG_ANKLE",
        "side": "RIGHT",
        "view": None,
        "source": "NHS",
        "reporter": None,
        "reporter_role": None,
        "report_text": None,
        "repeat_reason": None,
        "is_measured": False,
        "reviewed_at": None,
        "reviewed_by": None,
        "conclusion": None,
        "told_on": None,
        **VERSION,
    }


class PictureReviewIn(StrictSerializer):
    """What follows from the picture."""

    conclusion = TextField(max_length=5000)

    EXAMPLE = {"conclusion": "The deposit shrank: go on with the plan"}


class OfResults(OfCases):
    """What the list and the one study have in common."""

    noun, one, scope, detail = "imaging results", "imaging result", "imaging", "api_imaging_result"
    model, out = ImagingResult, ImagingResultOut

    def visible(self, by: StaffMember) -> Any:
        return ImagingResult.objects.with_state().filter(case__in=Case.objects.visible_to(by))


class ImagingResults(OfResults, Addable):
    """Studies that came, whoever made them."""

    into = ImagingResultIn
    filters = {
        "case": by_id("case_id"),
        "modality": by_code("modality"),
        "taken_on_after": by_day("taken_on__gt"),
        "taken_on_before": by_day("taken_on__lt"),
        "is_measured": by_flag("is_measured"),
    }
    orderings = ("pk", "taken_on", "updated_at")
    is_followed = True

    def add(self, told: Told, by: StaffMember) -> ImagingResult:
        case = case_of(told, by)
        asked = told.get("request")
        if asked is not None:
            asked = pointed_at(ImagingRequest.objects.filter(case=case), asked, "request")
        words = ("reporter", "reporter_role", "report_text", "repeat_reason")
        return record_imaging(
            case=case,
            picture=picture_of(told),
            taken=told["taken"],
            source=told["source"],
            request=asked,
            by=by,
            **{name: told.get(name) or "" for name in words},
        )


class OneImagingResult(OfResults, Detail):
    """A study."""


class ReviewResult(OfResults, Act):
    """Say what follows from a picture; it leaves the worklist."""

    into = PictureReviewIn

    @property
    def scopes(self) -> dict[str, str]:  # type: ignore[override]
        return {"POST": "reviews:sign"}

    def do(self, row: ImagingResult, version: int, told: Told, by: StaffMember) -> Any:
        return review_imaging(result=row, version=version, conclusion=told["conclusion"], by=by)


def picture_of(told: Told) -> Picture:
    return Picture(told["modality"], told["region"], told["side"], told.get("view") or "")
