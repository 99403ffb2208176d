"""Where a plan stands: which session of which block is next, and what waits for a review."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

COUNTED = "TREATMENT"


@dataclass(frozen=True)
class Block:
    """So many planned sessions, then a review. It may end early."""

    number: int
    planned: int
    is_reviewed: bool = False
    ended_early: bool = False


@dataclass(frozen=True)
class Visit:
    """A session of a plan; one that was entered in error does not count, a draft does: its number is taken."""

    kind: str
    block: int | None = None
    is_signed: bool = True
    in_error: bool = False
    number: int | None = None

    @property
    def counts(self) -> bool:
        return self.kind == COUNTED and self.block is not None and not self.in_error


@dataclass(frozen=True)
class Position:
    """The next counted session: its number in its block, and in the whole course."""

    block: int
    number: int
    of: int
    in_course: int


class Answer(StrEnum):
    """Whether a visit may be added to the plan now."""

    YES = "YES"
    REVIEW_FIRST = "REVIEW_FIRST"
    PLAN_IS_FINISHED = "PLAN_IS_FINISHED"


def held(block: Block, visits: Iterable[Visit]) -> int:
    """How many counted sessions of a block there are, drafts too."""
    return sum(visit.counts and visit.block == block.number for visit in visits)


def is_full(block: Block, visits: Iterable[Visit]) -> bool:
    return block.ended_early or held(block, visits) >= block.planned


def is_review_due(block: Block, visits: Sequence[Visit]) -> bool:
    """All its sessions are signed, or it ended early, and its review is not."""
    unsigned = any(v.counts and v.block == block.number and not v.is_signed for v in visits)
    return is_full(block, visits) and not unsigned and not block.is_reviewed


def current(blocks: Iterable[Block]) -> Block | None:
    """The first block that waits for its review, or is still to be held; None where all are reviewed."""
    return next((b for b in sorted(blocks, key=lambda b: b.number) if not b.is_reviewed), None)


def next_position(blocks: Sequence[Block], visits: Sequence[Visit]) -> Position | None:
    """The next counted session; None where a review comes first, or the plan is finished."""
    block = current(blocks)
    if block is None or is_full(block, visits):
        return None
    number = free_number(block, visits)
    before = sum(held(b, visits) for b in blocks if b.number < block.number)
    return Position(block.number, number, block.planned, before + number)


def free_number(block: Block, visits: Iterable[Visit]) -> int:
    """The first number that no counted session has: one that was entered in error leaves its place."""
    mine = [v for v in visits if v.counts and v.block == block.number]
    taken = {place if v.number is None else v.number for place, v in enumerate(mine, start=1)}
    return next(n for n in range(1, len(mine) + 2) if n not in taken)


def may_add(kind: str, blocks: Sequence[Block], visits: Sequence[Visit]) -> Answer:
    """Whether a visit of this kind may be added. Only a counted one ever waits; without a plan nothing does."""
    if kind != COUNTED or not blocks:
        return Answer.YES
    block = current(blocks)
    if block is None:
        return Answer.PLAN_IS_FINISHED
    return Answer.REVIEW_FIRST if is_full(block, visits) else Answer.YES


def may_open_next(block: Block) -> bool:
    """The next block opens after the signed review of this one."""
    return block.is_reviewed


def may_end_early(block: Block, visits: Sequence[Visit]) -> bool:
    """As long as it is neither full nor reviewed."""
    return not block.is_reviewed and not is_full(block, visits)
