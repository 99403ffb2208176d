from typing import Any

import pytest

from treatments.rules.letters import filled_again, is_edited, outdated, printed


def part(code: str, composed: str = "", text: str | None = None, rows: Any = ()) -> dict[str, Any]:
    shown = composed if text is None else text
    return {
        "code": code,
        "heading": code.title(),
        "text": shown,
        "composed": composed,
        "columns": [],
        "rows": list(rows),
    }


def content(*sections: dict[str, Any], head: str = "Ann") -> dict[str, Any]:
    return {"head": {"patient": head}, "facts": [["Patient", head]], "sections": list(sections)}


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (part("a", "six visits"), "seven visits"),
        (part("a", "six visits", "I saw her six times"), "I saw her six times"),
        (part("a", "six visits", ""), ""),
        (part("a", ""), "seven visits"),
        (part("a", "", "By hand"), "By hand"),
    ],
)
def test_what_was_edited_stays_and_all_else_is_renewed(before: dict[str, Any], text: str) -> None:
    (found,) = filled_again([before], [part("a", "seven visits", rows=[["7"]])])
    assert found["text"] == text
    assert found["composed"] == "seven visits"
    assert found["rows"] == [["7"]]


def test_edited_is_told_from_filled_in() -> None:
    assert not is_edited(part("a", "x"))
    assert is_edited(part("a", "x", ""))


def test_what_the_record_says_otherwise_now() -> None:
    before = content(part("a", "old", "by hand"), part("b", "same"), part("c", rows=[["1"]]))
    assert outdated(before, before) == []
    fresh = content(part("a", "new"), part("b", "same"), part("c", rows=[["2"]]), head="Anna")
    assert outdated(before, fresh) == ["", "A", "C"]
    by_hand = content(part("a", "old", "mine"), part("b", "same"), part("c", rows=[["1"]]))
    assert outdated(by_hand, content(part("a", "old"), part("b", "same"), part("c", rows=[["1"]]))) == []


def test_what_says_nothing_is_not_printed_but_for_the_actions_of_the_gp() -> None:
    found = printed([part("actions_gp"), part("a", " "), part("b", rows=[["1"]]), part("c", "x")], "None.")
    assert [(s["code"], s["text"]) for s in found] == [("actions_gp", "None."), ("b", ""), ("c", "x")]
    assert all("composed" not in s for s in found)
