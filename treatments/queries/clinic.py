"""What the lead asks of the clinic as a whole: which cases there are, what they were given, what waits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.utils.translation import gettext as _

from cases.models import Case, ImagingRequest, Pathology, PriorTreatmentKind
from clinic.models import StaffMember, shelves
from clinic.models.shelves import Shelf
from treatments.models import Application, GivenAgainst, Measure, Modality, Protocol, Session
from treatments.queries.responses import (
    IN_WORDS,
    NO_PLAN,
    NO_TEMPLATE,
    CaseRow,
    Measured,
    Span,
    answers_of,
    code_of,
    measured,
    not_judged,
    rows_of,
    values_of,
)
from treatments.rules.responses import FAILED, NOT_FAILED, Group, Kind

NEWEST = 5


@dataclass(frozen=True)
class Counted:
    """So many cases of one kind."""

    label: str
    open: int
    closed: int

    @property
    def total(self) -> int:
        return self.open + self.closed


@dataclass(frozen=True)
class Clinic:
    """The cases of one site or of all: how many, with what, given what, and how they went."""

    total: Counted
    by_pathology: list[Counted]
    by_modality: list[Counted]
    measured: list[Measured]
    not_judged: list[tuple[str, int]]
    began_before: int
    names: Mapping[Group, str]


@dataclass(frozen=True)
class Against:
    """What was given though the screening held it back: how often, and the newest."""

    count: int
    newest: tuple[GivenAgainst, ...]


def clinic_of(staff: StaffMember, span: Span, site: UUID | None) -> Clinic:
    """The cases that this person may see which were opened, or had a visit, between the days."""
    cases = Case.objects.visible_to(staff).filter(
        Q(opened_on__range=(span.since, span.until))
        | Exists(Session.objects.in_force().filter(case=OuterRef("pk"), occurred_on__range=(span.since, span.until)))
    )
    pathologies, protocols, kinds, modalities, measures = shelves(
        Pathology, Protocol, PriorTreatmentKind, Modality, Measure
    )
    rows = rows_of(cases)
    here = {pk: row for pk, row in rows.items() if site in (None, row.site)}
    answers = answers_of(rows, values_of(rows, span), measures.all_rules, span)
    named = {IN_WORDS: _("Diagnosis in words only"), **labels_of(pathologies)}
    return Clinic(
        total=counted("", here.values()),
        by_pathology=counts(here, {pk: row.pathologies for pk, row in here.items()}, named),
        by_modality=counts(here, given_in(rows, span), labels_of(modalities)),
        measured=measured(answers, measures.rules, site),
        not_judged=not_judged(answers, measures.rules, site),
        began_before=len(answers.began_before & here.keys()),
        names=names_of(named, labels_of(protocols), labels_of(kinds)),
    )


def names_of(
    pathologies: Mapping[str, str], protocols: Mapping[str, str], kinds: Mapping[str, str]
) -> dict[Group, str]:
    """What each group is called."""
    protocols = {NO_PLAN: _("No plan"), NO_TEMPLATE: _("Plan without a template"), **protocols}
    return {
        **{Group(Kind.PATHOLOGY, code): label for code, label in pathologies.items()},
        **{Group(Kind.PROTOCOL, code): label for code, label in protocols.items()},
        **{Group(Kind.FAILED_KIND, code): label for code, label in kinds.items()},
        FAILED: _("Yes"),
        NOT_FAILED: _("No, none recorded"),
    }


def labels_of(catalogue: Shelf) -> dict[str, str]:
    """What each entry is called now, or was called last, by its code."""
    return {row.code: row.label for row in (*catalogue.by_key.values(), *catalogue)}


def given_in(cases: Collection[UUID], span: Span) -> dict[UUID, set[str]]:
    """The treatments that each case was given between the days."""
    rows = Application.objects.in_force().filter(
        case__in=cases, was_given=True, session__occurred_on__range=(span.since, span.until)
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for case, key in rows.order_by().values_list("case_id", "modality_id").distinct():
        found[case].add(code_of(key))
    return found


def counted(label: str, rows: Iterable[CaseRow]) -> Counted:
    closed = [row.is_closed for row in rows]
    return Counted(label, closed.count(False), closed.count(True))


def counts(
    here: Mapping[UUID, CaseRow], codes: Mapping[UUID, Iterable[str]], names: Mapping[str, str]
) -> list[Counted]:
    """The cases by code, most first; a case with two codes counts in both."""
    by_code: dict[str, list[CaseRow]] = defaultdict(list)
    for pk, row in here.items():
        for code in codes.get(pk, ()):
            by_code[code].append(row)
    found = [counted(names.get(code, code), rows) for code, rows in by_code.items()]
    return sorted(found, key=lambda each: (-each.total, each.label))


def pictures_overdue(staff: StaffMember, today: date) -> int:
    """How many pictures of the cases that one may see should have come before this day."""
    visible = ImagingRequest.objects.filter(case__in=Case.objects.visible_to(staff))
    return visible.awaited().filter(due_on__lt=today).count()


def against_of(staff: StaffMember) -> Against:
    """What was given against the screening in the cases that one may see, in one statement."""
    rows: QuerySet[Any] = GivenAgainst.objects.in_force().filter(case__in=Case.objects.visible_to(staff))
    newest = rows.select_related("case", "session", "application__modality").annotate(in_all=Window(Count(F("pk"))))
    found = tuple(newest[:NEWEST])
    return Against(found[0].in_all if found else 0, found)
