"""Looking at a page in each light and size: what axe finds, and what runs off the screen."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
# Everything but contrasts of each element; contrasts, slow to find out, of one of each look.
ALL = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
ONE_OF_EACH = {"include": [["[data-looked-at]"]]}
# Marks one of those visible texts whose own style, elements around and backgrounds are the same.
MARK = """() => {
  for (const old of document.querySelectorAll("[data-looked-at]")) delete old.dataset.lookedAt;
  const seen = new Set();
  for (const each of document.body.querySelectorAll("*")) {
    if (![...each.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    if (!each.checkVisibility({ visibilityProperty: true })) continue;
    const own = getComputedStyle(each);
    const key = [own.color, own.fontSize, own.fontWeight, own.opacity];
    for (let up = each; up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      key.push(up.tagName, up.getAttribute("class"), style.backgroundColor, style.opacity);
    }
    if (seen.has(key.join())) continue;
    seen.add(key.join());
    each.dataset.lookedAt = "";
  }
  return seen.size;
}"""


def look(page: Page) -> list[str]:
    """What axe finds in light, of contrasts in dark and on paper, and whether the page is wider than a telephone.

    Without loading the page again: its styles follow the scheme and the size by themselves.
    """
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    said = []
    for name, media in (
        ("light", {"color_scheme": "light"}),
        ("dark", {"color_scheme": "dark"}),
        ("print", {"color_scheme": "dark", "media": "print"}),
    ):
        page.emulate_media(**{"media": "screen", "reduced_motion": "reduce", **media})  # type: ignore[arg-type]
        found = Axe().run(page, options=ALL).response["violations"] if name == "light" else []
        if page.evaluate(MARK):
            found += Axe().run(page, context=ONE_OF_EACH, options=CONTRAST).response["violations"]
        said += [f"{name}: {v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]
    page.emulate_media(media="screen", color_scheme="light")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        said.append("runs off the screen of a telephone")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    return said


def look_at(page: Page, paths: dict[str, str]) -> dict[str, list[str]]:
    found = {}
    for name, path in paths.items():
        page.goto(path)
        found[name] = look(page)
    return found


def assert_nothing(faults: dict[str, list[str]]) -> None:
    assert {name: found for name, found in faults.items() if found} == {}


def path_of(page: Page) -> str:
    return re.sub("^https?://[^/]+", "", page.url)


def patient_called(page: Page, name: str) -> str:
    page.goto(f"/patients/?q={name}")
    page.get_by_role("link", name=re.compile(name, re.IGNORECASE)).first.click()
    return path_of(page)
