"""README, tour and guides say what is there: their links, their pictures, the words of the screen that they name."""

import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from docs.take_pictures import SHOTS

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
GUIDES = sorted((ROOT / "docs").glob("first-day-*.md"))
LINK = re.compile(r"(!?)\[([^\]]+)\]\(([^)]+)\)")
IN_PARTS = {"Sign session"}  # its template puts the button together; the journeys press it
README_PICTURE_KB, TOUR_PICTURE_KB = 300, 200


def named(path: Path) -> list[tuple[bool, str, Path]]:
    """Each file of the project that a document links to: whether as a picture, its words, where it is."""
    found = [(bool(m[1]), m[2], m[3].partition("#")[0]) for m in LINK.finditer(path.read_text())]
    return [(is_shown, words, path.parent / to) for is_shown, words, to in found if to and ":" not in to]


def on_screen() -> str:
    """All words that pages, forms and lists are made of; tags fall away."""
    files = [*(ROOT / "templates").rglob("*.html")]
    for floor in ("clinic", "cases", "treatments"):
        files += [*(ROOT / floor).rglob("*.py"), *(ROOT / floor).rglob("*.toml")]
    said = " ".join(p.read_text() for p in files)
    return " ".join(html.unescape(re.sub(r"\{%.*?%\}|</?[a-z][^<>]*>", " ", said)).split())


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_to_files_that_are_there(path: Path) -> None:
    assert [to for _, _, to in named(path) if not to.exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_pictures_are_described_and_small(path: Path) -> None:
    for is_shown, words, picture in named(path):
        if is_shown:
            most = README_PICTURE_KB if picture.stem == "case" else TOUR_PICTURE_KB
            assert picture.stat().st_size < most * 1000, picture
            with Image.open(picture) as opened:
                assert opened.width in (1280, 390), picture
            assert len(words) > 15, f"{picture.name}: say what it shows"


def test_each_picture_is_shown_and_can_be_taken_again() -> None:
    shown = {to.resolve() for path in DOCUMENTS for is_shown, _, to in named(path) if is_shown}
    assert shown == set((ROOT / "docs" / "pictures").iterdir())
    assert {p.stem for p in shown} == {name for name, *_ in SHOTS}


@pytest.mark.parametrize("path", GUIDES, ids=lambda p: p.stem)
def test_guides_name_what_stands_on_the_screen(path: Path) -> None:
    screen = on_screen()
    labels = {" ".join(label.split()) for label in re.findall(r"\*\*(.+?)\*\*", path.read_text(), re.DOTALL)}
    labels -= IN_PARTS
    # A number is filled in, and a choice that begins a line has its capital from the page.
    patterns = {label: re.sub(r"\d+", ".{1,60}?", f"(?i:{label[0]}){re.escape(label[1:])}") for label in labels}
    assert {label for label, pattern in patterns.items() if not re.search(rf"\b{pattern}", screen)} == set()
