"""What a physiotherapist does, in their words. Each verb clicks and types in the pages; days count from the assessment."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from playwright.sync_api import Locator, Page, expect

from clinic import clock
from tests.journeys.conftest import log_in
from tests.journeys.fields import Fields, fill_in, labelled, put, reveal, says

SIGNED = re.compile("/sessions/[0-9a-f-]+/$")
CASE = re.compile("/cases/[0-9a-f-]{36}/$")


def first_day(last: int) -> date:
    """A weekday so long ago that day `last` is over."""
    day = clock.today() - timedelta(days=last + 2)
    return day - timedelta(days=max(0, day.weekday() - 4))


@dataclass(frozen=True)
class Visit:
    """What is noted of a visit. Fields by their labels, treatments and events by their names, doses as typed."""

    day: int
    kind: str = "Treatment"
    since: Fields = field(default_factory=dict)
    measures: Fields = field(default_factory=dict)
    treatments: Mapping[str, Fields] = field(default_factory=dict)
    for_all: Fields = field(default_factory=dict)
    exercise: Fields = field(default_factory=dict)
    texts: Fields = field(default_factory=dict)
    event: Fields = field(default_factory=dict)
    review: tuple[str, str] | None = None


@dataclass
class Physiotherapist:
    """Somebody at the pages, with one patient and one case."""

    page: Page
    day_0: date
    patient: str = ""
    case: str = ""
    signed: dict[int, str] = field(default_factory=dict)  # the address of each signed visit, by its day

    def log_in(self) -> None:
        self.page.set_default_timeout(30_000)  # a long journey, perhaps on a busy machine
        log_in(self.page, "physio@example.org")

    def day(self, number: int) -> str:
        """As a date field takes it."""
        return (self.day_0 + timedelta(days=number)).isoformat()

    def shown(self, number: int) -> str:
        """As the pages write it: "3 Nov 2026"."""
        day = self.day_0 + timedelta(days=number)
        return f"{day.day} {day:%b %Y}"

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).locator("visible=true").first.click()

    def register_patient(self, fields: Fields) -> None:
        self.page.goto("/patients/register/")
        fill_in(self.page, fields)
        self.press("Register patient")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(str(fields["Family name"]))
        self.patient = self.page.url

    def start_case(
        self,
        *,
        injuries: Iterable[Fields],
        told: Fields,
        tried: Iterable[Fields] = (),
        goals: Iterable[Fields] = (),
        asked: Iterable[str] = (),
    ) -> None:
        """With all red flags answered no, and the measures that are asked at each visit."""
        page = self.page
        page.get_by_role("link", name="Start a case").click()
        for number, injury in enumerate(injuries, start=1):
            if number > 1:
                self.press("Another injury")
            group = page.get_by_role("group", name=f"Injury {number}", exact=True)
            for radio in ("kind", "side"):
                group.get_by_role("radio", name=injury[radio], exact=True).check()
            fill_in(group, {k: v for k, v in injury.items() if k not in ("kind", "side")})
        fill_in(page, told)
        self.rows("Another treatment", "Treatment {} before us", "Treatment 1", tried)
        none = page.get_by_role("button", name="No to all that is left here", include_hidden=True)
        reveal(none.element_handle()).click()
        self.rows("Another goal", "Goal {}", "Goal 1", goals)
        fill_in(page.get_by_role("group", name="Asked at each visit"), dict.fromkeys(asked, True))
        self.press("Start case")
        page.wait_for_url(CASE)
        self.case = page.url

    def rows(self, more: str, name: str, first: str, rows: Iterable[Fields]) -> None:
        """A row of a form that grows for each of what is told."""
        for number, row in enumerate(rows, start=1):
            if number == 1:
                self.page.locator("summary").get_by_text(first, exact=True).click()
            else:
                self.press(more)
            fill_in(self.page.get_by_role("group", name=name.format(number), exact=True).last, row)

    def give_consent(self, to: str, *, day: int, **fields: str) -> None:
        """By its kind, or, for a higher-risk treatment, by the treatment."""
        self.page.goto(f"{self.patient}consents/")
        told = {"How": "written", **{name.capitalize().replace("_", " "): text for name, text in fields.items()}}
        kinds = self.page.get_by_label("To what", exact=True).get_by_role("option").all_inner_texts()
        what = {"To what": to} if to in kinds else {"To what": "higher-risk treatment", "Which treatment": to}
        fill_in(self.page, {**what, "When": self.day(day), **told})
        self.press("Keep the consent")
        expect(self.page.get_by_text("The consent is kept.")).to_be_visible()

    def screen(self, yes: Mapping[str, Fields]) -> None:
        """Yes where it is said, by the beginning of the question; no to all the rest."""
        page = self.page
        page.goto(f"{self.case}screening/")
        for question, fields in yes.items():
            group = page.locator(".ask").filter(has=page.get_by_text(question))
            group.get_by_text("Yes", exact=True).click()
            fill_in(group, fields)
        for button in page.get_by_role("button", name="No to all that is left here").all():
            button.click()
        self.press("Keep these answers")
        expect(page.get_by_text("The screening is kept.")).to_be_visible()

    def request_imaging(self, fields: Fields) -> None:
        self.page.goto(f"{self.case}imaging/request/")
        fill_in(self.page, fields)
        self.press("Put on the worklist")
        expect(self.page.get_by_role("heading", name="to correct")).to_have_count(0)

    def record_imaging(self, *, day: int, picture: Fields, sizes: Fields, grades: Fields, conclusion: str) -> str:
        """The picture, what is measured on it, and what follows; answers with its address."""
        page = self.page
        page.goto(f"{self.case}imaging/record/")
        fill_in(page, {"Taken": self.day(day), **picture})
        self.press("Keep the picture")
        page.get_by_role("link", name="Measure", exact=True).click()
        how = {k: v for k, v in sizes.items() if k in ("How the millimetres are known", "What is seen")}
        fill_in(page, how | dict(grades))
        deposit = page.get_by_role("group", name="Deposit 1", exact=True)
        fill_in(deposit, {k: v for k, v in sizes.items() if k not in how})
        self.press("Sign the reading")
        fill_in(page, {"What follows from this picture": conclusion})
        self.press("Mark as reviewed")
        says(page.get_by_role("region", name="What follows"), conclusion, "Giulia Renna")
        return page.url

    def plan_blocks(self, template: str, *, blocks: int, sessions: int = 5, treatments: Iterable[str] = ()) -> None:
        """The only place that knows the plan's form. Consents to what carries more risk are kept before."""
        page = self.page
        page.goto(f"{self.case}plan/")
        fill_in(page, {"Template": template})
        fill_in(page, {"Blocks": blocks, "Sessions in a block": sessions})
        if treatments:
            fill_in(page, {"Treatments in each session": list(treatments)})
        self.press("Start the plan")
        if page.get_by_label("Plan it all the same").count():
            fill_in(page, {"Plan it all the same": True})
            self.press("Start the plan")
        expect(page.get_by_role("heading", name=re.compile("^Block 1"))).to_be_visible()

    def log_visit(self, visit: Visit) -> None:
        """Typed and signed."""
        page = self.page
        page.goto(f"{self.case}sessions/log/?new=1")
        self.begin(visit)
        fill_in(page, visit.measures)
        self.treat(visit.treatments)
        fill_in(page, visit.for_all)
        if visit.exercise:
            fill_in(page.get_by_role("region", name="Exercises for home").locator(".line").first, visit.exercise)
        fill_in(page.get_by_role("region", name="Note", exact=True), visit.texts)
        if visit.event:
            fill_in(page.get_by_role("group", name="Adverse event 1", include_hidden=True), visit.event)
        if visit.review:
            self.decide(*visit.review)
        self.signed[visit.day] = self.sign()

    def begin(self, visit: Visit) -> None:
        """The day, the kind, and how it was since."""
        about = self.page.get_by_role("region", name="The visit")
        fill_in(about, {"Day": self.day(visit.day), "Kind": visit.kind})
        if "response" in visit.since:
            about.get_by_role("radio", name=visit.since["response"], exact=True).check()
        fill_in(about, {k: v for k, v in visit.since.items() if k != "response"})

    def treat(self, treatments: Mapping[str, Fields]) -> None:
        """Exactly these are given, each with its dose."""
        note = self.page.get_by_role("region", name="Treat", exact=True).element_handle()
        ticked = {label.inner_text() for label in note.query_selector_all("label:has(:checked)")}
        given = {text.split(":")[-1].strip() for text in ticked if text.startswith("Given")}
        for name in given - set(treatments):
            labelled(note, f"Given: {name}").uncheck()
        for name, dose in treatments.items():
            box = labelled(note, f"Given: {name}")
            box.check()
            line = box.evaluate_handle("e => e.closest('[data-line]')").as_element()
            for label, value in dose.items():
                put(line, label, value)

    def decide(self, decision: str, reason: str) -> None:
        page = self.page
        choice = page.get_by_role("radio", name=re.compile(f"^{decision}"), include_hidden=True)
        reveal(choice.element_handle()).check()
        fill_in(page.get_by_role("region", name="Review", exact=True), {"Why": reason})

    def sign(self) -> str:
        page = self.page
        same = page.get_by_role("button", name=re.compile("^Same as"))
        if same.count():
            same.click()
        page.get_by_role("button", name="Sign session").click()
        page.wait_for_url(SIGNED)
        return page.url

    def end_block_early(self, block: int, why: str) -> None:
        page = self.page
        page.goto(f"{self.case}plan/")
        shown = page.get_by_role("region", name=re.compile(f"^Block {block}"))
        fill_in(shown, {"Why": why})
        shown.get_by_role("button", name=f"End block {block}").click()
        expect(page.get_by_text(re.compile(f"^Ended early .*{re.escape(why)}"))).to_be_visible()

    def discharge(self, outcome: str, words: str = "") -> None:
        page = self.page
        page.goto(f"{self.case}state/")
        fill_in(page, {"How it ended": outcome})
        page.get_by_label(re.compile("^In words")).fill(words)
        self.press("Discharge")
        expect(page.get_by_role("button", name="Reopen the case")).to_be_visible()  # with letters to write beside it
        page.goto(self.case)

    def row(self, name: str) -> Locator:
        """A measure's row of what is now on the page of the case: of the key measures, or of the others in their fold."""
        others = self.page.locator("details:not([open])", has=self.page.locator("table.now")).locator("summary")
        if others.count():
            others.click()
        return self.page.locator("table.now").get_by_role("row", name=re.compile(f"^{re.escape(name)}"))
