"""The whole story of a patient: every case that one may see with what happened in it, and what is on file."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from cases.models import Case, CaseStep, Consent, ImagingResult, Patient, PriorTreatment, StepKind
from clinic.models import StaffMember
from treatments.models import Block, HomeExercise, Letter, LetterStatus, Session, SessionDocument
from treatments.queries.surroundings import Reviewed, reviewed
from treatments.rules import protocol


@dataclass(frozen=True)
class Ahead:
    """Where a running plan stands: a review that is due, else the next session; neither where all is reviewed."""

    review_due: int | None
    position: protocol.Position | None


@dataclass(frozen=True)
class CaseStory:
    """A case with its steps, signed visits, reviews, pictures and treatments elsewhere, each oldest first."""

    case: Case
    steps: tuple[CaseStep, ...]
    sessions: tuple[Session, ...]
    reviews: tuple[Reviewed, ...]
    pictures: tuple[ImagingResult, ...]
    elsewhere: tuple[PriorTreatment, ...]
    ahead: Ahead | None

    @property
    def discharge(self) -> CaseStep | None:
        """The last discharge, where the case is discharged now."""
        ended = [s for s in self.steps if s.kind == StepKind.DISCHARGED]
        return ended[-1] if ended and self.case.status == "DISCHARGED" else None

    @property
    def state_since(self) -> date:
        """Since when the case is as it is: open, on hold, discharged."""
        turns = [s.on for s in self.steps if s.kind != StepKind.HANDED_OVER]
        return turns[-1] if turns else self.case.opened_on

    @property
    def last_visit_on(self) -> date | None:
        return self.sessions[-1].occurred_on if self.sessions else None


@dataclass(frozen=True)
class OnFile:
    """What is kept of a patient besides the notes, each newest first."""

    letters: tuple[Letter, ...]
    photographs: tuple[SessionDocument, ...]
    consents: tuple[Consent, ...]


def stories_of(patient: Patient, by: StaffMember) -> list[CaseStory]:
    """The cases of the patient and of the records merged into theirs, newest first; in six statements for any number.

    Sessions say by `has_exercises` whether exercises for home were given.
    """
    rows = Case.objects.visible_to(by).filter(Q(patient=patient) | Q(patient__merged_into=patient))
    cases = list(rows.select_related("lead", "site").order_by("-opened_on", "-number"))
    ids = [case.pk for case in cases]
    steps = by_case(CaseStep.objects.filter(case__in=ids).select_related("by"))
    sessions = by_case(sessions_of(ids))
    pictures = by_case(
        ImagingResult.objects.filter(case__in=ids).select_related("modality", "region", "view", "received_by")
    )
    elsewhere = by_case(PriorTreatment.objects.filter(case__in=ids).select_related("kind"))
    blocks = blocks_by_case(ids)
    return [
        CaseStory(
            case=case,
            steps=tuple(steps[case.pk]),
            sessions=tuple(sessions[case.pk]),
            reviews=tuple(reviewed(review, block) for block in blocks[case.pk] for review in block.reviews.all()),
            pictures=tuple(pictures[case.pk]),
            elsewhere=tuple(elsewhere[case.pk]),
            ahead=ahead_of(blocks[case.pk], sessions[case.pk]),
        )
        for case in cases
    ]


def by_case(rows: Iterable[Any]) -> defaultdict[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def sessions_of(cases: Collection[UUID]) -> Iterable[Session]:
    """What counts, without the words of the notes."""
    given = HomeExercise.objects.filter(session=OuterRef("pk"))
    wanted = ("case", "kind", "occurred_on", "block", "number", "signed_name", "signed_at")
    rows = Session.objects.in_force().filter(case__in=cases).annotate(has_exercises=Exists(given))
    return rows.only(*wanted).order_by("occurred_on", "signed_at", "id")


def blocks_by_case(cases: Collection[UUID]) -> defaultdict[UUID, list[Block]]:
    """The blocks of all plans with their reviews."""
    rows = (
        Block.objects.filter(plan__case__in=cases)
        .select_related("plan")
        .prefetch_related("reviews")
        .order_by("plan__started_on", "plan__created_at", "number")
    )
    found: defaultdict[UUID, list[Block]] = defaultdict(list)
    for row in rows:
        found[row.plan.case_id].append(row)
    return found


def ahead_of(blocks: Iterable[Block], sessions: Iterable[Session]) -> Ahead | None:
    """Where the plan that runs stands; None without one."""
    running = [block for block in blocks if block.plan.ended_on is None]
    if not running:
        return None
    numbers, rules = {block.pk: block.number for block in running}, [block.as_rule() for block in running]
    visits = [protocol.Visit(s.kind, numbers[s.block_id], number=s.number) for s in sessions if s.block_id in numbers]
    block = protocol.current(rules)
    is_due = block is not None and protocol.is_review_due(block, visits)
    return Ahead(block.number if block and is_due else None, protocol.next_position(rules, visits))


def on_file(patient: Patient, stories: Iterable[CaseStory], by: StaffMember) -> OnFile:
    """Signed letters and one's own drafts, photographs that were not taken away, consents; in three statements."""
    cases = [story.case.pk for story in stories]
    own = Q(status=LetterStatus.SIGNED) | Q(status=LetterStatus.DRAFT, author=by)
    letters = Letter.objects.visible_to(by).filter(own, case__in=cases).select_related("author").defer("content")
    photographs = SessionDocument.objects.visible_to(by).filter(case__in=cases)
    consents = Consent.objects.filter(Q(patient=patient) | Q(patient__merged_into=patient))
    return OnFile(
        letters=tuple(letters),
        photographs=tuple(
            photographs.exclude(session__in=Session.objects.in_error())
            .select_related("document__region", "document__uploaded_by", "session")
            .order_by("-document__taken_on", "-created_at")
        ),
        consents=tuple(consents.select_related("taken_by", "withdrawal")),
    )
