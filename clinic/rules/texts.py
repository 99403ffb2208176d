"""Texts as they are kept: lines end with LF, and nothing else of them is changed."""

import re
from typing import Any

TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)  # of the day, as 14:05


def with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def with_lf_within(value: Any) -> Any:
    """The same for every text within lists and objects; names of members stay."""
    if isinstance(value, str):
        return with_lf(value)
    if isinstance(value, list):
        return [with_lf_within(each) for each in value]
    if isinstance(value, dict):
        return {name: with_lf_within(each) for name, each in value.items()}
    return value
