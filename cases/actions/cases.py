"""Starting a case: what is wrong, since when, and what was tried before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults, check_possible
from cases.actions.goals import NewGoal, check_goals, write_goal
from cases.actions.prior_treatments import NewPriorTreatment, check_prior_treatments, write_prior_treatments
from cases.actions.red_flags import NewRedFlag, check_red_flags, write_red_flag
from cases.actions.used import require_used
from cases.models import (
    BodyRegion,
    Case,
    Injury,
    InjuryKind,
    KeyMeasure,
    Pathology,
    Patient,
    Side,
    Structure,
    Term,
    imprecise,
)
from cases.rules.imprecise_dates import ImpreciseDate
from clinic import audit, clock
from clinic.actions.permissions import require
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
    structure: str = ""
    zone: str = ""
    mechanism: str = ""


@dataclass(frozen=True)
class AskedMeasure:
    """A measure that is asked at each visit, by its code; in a context and of a side where it has one."""

    code: str
    context: str = ""
    side: str = ""


@transaction.atomic
def start_case(
    *,
    patient: Patient,
    by: StaffMember,
    site: Site,
    injuries: Sequence[NewInjury],
    title: str = "",
    prior_treatments: Sequence[NewPriorTreatment] = (),
    key_measures: Sequence[AskedMeasure] = (),
    red_flags: Sequence[NewRedFlag] = (),
    goals: Sequence[NewGoal] = (),
    factors: Sequence[str] = (),
    continues: Case | None = None,
    onset: ImpreciseDate | None = None,
    history: str = "",
    referral: str = "",
    opened_on: date | None = None,
) -> Case:
    """Opens a case with its injuries, its past and the measures to ask; all of it, or none.

    Without a title it is called after its first injury.
    """
    require(by, Permission.CASE_START)
    require_used(patient)
    today = clock.today(site.time_zone)
    faults = Faults()
    if site.pk not in by.site_ids:
        faults.add("/site", "not_your_site", _("You do not work at this site."))
    check_dates(faults, patient, opened_on or today, onset, today)
    check_prior_treatments(faults, prior_treatments, patient.born_on, today)
    found = definitions(faults, injuries)
    check_measures(faults, key_measures)
    check_red_flags(faults, red_flags)
    check_goals(faults, goals, opened_on or today)
    causes = [found[f"FACTOR:{code}"].key for code in factors if f"FACTOR:{code}" in found]
    if len(causes) < len(factors):
        faults.add("/factors", "unknown_factor", _("Choose causes of the list."))
    if continues is not None and continues.patient_id != patient.pk:
        faults.add("/continues", "other_patient", _("The earlier case is of somebody else."))
    if not injuries:
        faults.add("/injuries", "missing", _("Say what is wrong: at least one injury."))
    faults.stop()
    case = Case.objects.create(
        patient=patient,
        site=site,
        lead=by,
        title=title.strip() or named_after(injuries[0], found),
        factors=causes,
        continues=continues,
        referral=referral,
        history=history,
        number=next_number(today.year),
        opened_on=opened_on or today,
        **imprecise.columns("onset", onset),
    )
    add_injuries(case, injuries, found)
    write_prior_treatments(case, prior_treatments)
    for position, asked in enumerate(key_measures, start=1):
        KeyMeasure.objects.create(
            case=case, position=position, measure_code=asked.code, context=asked.context, side=asked.side
        )
    for flag in red_flags:
        write_red_flag(case, flag, by, opened_on or today)
    for goal in goals:
        write_goal(case, goal, by)
    audit.record("case.started", by=by, about=case, patient_id=patient.pk)
    return case


def check_dates(faults: Faults, patient: Patient, opened_on: date, onset: ImpreciseDate | None, today: date) -> None:
    """No date before the birth or in the future."""
    if opened_on > today:
        faults.add("/opened_on", "in_the_future", _("This is in the future."))
    if opened_on < patient.born_on:
        faults.add("/opened_on", "before_the_birth", _("This is before the date of birth."))
    check_possible(faults, "/onset", onset, patient.born_on, today)


def definitions(faults: Faults, injuries: Sequence[NewInjury]) -> dict[str, Any]:
    """The current entries of the catalogues; a fault for each that is not there."""
    offered = offered_definitions()
    for place, injury in enumerate(injuries):
        check_injury(faults, f"/injuries/{place}", injury, offered)
    return offered


def offered_definitions() -> dict[str, Any]:
    """The current entries of the catalogues by code; terms by list and code."""
    offered: dict[str, Any] = {
        row.code: row
        for model in (BodyRegion, Pathology, Structure)
        for row in model._default_manager.filter(retired_on=None)
    }
    terms = Term.objects.filter(retired_on=None, list__in=["ZONE", "MECHANISM", "FACTOR"])
    return offered | {f"{row.list}:{row.code}": row for row in terms}


def check_injury(faults: Faults, where: str, injury: NewInjury, offered: dict[str, Any]) -> None:
    if injury.kind not in InjuryKind.values:
        faults.add(f"{where}/kind", "not_a_choice", _("Choose what kind of problem it is."))
    if injury.side not in Side.values:
        faults.add(f"{where}/side", "not_a_choice", _("Choose a side."))
    if not isinstance(offered.get(injury.region), BodyRegion):
        faults.add(f"{where}/region", "unknown_region", _("Choose a region of the list."))
    pathology = offered.get(injury.pathology)
    if injury.pathology and not isinstance(pathology, Pathology):
        faults.add(f"{where}/pathology", "unknown_pathology", _("Choose a diagnosis of the list."))
    elif isinstance(pathology, Pathology) and pathology.kind != injury.kind:
        faults.add(f"{where}/pathology", "other_kind", _("This diagnosis is of another kind."))
    if not injury.pathology and not injury.diagnosis.strip():
        faults.add(f"{where}/diagnosis", "missing", _("Name the diagnosis: from the list, or in words."))
    if injury.structure and not isinstance(offered.get(injury.structure), Structure):
        faults.add(f"{where}/structure", "unknown_structure", _("Choose a structure of the list."))
    for name, code in (("ZONE", injury.zone), ("MECHANISM", injury.mechanism)):
        if code and f"{name}:{code}" not in offered:
            faults.add(f"{where}/{name.lower()}", "not_a_choice", _("Choose one of the list."))


def named_after(injury: NewInjury, offered: dict[str, Any]) -> str:
    """Right Achilles tendinopathy; Low back pain, where the side is the midline."""
    what = injury.diagnosis.strip() or offered[injury.pathology].label
    side = "" if injury.side == Side.MIDLINE else f"{Side(injury.side).label.capitalize()}: "
    return f"{side}{what}"[:200]


def check_measures(faults: Faults, key_measures: Sequence[AskedMeasure]) -> None:
    if len(key_measures) > 4:
        faults.add("/key_measures", "too_many", _("Choose at most four measures to ask at each visit."))
    if len(set(key_measures)) < len(key_measures):
        faults.add("/key_measures", "chosen_twice", _("A measure is chosen twice."))


def add_injuries(case: Case, injuries: Sequence[NewInjury], found: dict[str, Any]) -> None:
    for position, injury in enumerate(injuries, start=1):
        write_injury(case, position, injury, found)


def write_injury(case: Case, position: int, injury: NewInjury, found: dict[str, Any]) -> Injury:
    """Writes an injury that was checked."""
    pathology = found.get(injury.pathology)
    return Injury.objects.create(
        case=case,
        position=position,
        kind=injury.kind,
        side=injury.side,
        region=found[injury.region],
        structure=found.get(injury.structure),
        zone=found.get(f"ZONE:{injury.zone}"),
        mechanism=found.get(f"MECHANISM:{injury.mechanism}"),
        pathology=pathology,
        diagnosis=injury.diagnosis.strip(),
        icd10=pathology.icd10 if pathology else "",
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
