"""Every action that is recorded anywhere is said in plain words in the clinic's log."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from cases.models.appointments import AppointmentStatus
from cases.models.cases import StepKind
from cases.models.imports import ImportStatus
from clinic.api.resources import Noun
from tests.factories.rows import routes
from tests.house.test_house import FLOORS, ROOT
from treatments.queries.exports import EXPORTS
from treatments.queries.research import FILES
from treatments.views.audit_words import GROUPS, WORDS, group_of

DOTTED = re.compile(r"[a-z_]+\.[a-z_]+")
SHORT = {"seen": "seen", "listed": "seen", "exported": "exported"}
# What f"…{status.lower()}" becomes.
MADE_OF = {
    "appointment": AppointmentStatus.values,
    "case": StepKind.values,
    "history_import": [status for status in ImportStatus.values if status != "WAITING"],
}
# Dotted texts of modules that record, which are no actions.
OTHERS = re.compile(
    r"casebook\.(security|jobs)|case\.patient_id|.*\.(html|csv|ndjson|pdf|typ|toml)|(clinic|cases|treatments)\.(?!seen$|exported$)[a-z_]+"
)


def actions_of(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    records = False
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name not in {"record", *SHORT} or not call.args:
            continue
        records = True
        for told in texts_of(call.args[0]):
            yield told if name == "record" else f"{told}.{SHORT[name]}"
    if records:  # actions that reach `record` by a variable
        for text in (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)):
            if isinstance(text, str) and DOTTED.fullmatch(text) and not OTHERS.fullmatch(text):
                yield text


def texts_of(node: ast.expr) -> Iterator[str]:
    """The texts that an argument may become; none for a variable."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from texts_of(node.body)
        yield from texts_of(node.orelse)
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        noun = str(node.values[0].value).removesuffix(".")
        yield from (f"{noun}.{value.lower()}" for value in MADE_OF[noun])


def recorded() -> set[str]:
    files = [p for floor in FLOORS for p in (ROOT / floor).rglob("*.py") if "migrations" not in p.parts]
    found = {action for path in files if path != ROOT / "clinic" / "audit.py" for action in actions_of(path)}
    files_taken = {f"{what}.exported" for what in [*EXPORTS, *(f"research_{what}" for what in FILES)]}
    return (
        found
        | files_taken
        | read_by_programs()
        | {"action.refused", "session.started", "session.logged", "session.copied", "session.received"}
    )


def read_by_programs() -> set[str]:
    """What lists and rows of the interface record, each after the name of its noun."""
    views = {getattr(view, "view_class", None) for _name, _path, view in routes()}
    nouns = [view for view in views if view and issubclass(view, Noun) and view().patient_column]
    return {f"{name.replace(' ', '_')}.seen" for view in nouns for name in (view.noun, view.one)}


def test_every_action_has_words_and_every_word_an_action() -> None:
    actions = recorded()
    assert len(actions) > 100
    assert actions - set(WORDS) == set()
    assert set(WORDS) - actions == set()


def test_every_action_is_in_one_group() -> None:
    assert {group_of(action) for action in WORDS} == set(GROUPS)


def test_words_are_words() -> None:
    for action, words in WORDS.items():
        assert re.fullmatch(r"[a-zA-Z’ ,:()-]{4,80}", str(words)), action
    assert len({str(words) for words in WORDS.values()}) == len(WORDS)
