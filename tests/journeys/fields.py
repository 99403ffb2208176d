"""Fields as a person finds them: by their labels, unfolded where they are folded."""

from collections.abc import Iterable, Mapping
from typing import Any

from playwright.sync_api import ElementHandle, Locator, Page, expect

Fields = Mapping[str, Any]

# Native look-ups: a note has hundreds of fields, and Playwright's own search by label reads all of them each time.
LABELLED = """(scope, label) => {
  const names = (e) => e.textContent.replace(/\\s+/g, ' ').trim() === label;
  const found = [...scope.querySelectorAll('label')].filter(names).map((e) => e.control);
  const groups = [...scope.querySelectorAll('fieldset > legend')].filter(names).map((e) => e.parentElement);
  const all = [...new Set([...found, ...groups])];
  if (all.length !== 1) throw new Error(`${all.length} fields are called "${label}"`);
  return all[0]; }"""
STANDS = "e => [e.tagName === 'INPUT' ? e.type : e.tagName, e.selectedOptions?.[0]?.text ?? e.value ?? '']"
OUTERMOST_FOLD = """e => { let fold = null;
  for (let up = e.parentElement; up; up = up.parentElement) if (up.tagName === 'DETAILS' && !up.open) fold = up;
  return fold && fold.querySelector(':scope > summary'); }"""


def reveal(element: ElementHandle) -> ElementHandle:
    """Opens what is folded around something, from the outside in."""
    for _ in range(4):
        summary = None if element.is_visible() else element.evaluate_handle(OUTERMOST_FOLD).as_element()
        if summary is None:
            break
        summary.click()
    return element


def labelled(scope: ElementHandle, label: str) -> ElementHandle:
    """The one field, or group of boxes, of this label."""
    element = scope.evaluate_handle(LABELLED, label).as_element()
    assert element is not None
    return reveal(element)


def put(scope: ElementHandle, label: str, value: Any) -> None:
    """Types, chooses or ticks by the field's label; what stands there already is left alone."""
    element = labelled(scope, label)
    kind, stands = element.evaluate(STANDS)
    if kind == "FIELDSET":
        tick(element, value)
    elif kind in ("checkbox", "radio"):
        element.set_checked(bool(value))
    elif stands == str(value):
        return
    elif kind == "SELECT":
        element.select_option(label=str(value))
    else:
        element.fill(str(value))


def tick(group: ElementHandle, names: Iterable[str]) -> None:
    """These boxes of a group, and no others."""
    ticked = {label.inner_text().strip() for label in group.query_selector_all("label:has(:checked)")}
    for name in ticked ^ set(names):
        labelled(group, name).set_checked(name in names)


def fill_in(scope: Locator | Page, fields: Fields) -> None:
    """Each field by its label, within a part of the page."""
    if fields:
        root = (scope.locator("body") if isinstance(scope, Page) else scope).element_handle()
        for label, value in fields.items():
            put(root, label, value)


def says(shown: Locator, *figures: str) -> None:
    """Every figure is there to be read."""
    for figure in figures:
        expect(shown).to_contain_text(figure)
