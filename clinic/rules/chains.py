"""The chain over the audit log: what a link is the sum of, and what differs where somebody has changed something."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime

BEGINNING = "0" * 64  # what the first link is chained to
# Transactions get their numbers in the order in which they begin to write, and their first event soon after.
PATIENCE_US = 15 * 60 * 1_000_000
NOUNS = {"EVENT": "event", "CHANGE": "row change"}


@dataclass(frozen=True)
class Link:
    """A link, and of the row that it seals the canonical text (None where it is gone) and its time. Times in µs."""

    position: int
    kind: str
    row_id: str
    xid: int
    row_sha256: str
    chained_sha256: str
    sealed_us: int
    text: str | None
    at_us: int | None

    @property
    def noun(self) -> str:
        return NOUNS.get(self.kind, self.kind)


@dataclass
class Walk:
    """A walk along the chain. `heads` are those that were kept elsewhere: hashes by position."""

    heads: Mapping[int, Set[str]]
    links: int = 0
    events: int = 0
    before: Link | None = None
    first_at_us: int = 0  # of the present transaction
    missed_heads: set[int] = field(default_factory=set)

    def differences(self, links: Iterable[Link]) -> Iterator[str]:
        """Each thing that differs, in a sentence, as it is met."""
        self.missed_heads = set(self.heads)
        for link in links:
            yield from self.gap(link)
            yield from self.wrong_in(link)
            yield from self.backwards(link)
            yield from self.against_heads(link)
            self.links += 1
            self.events += link.kind == "EVENT"
            self.before = link
        last = self.before.position if self.before else 0
        for position in sorted(self.missed_heads):
            yield f"head {position} not found: the chain ends at {last}, its tail was cut off"

    def gap(self, link: Link) -> Iterator[str]:
        due = self.before.position + 1 if self.before else 1
        if link.position != due:
            yield f"link missing: after position {due - 1} comes {link.position}"

    def wrong_in(self, link: Link) -> Iterator[str]:
        row_sha256 = sha256(link.text) if link.text is not None else ""
        previous = self.before.chained_sha256 if self.before else BEGINNING
        is_chained = chained(previous, link, link.row_sha256) == link.chained_sha256
        if link.text is None:
            yield f"{link.noun} missing: {link.row_id}, sealed at position {link.position}"
        elif row_sha256 != link.row_sha256 and is_chained:
            yield f"{link.noun} changed: {link.row_id}, sealed at position {link.position}"
        if not is_chained:
            is_link = row_sha256 != link.row_sha256 and chained(previous, link, row_sha256) == link.chained_sha256
            yield f"link changed: position {link.position}" if is_link else f"chain broken at position {link.position}"

    def backwards(self, link: Link) -> Iterator[str]:
        if self.before and link.sealed_us < self.before.sealed_us:
            yield f"time runs backwards: position {link.position} was sealed before the one that it follows"
        if link.at_us is None:
            return
        if link.at_us > link.sealed_us:
            yield f"time runs backwards: the {link.noun} at position {link.position} is later than its sealing"
        if self.before and link.xid == self.before.xid:
            return
        if link.at_us < self.first_at_us - PATIENCE_US:
            told = f"is of {time_of(link.at_us)}, those before it of {time_of(self.first_at_us)}"
            yield f"time runs backwards: the {link.noun} at position {link.position} {told}"
        else:
            self.first_at_us = link.at_us

    def against_heads(self, link: Link) -> Iterator[str]:
        if link.position in self.missed_heads:
            self.missed_heads.remove(link.position)
            if self.heads[link.position] != {link.chained_sha256}:
                yield f"head {link.position} not found: the chain was computed anew, at or before this position"


def chained(previous: str, link: Link, row_sha256: str) -> str:
    """What a link adds up to, after the one before it."""
    told = (previous, link.position, link.kind, link.row_id, row_sha256, link.xid, link.sealed_us)
    return sha256("|".join(str(part) for part in told))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def time_of(micros: int) -> str:
    return datetime.fromtimestamp(micros / 1_000_000, UTC).isoformat(timespec="seconds")
