"""What the progress of a case is as data: series, lanes with sums, blocks, reviews, pictures, what happened."""

from typing import Any

from rest_framework import serializers

from cases.queries import Course, Seen
from treatments.queries import BlockSpan, Event, Lane, Picture, Progress, Reviewed, Series, Surroundings
from treatments.rules.progress import chosen


class PointOut(serializers.Serializer[Any]):
    """One value; `moment` is BEFORE or AFTER treatment."""

    on = serializers.DateField()
    value = serializers.FloatField()
    moment = serializers.CharField()
    session = serializers.UUIDField(source="session_id")
    by = serializers.CharField(help_text="who signed the session")


class VerdictOut(serializers.Serializer[Any]):
    """What the change amounts to, and the threshold and population that it was held against."""

    code = serializers.CharField(source="word")
    threshold = serializers.FloatField(allow_null=True)
    population = serializers.CharField()


class ThresholdOut(serializers.Serializer[Any]):
    """A change of at least `value`: beyond the measure's error (mdc), or enough to matter (mic)."""

    value = serializers.FloatField()
    population = serializers.CharField()


class ErrorBandOut(serializers.Serializer[Any]):
    """Within it a change from the baseline may be error alone; within what can be measured at all."""

    low = serializers.FloatField()
    high = serializers.FloatField()


class SeriesOut(serializers.Serializer[Any]):
    """One measure in one context and of one side; values are in `unit`. Changes are counted from `baseline`."""

    measure = serializers.CharField()
    display = serializers.CharField()
    context = serializers.CharField(allow_null=True)
    side = serializers.CharField(allow_null=True)
    is_key = serializers.BooleanField()
    unit = serializers.CharField()
    direction = serializers.IntegerField(help_text="1: higher is better; -1: lower is better")
    baseline = PointOut(allow_null=True)
    last = PointOut(allow_null=True)
    change = serializers.FloatField(allow_null=True)
    mdc = ThresholdOut(allow_null=True)
    mic = ThresholdOut(allow_null=True)
    error_band = ErrorBandOut(allow_null=True)
    verdict = VerdictOut()
    points = PointOut(many=True)


class DoseOut(serializers.Serializer[Any]):
    """One application; `amount` is in the lane's unit, `sum_so_far` in the unit of its sum."""

    on = serializers.DateField()
    amount = serializers.FloatField(allow_null=True)
    sum_so_far = serializers.FloatField(allow_null=True)
    display = serializers.CharField()
    session = serializers.UUIDField()


class SumOut(serializers.Serializer[Any]):
    """What was given in all, in the device's own unit, or as dose index: energy flux density times impulses."""

    value = serializers.FloatField()
    unit = serializers.CharField()
    is_dose_index = serializers.BooleanField()


class LaneOut(serializers.Serializer[Any]):
    """All applications of one modality. No unit is ever turned into another."""

    modality = serializers.CharField()
    display = serializers.CharField()
    unit = serializers.CharField()
    sum = SumOut(allow_null=True)
    doses = DoseOut(many=True)


class BlockSpanOut(serializers.Serializer[Any]):
    """A block of which a session was held; `until` is null while it is open."""

    block = serializers.UUIDField(source="id")
    number = serializers.IntegerField()
    planned = serializers.IntegerField()
    held = serializers.IntegerField()
    since = serializers.DateField(source="first")
    until = serializers.DateField(allow_null=True)


class ReviewedOut(serializers.Serializer[Any]):
    """A signed review of a block."""

    block = serializers.UUIDField(source="block_id")
    number = serializers.IntegerField(source="block")
    on = serializers.DateField()
    decision = serializers.CharField()
    reason = serializers.CharField()
    by = serializers.CharField()


class DepositSeenOut(serializers.Serializer[Any]):
    """A deposit on a picture; `change_percent` is null on the reference, and where `not_comparable` says why."""

    deposit = serializers.CharField()
    origin = serializers.CharField(help_text="MEASURED by us, or as REPORTED")
    is_visible = serializers.BooleanField()
    area_mm2 = serializers.FloatField(allow_null=True)
    area_px = serializers.FloatField(allow_null=True)
    length_mm = serializers.FloatField(allow_null=True)
    is_reference = serializers.BooleanField()
    change_percent = serializers.FloatField(allow_null=True)
    category = serializers.CharField(allow_null=True)
    not_comparable = serializers.CharField(allow_null=True)


class PictureOut(serializers.Serializer[Any]):
    """A study; `taken` is a day, a month or a year, as far as it is known."""

    result = serializers.UUIDField()
    taken = serializers.CharField()
    display = serializers.CharField()
    is_before_us = serializers.BooleanField()
    deposits = DepositSeenOut(many=True)


