"""How many interactions a visit takes, on a laptop and on a tablet; and that nothing typed is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.conftest import Site, log_in

pytestmark = pytest.mark.journey
SIGNED = re.compile("/sessions/[0-9a-f-]+/$")
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}


KEYPAD = {"width": 820, "height": 700}  # what is left of the tablet while the number keypad is open
IN_SIGHT = """e => [e.labels[0], e].every((one) => {
  const box = one.getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return one === there || one.contains(there); })"""

# Between the head of the page and what the keypad and the bar that signs leave: what stands here has no reason to move.
IN_REACH = (
    "e => { const box = e.closest('.field').getBoundingClientRect(); return box.top >= 128 && box.bottom <= 540; }"
)


class Counted:
    """A page of which each click, filled field and key command counts, and that may have to stay where it is.

    On the tablet a field is tapped, the keypad opens over the lower part of the page, and the digits are typed on it.
    """

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0
        self.touches = page.viewport_size == TABLET["viewport"]

    def fill(self, label: str, value: str) -> None:
        self.count += 1
        field = self.page.get_by_label(label, exact=True)
        assert field.get_attribute("inputmode") == "decimal"  # opens the number keypad
        if not self.touches:
            field.fill(value)
            return
        field.scroll_into_view_if_needed()
        field.tap()
        before, is_in_reach = self.top_of(field), field.evaluate(IN_REACH)
        self.page.set_viewport_size(KEYPAD)
        self.page.wait_for_function("height => innerHeight === height", arg=KEYPAD["height"])
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert field.evaluate(IN_SIGHT), f"{label} or its label is under the keypad, or under a bar"
        opened = self.top_of(field)
        assert opened == before or not is_in_reach, f"{label} was in sight, and jumped"
        self.page.keyboard.type(value)
        assert self.top_of(field) == opened, f"{label} jumped while it was typed in"
        expect(field).to_have_value(value)

    def top_of(self, field: Locator) -> float:
        return (field.bounding_box() or {"y": -1.0})["y"]

    def press(self, found: Locator) -> None:
        """Where it stands, if in sight: Playwright would first scroll a button of the bar at the bottom."""
        self.count += 1
        box = found.bounding_box() or {"x": 0, "y": -1, "width": 0, "height": 0}
        size = self.page.viewport_size or {"width": 0, "height": 0}
        x, y = box["x"] + min(box["width"] / 2, 20), box["y"] + box["height"] / 2
        covered = found.evaluate("e => !e.closest('.signbar') && e.getBoundingClientRect().bottom > innerHeight - 130")
        if y < 0 or y > size["height"] or covered:
            found.tap() if self.touches else found.click()
        elif self.touches:
            self.page.touchscreen.tap(x, y)
        else:
            self.page.mouse.click(x, y)
        if size == KEYPAD and not self.page.evaluate("document.activeElement.matches('[inputmode=decimal]')"):
            self.page.set_viewport_size(TABLET["viewport"])

    @property
    def has_scrolled(self) -> bool:
        return bool(self.page.evaluate("window.scrollY > 0"))


@pytest.fixture(params=[LAPTOP, TABLET], ids=["laptop", "tablet"])
def screen(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Any:
    context = browser.new_context(base_url=site.address, locale="en-GB", **request.param)
    context.set_default_timeout(20_000)
    page = context.new_page()
    yield page
    context.close()


def open_note(page: Page) -> None:
    """A new note of the Achilles case, of which no review is due."""
    log_in(page, "physio@example.org")
    page.goto("/patients/?q=osei")
    page.get_by_role("link", name=re.compile("Osei, Daniel")).click()
    page.get_by_role("link", name=re.compile("Right Achilles")).first.click()
    case = page.url
    review = page.get_by_role("link", name=re.compile("^Review block"))
    if review.count():
        review.first.click()
        page.get_by_role("radio", name=re.compile("Continue")).check()
        page.get_by_label("Why", exact=True).fill("Range goes on rising.")
        page.get_by_role("button", name="Sign the review").click()
        expect(page.get_by_text("The review is signed.")).to_be_visible()
    page.goto(f"{case}sessions/log/?new=1")


def test_a_repeat_session_takes_at_most_fifteen(screen: Page) -> None:
    open_note(screen)
    visit = Counted(screen)
    visit.press(screen.get_by_text("As usual"))
    visit.fill("Pain, load in /10", "2")
    visit.fill("Knee to wall, right in cm", "7,7")
    visit.fill("Heel raises, right in reps", "16")
    visit.fill("Morning stiffness in min", "8")
    visit.press(screen.get_by_role("button", name=re.compile("^Same as")))
    assert visit.touches or not visit.has_scrolled
    visit.press(screen.get_by_role("button", name="Sign session"))
    screen.wait_for_url(SIGNED)
    assert visit.count == 7
    expect(screen.get_by_text("As usual", exact=False).first).to_be_visible()
    expect(screen.get_by_text("Diacutaneous fibrolysis · 15 min · large, medium · 4/10")).to_be_visible()
    expect(screen.get_by_text("Calf raise, standing · 4 × 8 · 8 RM")).to_be_visible()


def test_session_9_as_it_stands_takes_at_most_thirty(screen: Page) -> None:
    """C 9.1: its eight measures, laser instead of what is planned, pain after, skin, exercise and next morning."""
    open_note(screen)
    visit = Counted(screen)
    visit.press(screen.get_by_text("As usual"))
    visit.fill("Pain, load in /10", "3")
    visit.fill("Knee to wall, right in cm", "7,2")
    visit.fill("Heel raises, right in reps", "15")
    visit.fill("Morning stiffness in min", "10")
    visit.press(screen.get_by_text(re.compile("^Also measured in this case")))
    visit.fill("Pain, rest in /10", "0")
    visit.fill("Pain, first steps in /10", "2")
    visit.press(screen.locator("summary", has_text="Other measures"))
    visit.fill("Knee to wall angle, right in °", "36")
    visit.fill("Pressure pain, right in kPa", "385")
    visit.press(screen.locator("summary", has_text="Other measures"))
    for line in ("Focused shockwave", "High-intensity laser"):
        row = screen.locator(".line", has_text=line)
        if (line == "High-intensity laser") is not row.get_by_role("checkbox", name=re.compile("^Given")).is_checked():
            visit.press(row.locator(".line-confirm"))
    visit.press(screen.locator("summary", has_text="Measure after"))
    visit.fill("Pain, load after in /10", "3")
    visit.count += 2
    screen.get_by_label("Skin after, all", exact=True).select_option("NONE")
    screen.get_by_label("Tolerated, all", exact=True).select_option("GOOD")
    visit.press(screen.get_by_role("button", name=re.compile("^Same as")))
    visit.press(screen.get_by_role("button", name="Sign session"))
    screen.wait_for_url(SIGNED)
    assert visit.count <= 30
    expect(screen.get_by_text("High-intensity laser · 8 W · 1200 J · 150 s · 1064 nm")).to_be_visible()
    expect(screen.get_by_text("Focused shockwave")).to_have_count(0)


def test_the_sixth_visit_of_a_block_is_reviewed_and_treated_in_one_go(screen: Page) -> None:
    open_note(screen)
    note = screen.url
    for _ in range(5):
        if screen.get_by_text(re.compile(r"^The review of block \d is due")).count():
            break
        screen.get_by_role("button", name=re.compile("^Same as")).click()
        screen.get_by_role("button", name="Sign session").click()
        screen.wait_for_url(SIGNED)
        screen.goto(note)
    visit = Counted(screen)
    visit.fill("Pain, load in /10", "0")
    findings = screen.locator("#findings").get_by_role("row", name=re.compile("^Pain, load"))
    expect(findings.get_by_role("cell").nth(1)).to_contain_text("0 /10")
    visit.press(screen.get_by_role("radio", name=re.compile("^Continue")))
    visit.count += 1
    screen.get_by_label("Why", exact=True).fill("Pain is gone under load.")
    visit.press(screen.get_by_role("button", name=re.compile("^Same as")))
    visit.press(screen.get_by_role("button", name="Sign session"))
    screen.wait_for_url(SIGNED)
    assert visit.count <= 6
    expect(screen.get_by_text(re.compile(r"session 1 of \d, block \d"))).to_be_visible()
    screen.get_by_role("link", name="Back to the case").click()
    expect(screen.get_by_role("link", name=re.compile("^Review block"))).to_have_count(0)


def lose(page: Page, context: BrowserContext, how: str) -> Callable[[], None]:
    """Something goes wrong; answers with what puts it right."""
    if how == "tunnel":
        context.set_offline(True)
        return lambda: context.set_offline(False)
    page.route("**/sessions/log/", lambda route: route.abort())
    return lambda: None


@pytest.mark.parametrize("how", ["tunnel", "server"])
def test_a_lost_connection_loses_no_character(browser: Browser, site: Site, how: str) -> None:
    context = browser.new_context(base_url=site.address, locale="en-GB", **LAPTOP)
    page = context.new_page()
    open_note(page)
    mend = lose(page, context, how)
    page.get_by_label("Found").fill("Typed in the tunnel, every character.")
    expect(page.get_by_text(re.compile("kept on this device"))).to_be_visible()
    address = page.url
    page.close(run_before_unload=False)
    mend()
    again = context.new_page()
    again.goto(address)
    expect(again.get_by_label("Found")).to_have_value("Typed in the tunnel, every character.")
    expect(again.get_by_text(re.compile(r"^Saved \d\d:\d\d"))).to_be_visible(timeout=15_000)
    again.reload()
    expect(again.get_by_label("Found")).to_have_value("Typed in the tunnel, every character.")
    discard(again)
    context.close()


def test_a_line_that_moved_is_put_back_where_it_is_now(browser: Browser, site: Site) -> None:
    """What was added stands first when the note is opened again: the doses typed before stay with their treatments."""
    context = browser.new_context(base_url=site.address, locale="en-GB", **LAPTOP)
    page = context.new_page()
    open_note(page)
    page.locator("summary", has_text="Other treatments").click()
    line = page.locator(".line", has_text="Therapeutic ultrasound")
    line.locator("summary").first.click()
    doses = {"Frequency in MHz": "1", "Intensity in W/cm²": "0.5", "Duty cycle in %": "20", "Time in min": "7"}
    for label, dose in doses.items():
        line.get_by_label(label, exact=True).fill(dose)
    expect(page.get_by_text(re.compile(r"^Saved \d\d:\d\d"))).to_be_visible()
    mend = lose(page, context, "tunnel")
    line.get_by_label("Time in min", exact=True).fill("8")
    page.get_by_label("Found").fill("Typed in the tunnel.")
    expect(page.get_by_text(re.compile("kept on this device"))).to_be_visible()
    address = page.url
    page.close(run_before_unload=False)
    mend()
    again = context.new_page()
    again.goto(address)
    expect(again.get_by_label("Found")).to_have_value("Typed in the tunnel.")
    expect(again.get_by_text(re.compile(r"^Saved \d\d:\d\d"))).to_be_visible(timeout=15_000)
    again.reload()
    moved = again.locator(".line", has_text="Therapeutic ultrasound")
    for label, dose in (doses | {"Time in min": "8"}).items():
        expect(moved.get_by_label(label, exact=True)).to_have_value(dose)
    expect(again.locator(".line", has_text="Diacutaneous fibrolysis").locator(".line-sentence")).to_contain_text(
        "15 min"
    )
    discard(again)
    context.close()


def test_an_expired_login_is_asked_for_in_place(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, locale="en-GB", **LAPTOP)
    page = context.new_page()
    open_note(page)
    page.get_by_label("Found").fill("Before")
    expect(page.get_by_text(re.compile(r"^Saved \d\d:\d\d"))).to_be_visible()
    context.clear_cookies(name="sessionid")
    page.get_by_label("Found").fill("Before, and after the login ran out")
    dialog = page.get_by_role("dialog", name="Log in again")
    expect(dialog).to_be_visible()
    dialog.get_by_label(re.compile("^Password")).fill("wrong")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("alert")).to_contain_text("did not work")
    dialog.get_by_label(re.compile("^Password")).fill("casebook-demo")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog).not_to_be_visible()
    expect(page.get_by_text(re.compile(r"^Saved \d\d:\d\d"))).to_be_visible()
    page.reload()
    expect(page.get_by_label("Found")).to_have_value("Before, and after the login ran out")
    discard(page)
    context.close()


def test_two_tabs_lose_no_character(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, locale="en-GB", **LAPTOP)
    first = context.new_page()
    open_note(first)
    first.get_by_label("Found").fill("In the first tab")
    expect(first.get_by_text(re.compile(r"^Saved \d\d:\d\d"))).to_be_visible()
    second = context.new_page()
    second.goto(first.url)
    second.get_by_label("Found").fill("In the second tab")
    expect(second.get_by_text(re.compile(r"^Saved \d\d:\d\d"))).to_be_visible()
    first.get_by_label("Plan for next time").fill("Only in the first")
    expect(first.get_by_text(re.compile("^Not saved"))).to_be_visible()
    first.get_by_role("button", name="Save draft").click()
    expect(first.get_by_role("row", name=re.compile("^Found"))).to_contain_text("In the second tab")
    expect(first.get_by_label("Plan for next time")).to_have_value("Only in the first")
    discard(second)
    context.close()


def discard(page: Page) -> None:
    """Leaves no draft behind for the journeys that follow."""
    page.reload()
    page.get_by_role("link", name="Discard this note").click()
    page.get_by_label("Why").fill("Only to try it.")
    page.get_by_role("button", name=re.compile("Discard")).click()
    page.wait_for_url(re.compile("/cases/[0-9a-f-]+/$"))
