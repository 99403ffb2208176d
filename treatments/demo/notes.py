"""The note of one visit of a story, as a client would post it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from cases.models import Case

AS_TOLD = ("kind", "subjective", "objective", "assessment", "plan", "since", "exercises", "skin_reaction")
Day = Callable[[int], date]


def document(told: Mapping[str, Any], story: Mapping[str, Any], case: Case, on: Day) -> dict[str, Any]:
    """What is usual in this story is given at each treatment, unless the day names all that was `given`."""
    injury = str(case.injuries.earliest("position").pk)
    usual = story.get("usual", []) if told["kind"] == "TREATMENT" else []
    given = told["given"] if "given" in told else [*usual, *told.get("applications", [])]
    if told["kind"] == "TREATMENT":
        told = {"skin_reaction": "NONE", **told}
    return {
        **{name: told[name] for name in AS_TOLD if name in told},
        **({"tolerance": "GOOD"} if told["kind"] == "TREATMENT" else {}),
        "occurred_on": on(told["day"]).isoformat(),
        "applications": [{"injury": injury, **application} for application in given],
        "measurements": list(measurements(told, story)),
        "adverse_events": [event(e, on) for e in told.get("adverse_events", ())],
    }


def measurements(told: Mapping[str, Any], story: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The story's columns, an empty text where one was not taken; questionnaires by code; others in full.

    `after` is the value of the column of that name, once more when the treatment was over.
    """
    for column, value in zip(story["columns"], told.get("measured", ()), strict=False):
        if value != "":
            yield {**column, "value": value}
    for code, value in told.get("also", {}).items():
        yield {"measure": code, "value": value}
    yield from told.get("more", ())
    if "after" in told:
        yield {**story["after"], "moment": "AFTER", "value": told["after"]}


def event(told: Mapping[str, Any], on: Day) -> dict[str, Any]:
    """An adverse event with its days for its numbers."""
    days = {f"{n}_on": on(told[f"{n}_day"]).isoformat() for n in ("onset", "resolved") if f"{n}_day" in told}
    return {name: value for name, value in told.items() if not name.endswith("_day")} | days
