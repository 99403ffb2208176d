"""The site as the benchmark of trust serves it: each answer says what it cost; audit events may be left out.

Only tests/benchmarks/trust.py serves this. The product has no such switch.
"""

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection

from tests.benchmarks.trust import COST

site = get_wsgi_application()
from clinic import audit  # noqa: E402 - it can be had once the applications are loaded

if os.environ.get("BENCHMARK_WITHOUT_EVENTS"):
    audit.record = lambda *args, **told: None


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    statements = 0

    def counted(execute: Callable[..., Any], *told: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*told)

    def started(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        taken, used = time.perf_counter() - began, time.thread_time() - began_of_processor
        cost = f"{taken * 1000:.2f} {used * 1000:.2f} {statements}"
        return start_response(status, [*headers, (COST, cost)], *rest)

    began, began_of_processor = time.perf_counter(), time.thread_time()
    with connection.execute_wrapper(counted):
        return site(environ, started)
