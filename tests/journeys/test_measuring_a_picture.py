"""A CD is dropped on a study, its person is asked about, the deposit is outlined and compared, the patient is told."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Site, log_in
from tests.journeys.looking import WIDE, assert_nothing, look, patient_called
from tests.journeys.viewer.viewing import place, press, says, tap
from treatments.demo.phantoms import Person, Phantom, achilles

pytestmark = pytest.mark.journey
# The second picture of the same ankle, made out in the name of a person with another date of birth.
OTHER = Person(name="OSEI^DANIEL", number="9992000376", born_on=date(1968, 11, 23))
DROP = """([name, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name));
  const form = document.querySelector("form[data-imaging-files]");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    form.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
  }
}"""


def a_cd(made: Phantom) -> bytes:
    disc = io.BytesIO()
    with zipfile.ZipFile(disc, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("DICOM/0001/IM000001", made.data)
        files.writestr("AUTORUN.INF", "[autorun]\nopen=VIEWER.EXE")
    return disc.getvalue()


def a_study(page: Page) -> None:
    """The picture of today is recorded, with the view of the one before."""
    patient_called(page, "Osei")
    page.get_by_role("link", name="Achilles").first.click()
    page.get_by_role("link", name="Record a picture").first.click()
    page.get_by_label("Taken").fill((date.today() - timedelta(days=1)).isoformat())
    page.get_by_label("From", exact=True).select_option("PATIENT_COPY")
    page.get_by_label("Picture", exact=True).select_option("IMG_XRAY_DX")
    page.get_by_label("View").select_option("XR_LATERAL_WB")
    page.get_by_role("button", name="Keep the picture").click()
    if page.get_by_label("Why is it repeated?").count():
        page.get_by_label("Why is it repeated?").fill("To see the reduction")
        page.get_by_role("button", name="Keep the picture").click()


def brought(page: Page, site: Site, made: Phantom) -> None:
    a_study(page)
    page.evaluate(DROP, ["cd.zip", list(a_cd(made))])
    expect(page.get_by_role("heading", name="Is this the same patient?")).to_be_visible()
    expect(page.get_by_role("row", name="Date of birth")).to_contain_text("1968")
    page.get_by_label("It is this patient and side").check()
    page.get_by_label("Because").fill("He showed his passport: the centre mistyped the year")
    page.get_by_role("button", name="Keep this answer").click()
    expect(page.get_by_text("It is this patient’s picture").first).to_be_visible()
    site.manage("work", "--once")
    page.reload()
    page.get_by_role("link", name="Look at the picture").click()
    page.locator('[data-seen="frame"]').wait_for()


def test_a_deposit_is_outlined_by_mouse_and_compared(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, viewport=WIDE, locale="en-GB")
    page = context.new_page()
    log_in(page, "lead@example.org")
    made = achilles("xray_after", date.today() - timedelta(days=1), OTHER)
    brought(page, site, made)
    faults = {"looking": look(page)}
    press(page, "Scale")
    expect(page.locator("[data-offered]")).to_contain_text("by the estimated magnification")
    press(page, "Outline")
    for _ in range(3):
        press(page, "Closer")
    page.evaluate("(points) => document.querySelector('[data-viewer]').viewer.bring(points)", made.outline)
    tap(page, *made.outline[::4])
    press(page, "Close outline")
    says(page).to_contain_text("D1 area 15")
    expect(page.locator("[data-measure-drawn]")).to_contain_text("D1 area 15")
    faults["outlined"] = look(page)
    page.get_by_label("What is seen").fill("Smaller, its edge less sharp.")
    press(page, "Sign the reading")
    expect(page.get_by_text("Signed.")).to_be_visible()
    faults["signed"] = look(page)
    page.get_by_role("link", name="Compare", exact=True).click()
    for half in page.locator("[data-viewer]").all():
        expect(half).to_have_attribute("data-seen", "frame")
    expect(page.get_by_role("region", name="Change of the deposits")).to_contain_text("partial reduction")
    faults["compared"] = look(page)
    page.get_by_role("link", name="Back to its findings").click()
    page.get_by_label("What follows from this picture").fill("A quarter smaller. Strength goes on.")
    press(page, "Mark as reviewed")
    press(page, "The patient was told today")
    expect(page.get_by_text("The patient was told:")).to_be_visible()
    context.close()
    assert_nothing(faults)


def test_a_deposit_is_outlined_by_keyboard(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.address, viewport=WIDE, locale="en-GB")
    page = context.new_page()
    log_in(page, "lead@example.org")
    open_measured(page)
    page.locator("[data-stage]").focus()
    page.keyboard.press("o")
    page.keyboard.press("ArrowRight")
    for way in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        for _ in range(6):
            page.keyboard.press(f"Shift+{way}")
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("[data-measure-drawn]")).to_contain_text("D1 area")
    page.get_by_label("What is seen").focus()
    page.keyboard.type("By keyboard.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("By keyboard.")).to_be_visible()
    context.close()


def test_a_deposit_is_outlined_by_touch(browser: Browser, site: Site) -> None:
    context = browser.new_context(
        base_url=site.address, viewport={"width": 820, "height": 1180}, has_touch=True, locale="en-GB"
    )
    page = context.new_page()
    log_in(page, "lead@example.org")
    open_measured(page)
    page.get_by_role("button", name="Outline", exact=True).tap()
    for point in ((600.0, 500.0), (800.0, 500.0), (800.0, 700.0), (600.0, 700.0)):
        page.touchscreen.tap(*place(page, point))
    page.get_by_role("button", name="Close outline").tap()
    expect(page.locator("[data-measure-drawn]")).to_contain_text("D1 area")
    page.get_by_label("What is seen").fill("By touch.")
    page.get_by_role("button", name="Sign the reading").tap()
    expect(page.get_by_text("By touch.")).to_be_visible()
    context.close()


def open_measured(page: Page) -> None:
    """The X-ray of the demo's own Achilles case, whose frames the job has written by now."""
    patient_called(page, "Ellery")
    page.get_by_role("link", name="Achilles").first.click()
    page.get_by_role("link", name="lateral, weight-bearing").first.click()
    page.get_by_role("link", name="Look at the picture").click()
    page.locator('[data-seen="frame"]').wait_for()
