"""Says what a long command is doing, and how long each part took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Steps:
    def __init__(self, write: Callable[[str], object]) -> None:
        """`write` gets text that may lack its line end and must appear at once."""
        self.write = write

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One line: "Starting PostgreSQL 18.6 ... 0.3 s"; "... failed" where it raises."""
        self.write(f"{what} ... ")
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self.write("failed\n")
            raise
        self.write(f"{time.monotonic() - began:.1f} s\n")

    def say(self, what: str) -> None:
        self.write(f"{what}\n")
