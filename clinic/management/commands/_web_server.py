"""The web server as a child process: started, asked whether it answers, and ended with all its workers."""

import http.client
import socket
import sys
from pathlib import Path

from clinic.management.commands._children import Child


class WebServer(Child):
    """granian on 127.0.0.1."""

    name = "The web server"

    def __init__(self, port: int, workers: int, threads: int, host_name: str, note: Path) -> None:
        super().__init__(note)
        self.port, self.workers, self.threads = port, workers, threads
        self.host_name = host_name

    def command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "clinic.wsgi:application"),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--workers", str(self.workers), "--blocking-threads", str(self.threads)),
            *("--log-level", "warning", "--no-ws", "--workers-kill-timeout", "10"),
        ]

    def answers(self) -> bool:
        """Whether it answers at all, whatever it says."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/healthz", headers={"Host": self.host_name})
            asked.getresponse().read()
            return True
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asked.close()


def taken(port: int) -> OSError | None:
    """Why the port cannot be had; None where it can."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
            trial.listen()
        except OSError as reason:
            return reason
    return None
