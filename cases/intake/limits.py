"""How much a file may hold, and how much its reading may take."""

import resource
import signal

MB = 1024 * 1024
LARGEST_FILE = 256 * MB  # one picture or report, also within an archive
LARGEST_ARCHIVE = 512 * MB
MOST_INFLATED = 1024 * MB  # of an archive, all of it
MOST_MEMBERS = 5_000
STEEPEST = 200  # how many times larger an archive may become, beyond SMALL
SMALL = 32 * MB
LARGEST_DEFLATED = 256 * MB  # a deflated data set, inflated
MOST_PIXELS = 50_000_000  # of one frame
MOST_PIXELS_IN_ALL = 500_000_000
MOST_FRAMES = 2_000
DEEPEST = 12  # sequences within sequences
MOST_ELEMENTS = 200_000
LONGEST_ELEMENT = 8 * MB  # of what is no pixel

MEMORY = 1536 * MB
SECONDS_A_FILE = 60
CPU_SECONDS = 600  # of one child, over all of its files
LARGEST_WRITTEN = 512 * MB


class Unfit(Exception):  # noqa: N818 - a sentence of the house
    """Why a file is not kept, as a code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def confine() -> None:
    """Bounds what this process may take. Meant for the child alone, before it opens anything."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_WRITTEN),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))


def start_clock() -> None:
    """The next file has so many seconds; then the process ends, whatever it is at."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS_A_FILE)
