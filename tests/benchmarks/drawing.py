"""How long the drawing of a case's progress takes: 60 sessions, 8 measures, 4 modalities; without the database.

Run it with `DJANGO_SETTINGS_MODULE=clinic.settings CASEBOOK_MODE=test python -m tests.benchmarks.drawing`. The goal is
under 25 ms of the processor; on two shared cores it was 22. It is no test: times depend
on the machine. Each point, bar and mark is a link with words of its own, some 800 of them.
"""

import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import django

SESSIONS, MEASURES, TIMES = 60, 8, 40
FIRST = date(2025, 9, 1)


def main() -> None:
    django.setup()
    from django.template.loader import get_template

    from treatments.rules.charts import COMPACT, FULL
    from treatments.views.drawing import chart_of

    progress, around, choice = a_long_case()
    today = FIRST + timedelta(days=7 * SESSIONS)
    template = get_template("treatments/cases/_chart.html")
    for name, sizes in (("the page", FULL), ("the case page", COMPACT)):
        taken = []
        for _ in range(TIMES):
            begun = time.process_time()
            drawn = template.render({"chart": chart_of(progress, around, choice, today=today, sizes=sizes)})
            taken.append((time.process_time() - begun) * 1000)
        marks = drawn.count('role="listitem"')
        sys.stdout.write(
            f"{name}: {median(taken):.1f} ms, at best {min(taken):.1f} ms; {marks} marks, {len(drawn) // 1024} kB\n"
        )


def a_long_case() -> tuple[Any, Any, Any]:
    """A progress as the queries give it."""
    from treatments.forms.progress import Choice, name_of
    from treatments.queries import Progress, Surroundings

    days = [FIRST + timedelta(days=7 * n) for n in range(SESSIONS)]
    sessions = tuple(
        SimpleNamespace(
            pk=UUID(int=n), occurred_on=day, kind="TREATMENT", get_kind_display=lambda: "treatment", signed_name="A B"
        )
        for n, day in enumerate(days)
    )
    case: Any = SimpleNamespace(injuries=SimpleNamespace(all=list))
    series = tuple(a_series(n, days) for n in range(MEASURES))
    progress = Progress(case, sessions, series, tuple(a_lane(n, days) for n in range(4)))  # type: ignore[arg-type]
    around = Surroundings(FIRST, (), (), (), (), (), ())
    return progress, around, Choice(frozenset(name_of(s) for s in series))


def a_series(n: int, days: list[date]) -> Any:
    from treatments.queries import Point, Series
    from treatments.rules.measures import MeasureRule
    from treatments.rules.progress import Threshold

    rule = MeasureRule(
        code=f"M{n}",
        key=f"M{n}@1",
        label=f"Measure {n}",
        short_label=f"Measure {n}",
        unit=("/10", "cm", "°", "kg", "min", "/100", "%", "s")[n],
        direction=1,
        hard_min=Decimal(0),
        hard_max=Decimal(500),
        step=Decimal(1),
        thresholds=(Threshold("MDC", Decimal(2), "adults", is_default=True),),
    )
    points = tuple(
        Point(day, Decimal(20 + (i * 7 + n) % 40), "BEFORE", UUID(int=i), "A B") for i, day in enumerate(days)
    )
    return Series(rule, "", "", True, points)


def a_lane(n: int, days: list[date]) -> Any:
    from treatments.queries import Dose, Lane
    from treatments.rules.dosage import ModalityRule

    rule = ModalityRule(f"T{n}", f"T{n}@1", f"Treatment {n}")
    doses = tuple(
        Dose(day, Decimal(5 + i % 7), Decimal(5), f"Treatment {n} · 5 min · 8 Hz · 15 mm", "5 min", UUID(int=i), "A B")
        for i, day in enumerate(days)
    )
    return Lane(rule, "min", doses, "min", has_index=False)


if __name__ == "__main__":
    main()
