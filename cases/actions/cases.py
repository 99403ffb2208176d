"""Starting a case: what is wrong, since when, and what was tried before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from cases.models import (
    BodyRegion,
    Case,
    Injury,
    KeyMeasure,
    Pathology,
    Patient,
    PriorTreatment,
    PriorTreatmentKind,
    imprecise,
)
from cases.rules.imprecise_dates import ImpreciseDate, ends_before
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import Fault, RuleBroken
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission


@dataclass(frozen=True)
class NewInjury:
    """What is wrong: codes of the catalogues, or a diagnosis in words."""

    kind: str
    region: str
    side: str
    pathology: str = ""
    diagnosis: str = ""


@dataclass(frozen=True)
class NewPriorTreatment:
    """What was tried: a code of the catalogue, and what is known of it."""

    kind: str
    detail: str = ""
    sessions: int | None = None
    dose: str = ""
    started: ImpreciseDate | None = None
    ended: ImpreciseDate | None = None
    provider: str = ""
    benefit: str = "UNKNOWN"


@dataclass(frozen=True)
class AskedMeasure:
    """A measure that is asked at each visit, by its code; in a context and of a side where it has one."""

    code: str
    context: str = ""
    side: str = ""


@dataclass
class Faults:
    """Collects everything that is to be corrected, so that it can be told at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, pointer: str, code: str, message: str) -> None:
        self.found.append(Fault(pointer, code, message))

    def stop(self) -> None:
        if self.found:
            raise RuleBroken("not_right", _("Some entries need correcting."), faults=self.found)


@transaction.atomic
def start_case(
    *,
    patient: Patient,
    by: StaffMember,
    site: Site,
    title: str,
    injuries: Sequence[NewInjury],
    prior_treatments: Sequence[NewPriorTreatment] = (),
    key_measures: Sequence[AskedMeasure] = (),
    onset: ImpreciseDate | None = None,
    history: str = "",
    referral: str = "",
    opened_on: date | None = None,
) -> Case:
    """Opens a case with its injuries, its past and the measures to ask; all of it, or none."""
    require(by, Permission.CASE_START)
    if patient.archived_at is not None:
        raise RuleBroken(
            "archived", _("This record is archived. Ask your clinic admin to restore it first."), conflict=True
        )
    today = clock.today(site.time_zone)
    faults = Faults()
    if site.pk not in by.site_ids:
        faults.add("/site", "not_your_site", _("You do not work at this site."))
    check_dates(faults, patient, opened_on or today, onset, prior_treatments, today)
    found = definitions(faults, injuries, prior_treatments)
    check_measures(faults, key_measures)
    if not injuries:
        faults.add("/injuries", "missing", _("Say what is wrong: at least one injury."))
    faults.stop()
    case = Case.objects.create(
        patient=patient,
        site=site,
        lead=by,
        title=title.strip(),
        referral=referral,
        history=history,
        number=next_number(today.year),
        opened_on=opened_on or today,
        **imprecise.columns("onset", onset),
    )
    add_injuries(case, injuries, found)
    add_prior_treatments(case, prior_treatments, found)
    for position, asked in enumerate(key_measures, start=1):
        KeyMeasure.objects.create(
            case=case, position=position, measure_code=asked.code, context=asked.context, side=asked.side
        )
    audit.record("case.started", by=by, about=case, patient_id=patient.pk)
    return case


def check_dates(
    faults: Faults,
    patient: Patient,
    opened_on: date,
    onset: ImpreciseDate | None,
    prior_treatments: Sequence[NewPriorTreatment],
    today: date,
) -> None:
    """No date before the birth or in the future; no end before its start."""

    def possible(pointer: str, when: ImpreciseDate | None) -> None:
        if when is not None and when.latest_day < patient.born_on:
            faults.add(pointer, "before_the_birth", _("This is before the date of birth."))
        if when is not None and when.on > today:
            faults.add(pointer, "in_the_future", _("This is in the future."))

    if opened_on > today:
        faults.add("/opened_on", "in_the_future", _("This is in the future."))
    if opened_on < patient.born_on:
        faults.add("/opened_on", "before_the_birth", _("This is before the date of birth."))
    possible("/onset", onset)
    for place, prior in enumerate(prior_treatments):
        possible(f"/prior_treatments/{place}/started", prior.started)
        possible(f"/prior_treatments/{place}/ended", prior.ended)
        if prior.started and prior.ended and ends_before(prior.ended, prior.started):
            faults.add(f"/prior_treatments/{place}/ended", "ends_first", _("This is before the treatment began."))


def definitions(
    faults: Faults, injuries: Sequence[NewInjury], prior_treatments: Sequence[NewPriorTreatment]
) -> dict[str, Any]:
    """The current entries of the catalogues that are named, by code; a fault for each that is not there."""
    offered: dict[str, Any] = {
        row.code: row
        for model in (BodyRegion, Pathology, PriorTreatmentKind)
        for row in model._default_manager.filter(retired_on=None)
    }
    for place, injury in enumerate(injuries):
        if not isinstance(offered.get(injury.region), BodyRegion):
            faults.add(f"/injuries/{place}/region", "unknown_region", _("Choose a region of the list."))
        if injury.pathology and not isinstance(offered.get(injury.pathology), Pathology):
            faults.add(f"/injuries/{place}/pathology", "unknown_pathology", _("Choose a diagnosis of the list."))
        if not injury.pathology and not injury.diagnosis.strip():
            faults.add(f"/injuries/{place}/diagnosis", "missing", _("Name the diagnosis: from the list, or in words."))
    for place, prior in enumerate(prior_treatments):
        if not isinstance(offered.get(prior.kind), PriorTreatmentKind):
            faults.add(f"/prior_treatments/{place}/kind", "unknown_kind", _("Choose a treatment of the list."))
        if prior.sessions is not None and not 1 <= prior.sessions <= 500:
            faults.add(f"/prior_treatments/{place}/sessions", "out_of_range", _("Between 1 and 500 sessions."))
    return offered


def check_measures(faults: Faults, key_measures: Sequence[AskedMeasure]) -> None:
    if len(key_measures) > 4:
        faults.add("/key_measures", "too_many", _("Choose at most four measures to ask at each visit."))
    if len(set(key_measures)) < len(key_measures):
        faults.add("/key_measures", "chosen_twice", _("A measure is chosen twice."))


def add_injuries(case: Case, injuries: Sequence[NewInjury], found: dict[str, Any]) -> None:
    for position, injury in enumerate(injuries, start=1):
        pathology = found.get(injury.pathology)
        Injury.objects.create(
            case=case,
            position=position,
            kind=injury.kind,
            side=injury.side,
            region=found[injury.region],
            pathology=pathology,
            diagnosis=injury.diagnosis.strip(),
            icd10=pathology.icd10 if pathology else "",
        )


def add_prior_treatments(case: Case, prior_treatments: Sequence[NewPriorTreatment], found: dict[str, Any]) -> None:
    for prior in prior_treatments:
        PriorTreatment.objects.create(
            case=case,
            kind=found[prior.kind],
            detail=prior.detail,
            sessions=prior.sessions,
            dose=prior.dose,
            provider=prior.provider,
            benefit=prior.benefit,
            **imprecise.columns("started", prior.started),
            **imprecise.columns("ended", prior.ended),
        )


def next_number(year: int) -> str:
    """The next number of a year: 2026-0042. Holds the year's counter until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_casecounter (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = cases_casecounter.last + 1 RETURNING last",
            [year],
        )
        (last,) = cursor.fetchone()
    return f"{year}-{last:04d}"
