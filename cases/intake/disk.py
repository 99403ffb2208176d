"""Files as the child needs them: on the disk of this machine."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

PIECE = 1024 * 1024


@contextmanager
def on_disk(file: IO[bytes] | Any) -> Iterator[Path]:
    """Where it lies; what is in memory, or stored elsewhere, is written down first."""
    if hasattr(file, "temporary_file_path"):
        yield Path(file.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix="casebook-") as written:
        file.seek(0)
        while piece := file.read(PIECE):
            written.write(piece)
        written.flush()
        yield Path(written.name)
