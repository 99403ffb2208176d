"""The demo: a fictional clinic on a living day, built through the same actions as everything else."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from clinic import audit
from clinic.models import AuditEvent, StaffMember
from clinic.rules.security import DEMO
from treatments.demo import days, files, people
from treatments.demo.files import Story
from treatments.demo.stories import Telling

FILES = Path(__file__).parent


def is_built() -> bool:
    return StaffMember.objects.exists()


def added_by_hand() -> int:
    """How many patients somebody registered beside those of the demo."""
    return AuditEvent.objects.filter(action="patient.registered").exclude(door=DEMO).count()


def build(today: date) -> None:
    """The clinic, its people, everybody whom they treat, and who is expected today. Dates are counted from `today`."""
    token = audit.origin.set(audit.Origin(door=DEMO))
    try:
        staff = people.employ()
        told = {}
        for story in stories():
            telling = Telling(story, staff[story.get("by", people.PHYSIO)], days.first_day(story["dated"], today))
            told[story["patient"]["family_name"]] = telling.tell()
        days.expect(files.read(FILES / "today.toml"), told, staff, today)
    finally:
        audit.origin.reset(token)


def stories() -> Iterator[Story]:
    """Every patient's story: a file of its own for each worked case, and files of many who are told in a few lines."""
    for path in sorted(FILES.glob("*.toml")):
        if path.name != "today.toml":
            yield from files.stories_in(files.read(path))
