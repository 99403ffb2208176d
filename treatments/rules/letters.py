"""What becomes of a letter's draft when it is filled in again from the record."""

from collections.abc import Mapping, Sequence
from typing import Any

Section = Mapping[str, Any]
# What a reader looks for first: left empty, the letter says that there is none.
NONE_IF_EMPTY = ("actions_gp",)


def is_edited(section: Section) -> bool:
    """The author made something else of what was filled in."""
    return bool(section["text"] != section["composed"])


def filled_again(before: Sequence[Section], fresh: Sequence[Section]) -> list[dict[str, Any]]:
    """The sections as the record has them now. A text that was edited stays; all else is renewed."""
    edited = {s["code"]: s["text"] for s in before if is_edited(s)}
    return [{**s, "text": edited.get(s["code"], s["composed"])} for s in fresh]


def outdated(before: Mapping[str, Any], fresh: Mapping[str, Any]) -> list[str]:
    """The headings of which the record says something else now; "" stands for the names and the lines above them."""
    now = {s["code"]: filled(s) for s in fresh["sections"]}
    changed = [s["heading"] for s in before["sections"] if now.get(s["code"]) != filled(s)]
    is_headed_otherwise = (before["head"], before["facts"]) != (fresh["head"], fresh["facts"])
    return ([""] if is_headed_otherwise else []) + changed


def filled(section: Section) -> tuple[Any, ...]:
    return section["composed"], section["columns"], section["rows"], section["heading"]


def printed(sections: Sequence[Section], none: str) -> list[dict[str, Any]]:
    """The sections that have something to say, without what is not printed of them."""
    told = []
    for section in sections:
        text = section["text"].strip() or (none if section["code"] in NONE_IF_EMPTY else "")
        if text or section["rows"]:
            told.append({**{n: section[n] for n in ("code", "heading", "columns", "rows")}, "text": text})
    return told
