"""Writes the phantoms of the demo as files, with what is true of them beside: to try an upload, or a viewer."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic import clock
from treatments.demo.phantoms import ACHILLES, achilles


class Command(BaseCommand):
    help = "Writes four DICOM pictures of nobody into a folder, and truth.csv with their true outlines and areas."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        place: Path = options["directory"]
        place.mkdir(parents=True, exist_ok=True)
        with (place / "truth.csv").open("w", newline="", encoding="utf-8") as file:
            truth = csv.writer(file)
            truth.writerow(["file", "area_mm2", "area_px", "point", "x", "y"])
            for name in ACHILLES:
                made = achilles(name, clock.today())
                (place / f"{name}.dcm").write_bytes(made.data)
                for number, (x, y) in enumerate(made.outline, 1):
                    row = [f"{name}.dcm", f"{made.area_mm2:.1f}", f"{made.area_px:.0f}", number, f"{x:.2f}", f"{y:.2f}"]
                    truth.writerow(row)
        if options["verbosity"]:
            self.stdout.write(f"{len(ACHILLES)} pictures and truth.csv are in {place}.")
