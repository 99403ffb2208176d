"""The demo: a fictional clinic and its Achilles case, built through the same actions as everything else."""

import tomllib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cases.actions.appointments import book_appointment
from cases.actions.cases import AskedMeasure, NewInjury, start_case
from cases.actions.goals import NewGoal
from cases.actions.imaging import Picture, record_imaging, request_imaging, review_imaging
from cases.actions.patients import register_patient
from cases.actions.prior_treatments import NewPriorTreatment
from cases.actions.readings import NewMeasurement, sign_reading
from cases.actions.red_flags import NewRedFlag
from cases.models import Case
from cases.rules.imprecise_dates import ImpreciseDate, Precision
from clinic import audit, clock
from clinic.actions.staff import add_site, add_staff_member
from clinic.models import AuditEvent, Site, StaffMember
from clinic.rules.permissions import Role
from clinic.views.frame import DEMO_PASSWORD
from treatments.actions.agreements import Agreement
from treatments.actions.planning import PlannedBlock, PlannedDose, modalities_in
from treatments.actions.plans import review_block, start_plan
from treatments.actions.rules import approve_rules, deviate_from_rule
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.actions.sessions import log_session, sign_session
from treatments.actions.targets import NewTarget
from treatments.models import ContraindicationRule, Leaflet, Modality, Plan, Protocol, ScreeningQuestion
from treatments.rules.demands import HIGHER_RISK

DOOR = "demo"
STORY = Path(__file__).parent / "achilles.toml"
ZONE = ZoneInfo("Europe/London")

PEOPLE = (
    ("admin@example.org", "Nora Whitfield", (Role.CLINIC_ADMIN,), ""),
    ("physio@example.org", "Giulia Renna", (Role.PHYSIOTHERAPIST,), "PH999001"),
    ("lead@example.org", "Tom Adeyemi", (Role.CLINICAL_LEAD, Role.PHYSIOTHERAPIST), "PH999002"),
    ("reception@example.org", "Samir Patel", (Role.RECEPTIONIST,), ""),
)


def is_built() -> bool:
    return StaffMember.objects.exists()


def added_by_hand() -> int:
    """How many patients somebody registered beside those of the demo."""
    return AuditEvent.objects.filter(action="patient.registered").exclude(door=DOOR).count()


def build(today: date) -> None:
    """The clinic, its people and the Achilles case, whose last signed visit was in the week before `today`."""
    token = audit.origin.set(audit.Origin(door=DOOR))
    try:
        physio = build_people(add_site(name="Harbour Lane Sports Physiotherapy", address="London", by=None))
        approve_the_rules()
        story = tomllib.loads(STORY.read_text(encoding="utf-8"))
        case = build_case(story, physio, first_day(today, story["sessions"][-1]["day"]))
        expect_today(case, physio, today)
    finally:
        audit.origin.reset(token)


def build_people(site: Site) -> StaffMember:
    """The four accounts; answers with the physiotherapist."""
    admin: StaffMember | None = None
    made = {}
    for email, name, roles, hcpc_number in PEOPLE:
        made[email] = add_staff_member(
            email=email, name=name, roles=roles, sites=[site], by=admin, password=DEMO_PASSWORD, hcpc_number=hcpc_number
        )
        admin = made["admin@example.org"]
    return made["physio@example.org"]


def approve_the_rules() -> None:
    """The lead approved rules and limits, and changed one; cupping, and the limits of magnets, are still to be read."""
    lead = StaffMember.objects.get(email="lead@example.org")
    rules = ContraindicationRule.objects.filter(retired_on=None).exclude(column="CU")
    modalities = Modality.objects.filter(retired_on=None).exclude(code__in=("CUPPING", "PEMF"))
    own = rules.get(code="CI_ANTIPLATELET.DN")
    deviate_from_rule(rule=own, level="R", window_days=None, reason="We ask the GP first, since a bruise.", by=lead)
    approve_rules(these=[*rules, *modalities], by=lead)


def first_day(today: date, last: int) -> date:
    """Day 0 of the story, so that its day `last` was the Wednesday of last week."""
    wednesday = today - timedelta(days=today.weekday() + 5)
    return wednesday - timedelta(days=last)


def build_case(story: dict[str, Any], physio: StaffMember, day_0: date) -> Case:
    site = Site.objects.get(pk=physio.site_ids[0])
    with clock.set_to(at(day_0, 9)):
        patient = register_patient(by=physio, site=site, is_another=True, **story["patient"])
        told = story["case"]
        case = start_case(
            patient=patient,
            by=physio,
            site=site,
            title=told["title"],
            history=told["history"],
            referral=told["referral"],
            onset=imprecise(day_0, told["onset_day"], Precision.DAY),
            injuries=[NewInjury(**i) for i in told["injuries"]],
            prior_treatments=[prior(day_0, dict(p)) for p in told["prior_treatments"]],
            key_measures=[AskedMeasure(**k) for k in told["key_measures"]],
            red_flags=[NewRedFlag(code, is_present=False) for code in told["red_flags_absent"]],
            goals=[goal(day_0, dict(g)) for g in told["goals"]],
        )
        request_imaging(
            case=case,
            picture=Picture(**story["wanted"]["picture"]),
            why=story["wanted"]["why"],
            due_on=day_0 + timedelta(days=story["wanted"]["due_day"]),
            by=physio,
        )
        plan = build_plan(story["plan"], case, physio)
    for picture in story["pictures"]:
        with clock.set_to(at(day_0, 10)):
            build_picture(picture, case, physio, day_0)
    for visit in story["sessions"]:
        day = day_0 + timedelta(days=visit["day"])
        if visit in (story["sessions"][0], story["sessions"][-1]):
            with clock.set_to(at(day, 16)):
                complete_screening(
                    case=case, answers=[NewAnswer(code, is_yes=False) for code in questions()], by=physio
                )
        with clock.set_to(at(day, 17)):
            session = log_session(case=case, document=document(visit, story, case, day), by=physio)
            sign_session(session=session, draft_version=session.draft_version, by=physio)
            if visit["day"] == story["plan"]["review"]["day"]:
                told = story["plan"]["review"]
                block = plan.blocks.get(number=1)
                review_block(block=block, decision=told["decision"], reason=told["reason"], by=physio)
    return case


