"""How far what was planned for a block was kept to: sessions, appointments, exercises at home, adverse events."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from cases.models import Appointment, AppointmentStatus, Case
from treatments.models import Block, SinceLast
from treatments.queries.progress import Progress
from treatments.rules.adherence import mean_percent
from treatments.rules.note_values import Note


@dataclass(frozen=True)
class Adherence:
    """Of one block; days as ISO texts, "" where no session was held. Exercises: the mean of what was told."""

    held: int
    planned: int
    first_on: str
    last_on: str
    did_not_attend: int
    cancelled: int
    exercises_percent: int | None
    exercises_told: int
    events_open: int
    events_over: int
    earlier_events_open: int


def adherence_of(
    progress: Progress, block: Block, today: date, note: Note | None = None, *, is_its_last: bool = False
) -> Adherence:
    """`note` is one that is being written or signed beside the review; `is_its_last`: as the block's last session."""
    case = progress.case
    days = [s.occurred_on for s in progress.sessions if s.block_id == block.pk]
    if note is not None and is_its_last and note.occurred_on is not None:
        days.append(note.occurred_on)
    since = min(days, default=block.plan.started_on)
    told = list(
        SinceLast.objects.filter(case=case, about__block=block)
        .exclude(adherence_percent=None)
        .values_list("adherence_percent", flat=True)
    )
    if note is not None and note.since is not None and note.since.adherence_percent is not None:
        told.append(note.since.adherence_percent)
    missed = missed_in(case, since, today)
    in_block, before = events_in(case, block, since, note)
    return Adherence(
        held=len(days),
        planned=block.planned,
        first_on=since.isoformat() if days else "",
        last_on=max(days).isoformat() if days else "",
        did_not_attend=missed.count(AppointmentStatus.DID_NOT_ATTEND),
        cancelled=missed.count(AppointmentStatus.CANCELLED),
        exercises_percent=mean_percent(told),
        exercises_told=len(told),
        events_open=in_block.count(None),
        events_over=len(in_block) - in_block.count(None),
        earlier_events_open=before.count(None),
    )


def missed_in(case: Case, since: date, until: date) -> list[str]:
    """How the patient's appointments of these days ended that were not held; those of other cases left out."""
    zone = ZoneInfo(case.site.time_zone)
    start, end = (datetime.combine(day, time(), zone) for day in (since, until + timedelta(days=1)))
    rows = Appointment.objects.filter(
        Q(case=case) | Q(case=None),
        patient=case.patient_id,
        starts_at__gte=start,
        starts_at__lt=end,
        status__in=(AppointmentStatus.DID_NOT_ATTEND, AppointmentStatus.CANCELLED),
    )
    return list(rows.values_list("status", flat=True))


def events_in(case: Case, block: Block, since: date, note: Note | None) -> tuple[list[date | None], list[date | None]]:
    """The days on which adverse events were over (None: they are not): those of the block, and those before it."""
    in_block = [event.resolved_on for event in note.adverse_events] if note is not None else []
    before: list[date | None] = []
    for of, onset, over in case.adverse_events.in_force().values_list("session__block", "onset_on", "resolved_on"):
        (in_block if of == block.pk or onset >= since else before).append(over)
    return in_block, before
