"""The reports of the discharged Achilles case, read back from their files: every figure comes from the record."""

import re

import pytest
from django.test import Client

from cases.models import Case
from clinic.models import StaffMember
from tests.factories.papers import pages_of

pytestmark = pytest.mark.usefixtures("demo_clinic")


def said(client: Client, reader: str) -> tuple[str, int]:
    client.force_login(StaffMember.objects.get(email="physio@example.org"))
    case = Case.objects.get(patient__family_name="Ellery")
    answer = client.get(f"/cases/{case.pk}/report.pdf", {"for": reader})
    assert answer.status_code == 200
    pages = pages_of(answer.content)
    return re.sub(r"\s+", " ", " ".join(pages)), len(pages)


def test_in_full(client: Client) -> None:
    text, sheets = said(client, "colleague")
    assert sheets <= 7
    for told in (
        "Marcus Ellery , born 12 May 1985, NHS number 999 100 1018",
        "14 visits, including 10 treatments.",
        "right ankle, Achilles tendon (ICD-10 M65.27)",
        "Shockwave elsewhere: Radial shockwave",
        "answers of “no” hold, the first until ",
        "Achilles calcification, ",
        "Block 1 5 of 5 sessions, ",
        "Focused shockwave · 0.25 mJ/mm² · 2000 impulses · 4 Hz – session 5",
        "−5, improved (≥ 2, musculoskeletal pain)",
        "VISA-A 38/100 → 71/100",
        "Improved (≥ 14, mid-portion, active, n=61; its error is not known)",
        "block 2: 5 of 5",
        "0.15–0.25 mJ/mm² · 2000 impulses · 4 Hz 6000 impulses; dose index 1200 mJ/mm²",
        "8 W · 1000–1200 J · 125–150 s · 1064 nm 4600 J",
        "Block 2, 5 of 5",
        "Deposit D1",
        "158 mm², 29.5 × 7.4 mm −27.5 % partial reduction (error ±10 %; length −4.5 mm)",
        "not comparable (another kind of picture)",
        "measured by us, by the estimated magnification",
        "Take a picture Improved again. What the deposit did decides whether anything but exercise goes on.",
        "Discharge Two of three goals reached or nearly",
        "Small petechiae over the medial border, mild, suspected: diacutaneous fibrolysis",
        "flare after the visit, pain 6/10 the next morning",
        "Goals partly met, ",
        "20 heel raises on one leg",
    ):
        assert told in text, told
    assert re.search(r"Pain, load 7/10, \d+ \w+ \d{4} 2/10, \d+ \w+ \d{4} −5 Improved", text)
    assert re.search(r"Knee to wall, right 4 cm, [\w ]+ 8\.2 cm, [\w ]+ \+4\.2 More than the error", text)


def test_in_plain_words(client: Client) -> None:
    text, sheets = said(client, "patient")
    assert sheets <= 2
    for told in (
        "Your treatment with us Marcus Ellery , born 12 May 1985, NHS number 999 100 1018 Case ",
        "Right ankle, Achilles tendon: a chalky deposit (calcification)",
        "You came 14 times, from ",
        "Pain when you load it (lower is better) 7/10 2/10 better",
        "Knee to wall, right (higher is better) 4 cm 8.2 cm changed for the better",
        "Single-leg heel raises, right (higher is better) 4 reps 18 reps no agreed yardstick",
        "Questionnaire VISA-A (higher is better) 38/100 71/100 better",
        "Hands-on treatment with hooks Steel hooks of different sizes",
        "Shockwave (focused)",
        "3 times",
        "2 unwanted effects were noted. All of them are over.",
        "the deposit is smaller: 218 mm² then, 158 mm² now, 27.5 % less. Readings differ by about 10 %.",
        "We decided to take another picture before going on.",
        "We decided to end the treatment here.",
        ": goals partly met.",
        "Run 5 km partly met",
        "Calf raise, standing . 4 sets of 6 repetitions.",
    ):
        assert told in text, told
    for internal in ("M65", "IASTM", "suspected", "What the deposit did", "Stairs and walking free", "mJ/mm", "≥"):
        assert internal not in text, internal
