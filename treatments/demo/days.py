"""When a story happened, counted from today; and who is expected today."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cases.actions.appointments import book_appointment, set_appointment
from cases.actions.patients import register_patient
from cases.models import Case
from clinic import clock
from clinic.models import Site, StaffMember
from treatments.demo.people import PHYSIO, RECEPTION

ZONE = ZoneInfo("Europe/London")


def first_day(dated: Mapping[str, Any], today: date) -> date:
    """Day 0 of a story of which day `day` is today, or was a `weekday` (0 Monday) so many `weeks_ago`."""
    if "weeks_ago" not in dated:
        return today - timedelta(days=dated["day"])
    monday = today - timedelta(days=today.weekday() + 7 * dated["weeks_ago"])
    return monday + timedelta(days=dated["weekday"] - dated["day"])


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def happened_at(day: date, hour: int) -> datetime:
    """Never later than it is: what was done today was done before now."""
    return min(at(day, hour), clock.now())


def expect(told: Mapping[str, Any], cases: Mapping[str, Case], staff: Mapping[str, StaffMember], today: date) -> None:
    """The day list: who comes when, to whom; some are here, or were. A newcomer is registered and has no case."""
    desk = staff[RECEPTION]
    site = Site.objects.get(pk=desk.site_ids[0])
    new = {n["family_name"]: register_patient(by=desk, site=site, **n) for n in told["newcomers"]}
    for row in told["expected"]:
        case = cases.get(row["patient"])
        booked = book_appointment(
            patient=case.patient if case else new[row["patient"]],
            case=case,
            staff=staff[row.get("to", PHYSIO)],
            site=site,
            starts_at=at(today, row["at"].hour, row["at"].minute),
            minutes=row.get("minutes", 30),
            by=desk,
        )
        for status in row.get("then", ()):
            booked = set_appointment(appointment=booked, status=status, version=booked.version, by=desk)
