"""What is on file of a patient, in groups: letters, pictures, photographs, exercises for home, consents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Consent, ImagingResult
from clinic.templatetags.formatting import day
from treatments.models import Letter, Session, SessionDocument, SessionStatus
from treatments.queries.patients import CaseStory, OnFile
from treatments.views.happenings import when

SHORT = 4  # rows up to which a group stands open


@dataclass(frozen=True)
class Filed:
    """One thing on file: what it is, a word on it, its day as far as it is known, by whom."""

    what: str
    note: str
    when: str
    by: str
    link: str
    is_waiting: bool = False


@dataclass(frozen=True)
class Group:
    """Things of one kind, the latest first."""

    name: str
    rows: tuple[Filed, ...]

    @property
    def is_short(self) -> bool:
        return len(self.rows) <= SHORT


def groups_of(stories: Sequence[CaseStory], found: OnFile, labels: Mapping[str, str]) -> list[Group]:
    """Those groups that hold something. `labels`: of modalities, by code."""
    numbers = {story.case.pk: story.case.number for story in stories}
    pictures = latest_first((r.taken_on, picture(r, numbers)) for story in stories for r in story.pictures)
    sheets = latest_first(
        (s.occurred_on, sheet(s, numbers)) for story in stories for s in story.sessions if s.has_exercises
    )
    groups = [
        Group(_("Letters"), tuple(letter(each, numbers) for each in found.letters)),
        Group(_("Pictures"), pictures),
        Group(_("Photographs"), tuple(photograph(each, numbers) for each in found.photographs)),
        Group(_("Exercises for home"), sheets),
        Group(_("Consents"), tuple(consent(each, labels, numbers) for each in found.consents)),
    ]
    return [group for group in groups if group.rows]


def latest_first(rows: Iterable[tuple[date, Filed]]) -> tuple[Filed, ...]:
    return tuple(filed for _on, filed in sorted(rows, key=lambda pair: pair[0], reverse=True))


Numbers = Mapping[object, str]


def noted(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def letter(row: Letter, numbers: Numbers) -> Filed:
    at: datetime = row.signed_at or row.updated_at
    return Filed(
        what=_("Letter %(kind)s") % {"kind": row.get_kind_display()},
        note=noted(row.recipient, numbers[row.case_id]),
        when=day(at),
        by=row.signed_name or row.author.name,
        link=reverse("change_letter" if row.is_draft else "letter", args=[row.pk]),
        is_waiting=row.is_draft,
    )


def picture(row: ImagingResult, numbers: Numbers) -> Filed:
    where = f"{row.get_side_display()} {row.region.label.lower()}"
    return Filed(
        what=str(row),
        note=noted(where, str(row.get_source_display()), numbers[row.case_id]),
        when=when(row.taken),
        by=row.received_by.name,
        link=reverse("imaging_result", args=[row.pk]),
    )


def photograph(row: SessionDocument, numbers: Numbers) -> Filed:
    document = row.document
    return Filed(
        what=document.title,
        note=noted(document.where, numbers[row.case_id]),
        when=day(document.taken_on),
        by=document.uploaded_by.name,
        link=reverse("photograph", args=[document.pk]),
        is_waiting=row.session.status == SessionStatus.DRAFT,
    )


def sheet(row: Session, numbers: Numbers) -> Filed:
    return Filed(
        what=_("Sheet of exercises"),
        note=numbers[row.case_id],
        when=day(row.occurred_on),
        by=row.signed_name,
        link=reverse("exercise_sheet", args=[row.pk]),
    )


def consent(row: Consent, labels: Mapping[str, str], numbers: Numbers) -> Filed:
    """Where it was taken back, the note says so and since when."""
    withdrawal = getattr(row, "withdrawal", None)
    of = labels.get(row.modality_code, row.modality_code)
    name = str(row.get_kind_display())
    return Filed(
        what=name[:1].upper() + name[1:] + (f": {of}" if of else ""),
        note=noted(
            str(row.get_form_display()),
            _("withdrawn %(day)s") % {"day": day(withdrawal.withdrawn_on)} if withdrawal else "",
            numbers.get(row.case_id, ""),
        ),
        when=day(row.given_on),
        by=row.taken_by.name,
        link=reverse("consents", args=[row.patient_id]),
    )
