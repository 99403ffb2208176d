"""Tells a story day by day: what happened to one patient, entered through the actions on the day on which it did."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from cases.actions.case_steps import hold_case
from cases.actions.cases import AskedMeasure, NewInjury, start_case
from cases.actions.consents import NewConsent, give_consent
from cases.actions.goals import NewGoal, close_goal
from cases.actions.patients import register_patient
from cases.actions.prior_treatments import NewPriorTreatment
from cases.actions.red_flags import NewRedFlag, resolve_red_flag
from cases.models import Case, ConsentKind
from cases.rules.imprecise_dates import ImpreciseDate, Precision
from clinic import clock
from clinic.models import Site, StaffMember
from clinic.models.records import new_id
from treatments.actions.discharges import discharge_case
from treatments.actions.planning import PlannedBlock, PlannedDose
from treatments.actions.plans import review_block, start_plan
from treatments.actions.screenings import NewAnswer, complete_screening, note_phase
from treatments.actions.sessions import save_draft, sign_session
from treatments.actions.targets import NewTarget
from treatments.demo import notes, pictures
from treatments.demo.days import happened_at
from treatments.demo.files import Story
from treatments.models import Leaflet, Protocol, ScreeningQuestion
from treatments.queries import plan_of


class Telling:
    """One story on its way. Its days count from `day_0`; `by` treats this patient."""

    def __init__(self, story: Story, by: StaffMember, day_0: date) -> None:
        self.story, self.by, self.day_0 = story, by, day_0

    def tell(self) -> Case:
        with clock.set_to(happened_at(self.day_0, 9)):
            self.case = self.start()
        for told in self.story["days"]:
            with clock.set_to(happened_at(self.on(told["day"]), 17)):
                for name, step in STEPS.items():
                    if name in told:
                        step(self, told)
        return self.case

    def on(self, day: int) -> date:
        return self.day_0 + timedelta(days=day)

    def start(self) -> Case:
        site = Site.objects.get(pk=self.by.site_ids[0])
        patient = register_patient(by=self.by, site=site, is_another=True, **self.story["patient"])
        told = self.story["case"]
        absent = [NewRedFlag(code, is_present=False) for code in told.get("red_flags_absent", ())]
        present = [NewRedFlag(is_present=True, **flag) for flag in told.get("red_flags_present", ())]
        return start_case(
            patient=patient,
            by=self.by,
            site=site,
            title=told["title"],
            history=told["history"],
            referral=told["referral"],
            onset=self.imprecise(told["onset_day"], Precision.DAY),
            injuries=[NewInjury(**i) for i in told["injuries"]],
            prior_treatments=[self.prior(dict(p)) for p in told.get("prior_treatments", ())],
            key_measures=[AskedMeasure(**k) for k in told["key_measures"]],
            red_flags=[*absent, *present],
            goals=[self.goal(dict(g)) for g in told.get("goals", ())],
            factors=told.get("factors", ()),
        )

    def imprecise(self, day: int, precision: Precision) -> ImpreciseDate:
        on = self.on(day)
        return ImpreciseDate(on if precision is Precision.DAY else on.replace(day=1), precision)

    def prior(self, told: dict[str, Any]) -> NewPriorTreatment:
        precision = Precision[told.pop("precision", "MONTH")]
        for name in ("started", "ended"):
            day = told.pop(f"{name}_day", None)
            if day is not None:
                told[name] = self.imprecise(day, precision)
        return NewPriorTreatment(**told)

    def goal(self, told: dict[str, Any]) -> NewGoal:
        return NewGoal(due_on=self.on(told.pop("due_day")), **told)

    def note_phase(self, told: Mapping[str, Any]) -> None:
        note_phase(injury=self.case.injuries.earliest("position"), phase=told["phase"], by=self.by)

    def screen(self, told: Mapping[str, Any]) -> None:
        """True: all was answered with no; a list: those with yes, and no to the rest."""
        yes = {} if told["screening"] is True else {row["question"]: self.answer(row) for row in told["screening"]}
        codes = ScreeningQuestion.objects.filter(retired_on=None).values_list("code", flat=True)
        answers = [yes.get(code) or NewAnswer(code, is_yes=False) for code in codes]
        complete_screening(case=self.case, answers=answers, by=self.by)

    def answer(self, told: Mapping[str, Any]) -> NewAnswer:
        since = self.imprecise(told["since_day"], Precision.DAY) if "since_day" in told else None
        places = tuple((region, side) for region, side in told.get("places", ()))
        return NewAnswer(
            told["question"],
            is_yes=True,
            places=places,
            since=since,
            weeks=told.get("weeks"),
            detail=told.get("detail", ""),
        )

    def resolve_flags(self, told: Mapping[str, Any]) -> None:
        for code in told["resolved_flags"]:
            resolve_red_flag(note=self.case.red_flag_notes.get(kind_code=code, is_present=True), by=self.by)

    def receive_pictures(self, told: Mapping[str, Any]) -> None:
        for picture in told["pictures"]:
            taken = self.imprecise(picture.get("taken_day", told["day"]), Precision.DAY)
            pictures.receive(picture, self.case, taken, self.by)

    def decline_picture(self, told: Mapping[str, Any]) -> None:
        pictures.decline(told["no_picture"], self.case, self.by)

    def want_picture(self, told: Mapping[str, Any]) -> None:
        pictures.want(told["wanted"], self.case, self.on(told["wanted"]["due_day"]), self.by)

    def ask_for_picture(self, told: Mapping[str, Any]) -> None:
        pictures.ask_for(self.case, self.by)

    def take_consents(self, told: Mapping[str, Any]) -> None:
        for code in told["consents"]:
            give_consent(patient=self.case.patient, case=self.case, told=consent(code), by=self.by)

    def plan_course(self, told: Mapping[str, Any]) -> None:
        """Blocks as they are told; one with `template` as its protocol has it. That something repeats is known, and the
        consents of its day are taken before it.
        """
        code = told["course"].get("protocol", "")
        template = Protocol.objects.get(code=code, retired_on=None).content if code else {}
        blocks = [
            planned(template["sessions_in_block"], template["sessions"])
            if block.get("template")
            else planned(block["planned"], block.get("doses", ()))
            for block in told["course"]["blocks"]
        ]
        start_plan(
            case=self.case,
            blocks=blocks,
            protocol=code,
            repeats_accepted=True,
            targets=[NewTarget(**target) for target in told["course"].get("targets", ())],
            by=self.by,
        )

    def log_visit(self, told: Mapping[str, Any]) -> None:
        """The visit itself; signed, unless it is said to be unsigned still."""
        document = notes.document(told, self.story, self.case, self.on)
        session = save_draft(case=self.case, session_id=new_id(), document=document, draft_version=0, by=self.by)
        if not told.get("unsigned"):
            sign_session(session=session, draft_version=session.draft_version, by=self.by)

    def review(self, told: Mapping[str, Any]) -> None:
        state = plan_of(self.case)
        assert state is not None  # noqa: S101 - a story that reviews a block has planned it
        review_block(block=state.review_due, by=self.by, **told["review"])

    def close_goals(self, told: Mapping[str, Any]) -> None:
        for goal, state in zip(self.case.goals.order_by("created_at", "id"), told["goals"], strict=True):
            if state != goal.state:
                close_goal(goal=goal, state=state, version=goal.version, by=self.by)

    def hold(self, told: Mapping[str, Any]) -> None:
        hold_case(case=self.case, reason=told["held"], by=self.by)

    def discharge(self, told: Mapping[str, Any]) -> None:
        self.case = discharge_case(case=self.case, by=self.by, **told["discharge"])


# What a day may hold, in the order in which it is done.
STEPS: dict[str, Callable[[Telling, Mapping[str, Any]], None]] = {
    "phase": Telling.note_phase,
    "screening": Telling.screen,
    "resolved_flags": Telling.resolve_flags,
    "pictures": Telling.receive_pictures,
    "no_picture": Telling.decline_picture,
    "wanted": Telling.want_picture,
    "is_asked_for": Telling.ask_for_picture,
    "consents": Telling.take_consents,
    "course": Telling.plan_course,
    "kind": Telling.log_visit,
    "review": Telling.review,
    "goals": Telling.close_goals,
    "held": Telling.hold,
    "discharge": Telling.discharge,
}


def planned(sessions: int, doses: Any) -> PlannedBlock:
    """A block; a dose without numbers is of every session."""
    every = tuple(range(1, sessions + 1))
    return PlannedBlock(
        sessions,
        tuple(PlannedDose(d["modality"], tuple(d.get("numbers", every)), dict(d.get("parameters", {}))) for d in doses),
    )


def consent(code: str) -> NewConsent:
    """To being treated at all, said; or to a higher-risk treatment, written, with what was said of it."""
    if code in ConsentKind.values:
        return NewConsent(code, "VERBAL", discussed="What we found, what may help, and what else could be done.")
    return NewConsent(
        "HIGHER_RISK_MODALITY",
        "WRITTEN",
        discussed="That its effect is uncertain, what may hurt or bruise, and what else could be done, or nothing.",
        leaflet=Leaflet.objects.get(code=code, retired_on=None).name,
        modality_code=code,
    )
