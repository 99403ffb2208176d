"""What a person leaves behind who goes."""

from dataclasses import dataclass
from datetime import datetime

from cases.models import Appointment, Case, ImagingRequest, ImagingResult
from clinic.models import ApiKey, StaffMember
from treatments.models import Session
from treatments.queries.plans import due_among


@dataclass(frozen=True)
class Left:
    """What somebody else must take over, and what ends."""

    cases: tuple[Case, ...]
    drafts: tuple[Session, ...]
    reviews_due: int
    appointments: int
    imaging_due: int
    pictures_to_review: int
    keys: tuple[ApiKey, ...]

    @property
    def is_nothing(self) -> bool:
        counts = (self.reviews_due, self.appointments, self.imaging_due, self.pictures_to_review)
        return not (self.cases or self.drafts or self.keys or any(counts))


def left_by(person: StaffMember, now: datetime) -> Left:
    """Open cases, unsigned notes, reviews and pictures due, coming appointments, keys that still work.

    An admin reads no case: of cases only the number, the patient and the site are shown.
    """
    cases = Case.objects.not_discharged().led_by(person)
    return Left(
        cases=tuple(cases.select_related("patient", "site").order_by("number")),
        drafts=tuple(
            Session.objects.drafts().written_by(person).select_related("case__patient").order_by("created_at")
        ),
        reviews_due=len(due_among(cases)),
        appointments=Appointment.objects.filter(staff=person, starts_at__gt=now, status="BOOKED").count(),
        imaging_due=ImagingRequest.objects.filter(case__in=cases).awaited().count(),
        pictures_to_review=ImagingResult.objects.filter(case__in=cases, reviewed_at=None).count(),
        keys=tuple(ApiKey.objects.usable(now).filter(owner=person)),
    )