class HappenedOut(serializers.Serializer[Any]):
    """FLARE, ADVERSE (event), and of treatments elsewhere while we treated: SURGERY, INJECTION, ELSEWHERE."""

    kind = serializers.CharField()
    on = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    display = serializers.CharField()
    detail = serializers.CharField()
    session = serializers.UUIDField(allow_null=True)


class BeforeOut(serializers.Serializer[Any]):
    """What was tried before the first visit, in its order; `started` is null where it is not known."""

    display = serializers.CharField()
    started = serializers.CharField(allow_null=True)
    sessions = serializers.IntegerField(allow_null=True)
    benefit = serializers.CharField()


class ProgressOut(serializers.Serializer[Any]):
    """Everything signed of one case, as it was last corrected; `begins` is its first visit."""

    case = serializers.UUIDField()
    number = serializers.CharField()
    begins = serializers.DateField(allow_null=True)
    before_us = BeforeOut(many=True)
    series = SeriesOut(many=True)
    lanes = LaneOut(many=True)
    blocks = BlockSpanOut(many=True)
    reviews = ReviewedOut(many=True)
    pictures = PictureOut(many=True)
    events = HappenedOut(many=True)


def as_data(progress: Progress, around: Surroundings | None) -> dict[str, Any]:
    return {
        "case": progress.case.pk,
        "number": progress.case.number,
        "series": [series_data(s) for s in progress.series],
        "lanes": [lane_data(lane) for lane in progress.lanes],
        **around_data(around),
    }


def around_data(around: Surroundings | None) -> dict[str, Any]:
    if around is None:
        return {"begins": None} | {name: [] for name in ("before_us", "blocks", "reviews", "pictures", "events")}
    pictures = [(p, True) for p in around.pictures_before] + [(p, False) for p in around.pictures]
    return {
        "begins": around.begins,
        "before_us": [
            {
                "display": str(p),
                "started": None if p.started is None else str(p.started),
                "sessions": p.sessions,
                "benefit": p.benefit,
            }
            for p in around.before
        ],
        "blocks": [block_data(b) for b in around.blocks],
        "reviews": [review_data(r) for r in around.reviews],
        "pictures": [picture_data(p, is_before=is_before) for p, is_before in pictures],
        "events": [event_data(e) for e in around.events],
    }


def series_data(series: Series) -> dict[str, Any]:
    rule = series.measure
    start = series.start.value if series.start else 0
    band = series.error_band
    return {
        "measure": rule.code,
        "display": series.name,
        "context": series.context or None,
        "side": series.side or None,
        "is_key": series.is_key,
        "unit": rule.unit,
        "direction": rule.direction,
        "baseline": series.start,
        "last": series.last,
        "change": series.change,
        "mdc": chosen(rule.thresholds, "MDC", start=start),
        "mic": chosen(rule.thresholds, "MIC", start=start),
        "error_band": band and {"low": band[0], "high": band[1]},
        "verdict": series.verdict,
        "points": series.points,
    }


def lane_data(lane: Lane) -> dict[str, Any]:
    total = {"value": lane.total, "unit": lane.sum_unit, "is_dose_index": lane.has_index}
    return {
        "modality": lane.modality.code,
        "display": lane.modality.label,
        "unit": lane.unit,
        "sum": None if lane.total is None else total,
        "doses": [
            {"on": d.on, "amount": d.amount, "sum_so_far": so_far, "display": d.sentence, "session": d.session_id}
            for d, so_far in zip(lane.doses, lane.sums, strict=True)
        ],
    }


def block_data(block: BlockSpan) -> dict[str, Any]:
    return vars(block) | {"until": None if block.is_open else block.last}


def review_data(review: Reviewed) -> dict[str, Any]:
    return vars(review) | {"decision": review.decision.value}


def picture_data(picture: Picture, *, is_before: bool) -> dict[str, Any]:
    return {
        "result": picture.result.pk,
        "taken": str(picture.result.taken),
        "display": str(picture.result),
        "is_before_us": is_before,
        "deposits": [deposit_data(course, seen) for course, seen in picture.deposits],
    }


def deposit_data(course: Course, seen: Seen) -> dict[str, Any]:
    row, change = seen.measurement, seen.change
    return {
        "deposit": course.deposit.label,
        "origin": course.origin,
        "is_visible": row.is_visible,
        "area_mm2": row.area_mm2,
        "area_px": row.area_px,
        "length_mm": row.length_mm,
        "is_reference": seen.is_reference,
        "change_percent": change and change.percent,
        "category": change and change.category.value,
        "not_comparable": change.reason.value if change and change.reason else None,
    }


def event_data(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind.value,
        "on": event.on,
        "until": event.until,
        "display": event.text,
        "detail": event.detail,
        "session": event.session_id,
    }
