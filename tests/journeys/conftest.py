"""The whole site as people meet it: the production web server on a database of its own, and a browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.databases import TEMPLATE, administer, drop, environment_of, grant_connect, manage, numbers

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PASSWORD = "casebook-demo"
SCREENS = [
    pytest.param({"viewport": {"width": 1280, "height": 800}}, id="1280"),
    pytest.param({"viewport": {"width": 820, "height": 1180}, "has_touch": True}, id="820-touch"),
    pytest.param({"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}, id="390"),
]
WIDTHS = (1280, 820, 390)
expect.set_options(timeout=15_000)  # the other tests run beside the browser


@dataclass(frozen=True)
class Site:
    """A running site: where it answers, and how its commands are called."""

    address: str
    environment: dict[str, str]

    def manage(self, *words: str) -> str:
        """Runs a command of manage.py on the site's database; answers with what it printed."""
        return manage(self.environment, *words)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def site(built_demo: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo as it was built, served by the production web server: what one module changes no other sees."""
    built, files = built_demo
    name, home, port = f"{TEMPLATE}_site_{next(numbers)}", tmp_path_factory.mktemp("home"), free_port()
    administer(f'CREATE DATABASE "{name}" TEMPLATE "{built}"')
    grant_connect(name)
    shutil.copytree(files, home, dirs_exist_ok=True)
    made = Site(f"http://127.0.0.1:{port}", environment_of(name, home))
    with (home / "web.log").open("w") as log:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "clinic.wsgi:application"),
                *("--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "4"),
            ],
            cwd=settings.BASE_DIR,
            env=made.environment,
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(f"{made.address}/healthz", server, home / "web.log")
        yield made
    finally:
        server.terminate()
        server.wait(15)
    drop(name)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        if server.poll() is not None:
            break
        try:
            if httpx.get(address, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the site did not come up: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium. Where there is none a developer's run skips; CI fails."""
    if CHROMIUM is None or find_library("atomic") is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium or libatomic1 is not installed, and without them nobody has looked at the pages")
        pytest.skip("No browser: apt install chromium libatomic1")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 800}, locale="en-GB")
    made.set_default_timeout(20_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test where the browser reports an error, a refused style or script among them."""
    yield from watched(context)


@pytest.fixture(params=SCREENS)
def any_page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    """The same on a laptop, on a tablet by touch and on a telephone."""
    made = browser.new_context(base_url=site.address, locale="en-GB", **request.param)
    made.set_default_timeout(20_000)
    yield from watched(made)
    made.close()


def watched(context: BrowserContext) -> Iterator[Page]:
    made = context.new_page()
    faults: list[str] = []
    made.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    made.on("pageerror", lambda error: faults.append(str(error)))
    yield made
    unexpected = [f for f in faults if not any(f"status of {code}" in f for code in (401, 409, 412, 422, 423))]
    assert not unexpected


def which(page: Page) -> int:
    """0 on a laptop, 1 on a tablet, 2 on a telephone."""
    return WIDTHS.index((page.viewport_size or {})["width"])


def log_in(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/")


def log_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.wait_for_url("**/account/login/**")
