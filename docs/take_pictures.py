"""Takes the pictures of README and tour in a demo of its own, which it starts and stops: `make pictures`."""

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
# Never a home in which somebody works: what is in this one is thrown away each time.
HOME = ROOT / "var" / "pictures"
PASSWORD = "casebook-demo"  # noqa: S105 - the demo's, which is printed at its start
BUILDING_SECONDS = 300
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def case(page: Page) -> None:
    case_of(page, "Osei")


def register(page: Page) -> None:
    """As reception sees it: somebody with nearly the same name is there already."""
    page.goto("/patients/register/")
    page.get_by_label("Given names").fill("Markus")
    page.get_by_label("Family name", exact=True).fill("Ellery")
    page.get_by_label("Date of birth").fill("05/12/1985")
    page.get_by_role("button", name="Register patient").click()
    page.get_by_role("heading", name="Is this somebody who is registered already?").wait_for()


def today(page: Page) -> None:
    page.goto("/")


def start_case(page: Page) -> None:
    page.goto("/patients/?q=Drummond")
    page.get_by_role("link", name="Drummond, Aisha").click()
    page.get_by_role("link", name="Start a case").first.click()
    injury = page.get_by_role("group", name="Injury 1", exact=True)
    injury.get_by_role("radio", name="calcification").check()
    injury.get_by_label("Diagnosis").select_option("CALC_TENDON_SHOULDER")
    injury.get_by_label("Region").select_option(label="Shoulder")
    injury.get_by_role("radio", name="right").check()
    page.get_by_role("textbox", name="Since").fill("2026-03")
    page.get_by_role("textbox", name="What happened").fill("Pain on reaching up since spring, worse at night.")
    page.evaluate("scrollTo(0, 0)")


def screening(page: Page) -> None:
    """Of somebody who is pregnant: some treatments are blocked, others need a decision."""
    case_of(page, "Haddad")
    page.get_by_role("link", name="Screening").first.click()
    asked = page.locator(".ask").filter(has_text="Are you pregnant")
    asked.get_by_text("Yes", exact=True).click()
    asked.get_by_label("Week").fill("12")
    page.get_by_role("button", name="Keep these answers").click()
    page.get_by_text("The screening is kept.").wait_for()


def plan(page: Page) -> None:
    case_of(page, "Osei")
    page.get_by_role("link", name="Plan", exact=True).click()


def log_session(page: Page) -> None:
    case_of(page, "Osei")
    page.get_by_role("link", name="Log session").click()
    page.get_by_text("As usual").click()
    page.get_by_role("radio", name="Three quarters").check()
    values = {"Pain, load in /10": "2", "Knee to wall, right in cm": "7.7", "Heel raises, right in reps": "16"}
    for label, value in values.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Same as planned").click()
    page.get_by_text(re.compile(r"^Saved \d\d:\d\d")).wait_for()
    page.evaluate("scrollTo(0, 0)")


def review(page: Page) -> None:
    page.goto("/reviews/")
    page.get_by_role("link", name=re.compile("Pike")).click()


def progress(page: Page) -> None:
    case_of(page, "Ellery")
    page.get_by_role("link", name="All measures, side, since when").click()
    to_the_top(page, "Progress since")


def compare(page: Page) -> None:
    case_of(page, "Osei")
    page.get_by_role("link", name="Two side by side").click()


def patient(page: Page) -> None:
    page.goto("/patients/?q=Ellery")
    page.get_by_role("link", name="Ellery, Marcus").click()


def on_the_phone(page: Page) -> None:
    page.goto("/")
    page.get_by_role("listitem").filter(has_text="Oliver Tennant").get_by_role("link", name="log session").click()


def clinic(page: Page) -> None:
    page.goto("/clinic/")
    to_the_top(page, "How the cases went")


SHOTS: tuple[tuple[str, str, dict[str, int], Callable[[Page], None]], ...] = (
    ("case", "physio", WIDE, case),
    ("register", "reception", WIDE, register),
    ("today", "physio", WIDE, today),
    ("start-case", "physio", WIDE, start_case),
    ("screening", "physio", WIDE, screening),
    ("plan", "physio", WIDE, plan),
    ("log-session", "physio", WIDE, log_session),
    ("review", "physio", WIDE, review),
    ("progress", "physio", WIDE, progress),
    ("compare", "physio", WIDE, compare),
    ("patient", "physio", WIDE, patient),
    ("clinic", "lead", WIDE, clinic),
    ("phone", "physio", NARROW, on_the_phone),
)


def main() -> None:
    if CHROMIUM is None:
        sys.exit("There is no browser: apt install chromium libatomic1")
    PICTURES.mkdir(exist_ok=True)
    with a_demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, account, screen, show in SHOTS:
            kept = PICTURES / f"{name}.png"
            kept.write_bytes(smaller(picture_of(browser, address, account, screen, show)))
            sys.stdout.write(f"{kept.relative_to(ROOT)} {kept.stat().st_size // 1000} kB\n")
        browser.close()


def picture_of(
    browser: Browser, address: str, account: str, screen: dict[str, int], show: Callable[[Page], None]
) -> bytes:
    context = browser.new_context(
        base_url=address,
        viewport={"width": screen["width"], "height": screen["height"]},
        locale="en-GB",
        timezone_id="Europe/London",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("Email").fill(f"{account}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/")
    show(page)
    page.mouse.move(0, 0)
    page.wait_for_load_state("networkidle")
    taken = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return taken


def case_of(page: Page, family_name: str) -> None:
    """The page of the first case of the one patient who is called so."""
    page.goto(f"/patients/?q={family_name}")
    page.get_by_role("link", name=re.compile(f"^{family_name},")).click()
    page.get_by_role("region", name="Cases").locator("a.row").first.click()
    page.wait_for_url(re.compile("/cases/[0-9a-f-]+/$"))


def to_the_top(page: Page, heading: str) -> None:
    """Scrolls the section of this heading to below the head of the page, which stays."""
    page.get_by_role("heading", name=re.compile(f"^{heading}")).evaluate("""e => {
        const head = document.querySelector(".page-head").getBoundingClientRect();
        scrollBy(0, e.getBoundingClientRect().top - head.height - 16); }""")


def smaller(picture: bytes) -> bytes:
    """The same picture with a palette; not dithered, so that letters keep clean edges."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    # MAXCOVERAGE keeps the rare colours: a green word among much ink stays green.
    palette = image.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    out = io.BytesIO()
    palette.save(out, "PNG", optimize=True)
    return out.getvalue()


@contextmanager
def a_demo() -> Iterator[str]:
    """A freshly built demo on a port that is free; where it answers."""
    port = free_port()
    ours = {"PORT": str(port), "CASEBOOK_MODE": "demo", "CASEBOOK_HOME": str(HOME)}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE_")} | ours
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "demo_reset", "--force"], cwd=ROOT, env=environment, check=True)
    server = subprocess.Popen([*manage, "serve", "--demo"], cwd=ROOT, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    patience = time.monotonic() + BUILDING_SECONDS
    while server.poll() is None and time.monotonic() < patience:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
                return
        except (URLError, TimeoutError):
            time.sleep(0.5)
    sys.exit("The demo did not come up; its reason stands above.")


if __name__ == "__main__":
    main()
