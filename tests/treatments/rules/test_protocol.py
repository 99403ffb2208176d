import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.rules.protocol import (
    Answer,
    Block,
    Position,
    Visit,
    current,
    held,
    is_full,
    is_review_due,
    may_add,
    may_end_early,
    may_open_next,
    next_position,
)

FIRST, SECOND = Block(1, 5), Block(2, 5)
REVIEWED = Block(1, 5, is_reviewed=True)


def treated(n: int, block: int = 1, **rest: bool) -> list[Visit]:
    return [Visit("TREATMENT", block, **rest) for _ in range(n)]


@pytest.mark.parametrize(
    ("blocks", "visits", "position"),
    [
        ([FIRST, SECOND], [], Position(1, 1, 5, 1)),
        ([FIRST, SECOND], treated(4), Position(1, 5, 5, 5)),
        ([FIRST, SECOND], treated(5), None),
        ([REVIEWED, SECOND], treated(5), Position(2, 1, 5, 6)),
        ([SECOND, REVIEWED], treated(5), Position(2, 1, 5, 6)),
        ([REVIEWED, SECOND], treated(5) + treated(4, 2), Position(2, 5, 5, 10)),
        ([REVIEWED, SECOND], treated(5) + treated(5, 2), None),
        ([REVIEWED, Block(2, 5, is_reviewed=True)], treated(5) + treated(5, 2), None),
        ([Block(1, 5, ended_early=True), SECOND], treated(3), None),
        ([Block(1, 5, True, ended_early=True), SECOND], treated(3), Position(2, 1, 5, 4)),
        ([FIRST], treated(4) + treated(1, is_signed=False), None),
        ([FIRST], treated(5, in_error=True), Position(1, 1, 5, 1)),
        ([FIRST], [Visit("TREATMENT", 1, number=n, in_error=n == 2) for n in (1, 2, 3)], Position(1, 2, 5, 2)),
        ([FIRST], [Visit("TREATMENT", 1, number=n) for n in (2, 1)], Position(1, 3, 5, 3)),
        ([FIRST], [Visit("ASSESSMENT", 1), Visit("UNPLANNED"), Visit("TREATMENT")], Position(1, 1, 5, 1)),
        ([], [], None),
    ],
)
def test_which_session_is_next(blocks: list[Block], visits: list[Visit], position: Position | None) -> None:
    assert next_position(blocks, visits) == position


@pytest.mark.parametrize(
    ("block", "visits", "due"),
    [
        (FIRST, treated(4), False),
        (FIRST, treated(5), True),
        (FIRST, treated(6), True),
        (FIRST, treated(4) + treated(1, is_signed=False), False),
        (FIRST, treated(5) + treated(1, 2, is_signed=False), True),
        (FIRST, [*treated(5), Visit("CONTACT", 1, is_signed=False)], True),
        (FIRST, treated(4) + treated(1, 2), False),
        (FIRST, treated(4) + treated(1, in_error=True), False),
        (REVIEWED, treated(5), False),
        (Block(1, 5, ended_early=True), treated(2), True),
        (Block(1, 5, ended_early=True), [], True),
    ],
)
def test_when_a_review_is_due(block: Block, visits: list[Visit], due: bool) -> None:
    assert is_review_due(block, visits) is due


@pytest.mark.parametrize("kind", ["ASSESSMENT", "REVIEW", "DISCHARGE", "UNPLANNED", "CONTACT"])
def test_what_does_not_count_never_waits(kind: str) -> None:
    for blocks in ([FIRST], [REVIEWED], []):
        assert may_add(kind, blocks, treated(5)) is Answer.YES


@pytest.mark.parametrize(
    ("blocks", "visits", "answer"),
    [
        ([FIRST, SECOND], treated(4), Answer.YES),
        ([FIRST, SECOND], treated(5), Answer.REVIEW_FIRST),  # the sixth of five
        ([REVIEWED, SECOND], treated(5), Answer.YES),
        ([REVIEWED], treated(5), Answer.PLAN_IS_FINISHED),
        ([Block(1, 5, ended_early=True)], treated(2), Answer.REVIEW_FIRST),
        ([], [], Answer.YES),
    ],
)
def test_a_counted_session_waits_for_the_review(blocks: list[Block], visits: list[Visit], answer: Answer) -> None:
    assert may_add("TREATMENT", blocks, visits) is answer


def test_blocks() -> None:
    assert not may_open_next(FIRST)
    assert may_open_next(REVIEWED)
    assert current([SECOND, FIRST]) == FIRST
    assert current([REVIEWED]) is None
    assert may_end_early(FIRST, treated(4))
    assert may_end_early(FIRST, [])
    assert not may_end_early(FIRST, treated(5))
    assert not may_end_early(REVIEWED, treated(2))
    assert not may_end_early(Block(1, 5, ended_early=True), treated(2))
    assert is_full(FIRST, treated(5))
    assert not is_full(FIRST, treated(4) + treated(3, 2))
    assert held(SECOND, treated(4) + treated(3, 2)) == 3


@given(st.integers(1, 8), st.integers(0, 8))
def test_either_there_is_a_next_session_or_a_review_comes_first(planned: int, done: int) -> None:
    block = Block(1, planned)
    visits = treated(min(done, planned))
    is_next = next_position([block], visits) is not None
    assert is_next is (may_add("TREATMENT", [block], visits) is Answer.YES)
    assert is_next is not is_review_due(block, visits)
