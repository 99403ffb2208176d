"""The pictures lie in the folder, and what is true of them beside."""

import csv
from math import isclose
from pathlib import Path

import pydicom
from django.core.management import call_command

from cases.rules.outlines import area_px


def test_four_pictures_and_the_truth(tmp_path: Path) -> None:
    call_command("phantoms", tmp_path / "new", verbosity=0)
    rows = list(csv.DictReader((tmp_path / "new" / "truth.csv").read_text().splitlines()))
    areas = {}
    for name in {row["file"] for row in rows}:
        outline = [(float(row["x"]), float(row["y"])) for row in rows if row["file"] == name]
        areas[name] = next(row["area_mm2"] for row in rows if row["file"] == name)
        told = next(float(row["area_px"]) for row in rows if row["file"] == name)
        assert isclose(area_px(outline), told, abs_tol=3)  # points are told to a hundredth of a pixel
        assert pydicom.dcmread(tmp_path / "new" / name).Rows > 400
    assert areas == {
        "xray_before.dcm": "218.0",
        "xray_after.dcm": "158.0",
        "ultrasound_before.dcm": "202.9",
        "ultrasound_after.dcm": "161.2",
    }