def agreement(modality_code: str) -> Agreement:
    """A consent to a higher-risk treatment, written, with its leaflet and what was said of it."""
    return Agreement(
        modality_code,
        form="WRITTEN",
        leaflet=Leaflet.objects.get(code=modality_code, retired_on=None).name,
        discussed="What it does and what it may do, bruising and a sore day; exercise alone, or waiting, instead.",
    )


def goal(day_0: date, told: dict[str, Any]) -> NewGoal:
    return NewGoal(due_on=day_0 + timedelta(days=told.pop("due_day")), **told)


def build_picture(told: dict[str, Any], case: Case, physio: StaffMember, day_0: date) -> None:
    """A study that came, was measured and reviewed."""
    names = ("source", "report_text", "reporter", "reporter_role")
    result = record_imaging(
        case=case,
        picture=Picture(**told["picture"]),
        taken=imprecise(day_0, told["day"], Precision.DAY),
        by=physio,
        **{name: told[name] for name in names if name in told},
    )
    known = case.deposits.first()
    size = {name: Decimal(value) for name, value in told["size"].items()}
    sign_reading(
        result=result,
        origin="MEASURED",
        calibration=told["calibration"],
        measurements=[NewMeasurement(deposit=known.label if known else "", **size)],
        grades=[(scheme, grade) for scheme, grade in told["grades"]],
        note=told["note"],
        by=physio,
    )
    review_imaging(result=result, version=result.version, conclusion=told["conclusion"], by=physio)


def build_plan(told: dict[str, Any], case: Case, physio: StaffMember) -> Plan:
    """The template's block, then one with focused shockwave; that shockwave did not help before is known."""
    template = Protocol.objects.get(code=told["protocol"], retired_on=None).content
    blocks = [
        PlannedBlock(
            template["sessions_in_block"],
            tuple(PlannedDose(d["modality"], tuple(d["numbers"]), dict(d.get("parameters", {}))) for d in doses),
        )
        for doses in (template["sessions"], told["second"])
    ]
    return start_plan(
        case=case,
        blocks=blocks,
        protocol=told["protocol"],
        repeats_accepted=True,
        targets=[NewTarget(**target) for target in told["targets"]],
        agreements=[agreement(code) for code in modalities_in(blocks) if code in HIGHER_RISK],
        by=physio,
    )


def expect_today(case: Case, physio: StaffMember, today: date) -> None:
    """The patient is expected today at ten."""
    book_appointment(
        patient=case.patient, case=case, staff=physio, site=case.site, starts_at=at(today, 10), minutes=45, by=physio
    )


def questions() -> list[str]:
    return list(ScreeningQuestion.objects.filter(retired_on=None).values_list("code", flat=True))


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def imprecise(day_0: date, offset: int, precision: Precision) -> ImpreciseDate:
    on = day_0 + timedelta(days=offset)
    return ImpreciseDate(on if precision is Precision.DAY else on.replace(day=1), precision)


def prior(day_0: date, told: dict[str, Any]) -> NewPriorTreatment:
    for name in ("started", "ended"):
        offset = told.pop(f"{name}_day", None)
        if offset is not None:
            told[name] = imprecise(day_0, offset, Precision.MONTH)
    return NewPriorTreatment(**told)


def document(visit: dict[str, Any], story: dict[str, Any], case: Case, day: date) -> dict[str, Any]:
    """The note of one visit, as a client would post it."""
    injury = case.injuries.earliest("position")
    columns = story["columns"]
    measurements = [{**columns[i], "value": value} for i, value in enumerate(visit["measured"])]
    measurements += [{"measure": code, "value": value} for code, value in visit.get("also", {}).items()]
    given = [*(story["each_session"] if visit.get("treated", True) else []), *visit.get("applications", [])]
    skin = visit.get("skin_reaction", "NONE")
    return {
        "kind": visit.get("kind", "TREATMENT"),
        "occurred_on": day.isoformat(),
        "began_at": "16:15",
        **{name: visit[name] for name in ("subjective", "objective", "assessment", "plan") if name in visit},
        "applications": [
            {
                "injury": str(injury.pk),
                "parameters": a.get("parameters", {}),
                "modality": a["modality"],
                **({"skin_reaction": skin, "tolerance": "GOOD"} if a["modality"] == "DIAFIB" else {}),
            }
            for a in given
        ],
        "measurements": measurements,
        **{name: visit[name] for name in ("since", "exercises") if name in visit},
        "adverse_events": [event(e, day - timedelta(days=visit["day"])) for e in visit.get("adverse_events", ())],
    }


def event(told: dict[str, Any], day_0: date) -> dict[str, Any]:
    """An adverse event with its days for its offsets."""
    days = {f"{n}_on": (day_0 + timedelta(days=told[f"{n}_day"])).isoformat() for n in ("onset", "resolved")}
    return {name: value for name, value in told.items() if not name.endswith("_day")} | days
