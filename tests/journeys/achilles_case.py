"""The figures of case C 9.1, by the labels of the fields into which they are typed."""

from typing import Any

# session: day; pain at rest, first steps, load; stiffness; knee to wall cm, degrees; heel raises; pressure pain; pain
# after; the electro-physical agent with its dose; sets, repetitions and load of the exercise.
SHOCKWAVE = {"Impulses in impulses": "2000", "Frequency in Hz": "8", "Applicator in mm": "15"}
FOCUSED = {"Impulses in impulses": "2000", "Frequency in Hz": "4"}
LASER = {"Mean power in W": "8", "Wavelength in nm": "1064", "Eye protection worn": "yes"}


def radial(bar: str) -> dict[str, Any]:
    return {"Radial shockwave": {"Pressure in bar": bar, **SHOCKWAVE}}


def focused(energy: str) -> dict[str, Any]:
    return {"Focused shockwave": {"Energy flux density in mJ/mm²": energy, **FOCUSED}}


def laser(joule: str, seconds: str, **more: str) -> dict[str, Any]:
    density = {"Energy density in J/cm²": "10", "Treated area in cm²": "100"} if joule == "1000" else {}
    dose = {"Total energy in J": joule, "Time in s": seconds, **LASER, **density}
    return {"High-intensity laser": dose}


SESSIONS = [
    (2, (2, 6, 7, 45, "4.0", 25, 4, 245), 4, radial("2.0"), (3, 15)),
    (9, (2, 6, 6, 40, "4.3", 26, 5, 260), 4, laser("1000", "125"), (3, 12)),
    (16, (2, 5, 6, 35, "4.8", 28, 6, 280), 5, radial("2.3"), (3, 12)),
    (23, (1, 4, 5, 25, "5.4", 30, 8, 305), 3, laser("1200", "150"), (4, 10)),
    (30, (1, 4, 4, 20, "5.9", 31, 9, 325), 3, radial("2.6"), (4, 10)),
    (44, (1, 3, 4, 15, "6.4", 33, 11, 345), 3, focused("0.15"), (4, 8)),
    (51, (1, 3, 3, 12, "6.8", 34, 13, 360), 2, laser("1200", "150"), (4, 8)),
    (58, (1, 3, 4, 15, "6.7", 34, 13, 350), 6, focused("0.20"), (4, 8)),
    (65, (0, 2, 3, 10, "7.2", 36, 15, 385), 3, laser("1200", "150"), (4, 8)),
    (72, (0, 2, 2, 8, "7.6", 37, 16, 400), 2, focused("0.25"), (4, 6)),
]
FLARE = {
    "What happened": "Pain flare after running 5 km",
    "How severe": "mild",
    "After which treatment": "Focused shockwave",
}


def measured(values: tuple[Any, ...]) -> dict[str, Any]:
    labels = (
        "Pain, rest in /10",
        "Pain, first steps in /10",
        "Pain, load in /10",
        "Morning stiffness in min",
        "Knee to wall, right in cm",
        "Knee to wall angle, right in °",
        "Heel raises, right in reps",
        "Pressure pain, right in kPa",
    )
    return dict(zip(labels, values, strict=True))


def reported(visa: int, lefs: int, faam: tuple[str, str], psfs: str, rated: int | None = None) -> dict[str, Any]:
    scores = {
        "VISA-A in /100": visa,
        "LEFS in /80": lefs,
        "FAAM daily in %": faam[0],
        "FAAM sport in %": faam[1],
        "PSFS in /10": psfs,
    }
    return scores if rated is None else scores | {"Change rated": rated}


def bent(straight: int, knee_bent: int, plantar: int) -> dict[str, Any]:
    return {
        "Ankle, dorsiflexion, knee straight, passive, right in °": straight,
        "Ankle, dorsiflexion, knee bent, passive, right in °": knee_bent,
        "Ankle, plantarflexion, passive, right in °": plantar,
    }


def girth(right: str, left: str) -> dict[str, str]:
    calf = "Girth, calf 10 cm below tuberosity, {} in cm"
    return {calf.format("right"): right, calf.format("left"): left}


LEFT = {
    "Knee to wall, left in cm": "11.5",
    "Pressure pain, left in kPa": 520,
    "Heel raises, left in reps": 27,
    "Ankle, dorsiflexion, knee straight, passive, left in °": 14,
    "Ankle, dorsiflexion, knee bent, passive, left in °": 20,
    "Ankle, plantarflexion, passive, left in °": 52,
}
ASSESSED = (
    measured((2, 6, 7, 45, "4.0", 25, 4, 240))
    | LEFT
    | reported(38, 44, ("61.9", "28.1"), "2.0")
    | bent(4, 8, 42)
    | girth("36.1", "38.4")
)
REVIEW_1 = measured((1, 3, 4, 18, "6.1", 32, 10, 335)) | reported(52, 54, ("72.6", "40.6"), "4.0", 3) | bent(8, 13, 46)
REVIEW_2 = measured((0, 2, 2, 7, "7.8", 38, 17, 410)) | reported(66, 63, ("83.3", "59.4"), "6.0", 5) | bent(11, 16, 48)
DISCHARGE = (
    measured((0, 1, 2, 5, "8.2", 39, 18, 420))
    | reported(71, 66, ("88.1", "65.6"), "6.7", 5)
    | bent(12, 17, 48)
    | girth("37.0", "38.5")
)
HANDS_ON = {
    "Diacutaneous fibrolysis": {
        "Time in min": "15",
        "Hooks": ["large", "medium"],
        "Phases": ["digital palpation", "instrumental palpation", "fibrolysis"],
        "Planes": ["gastroc soleus", "soleus fhl", "peri achilles"],
        "Intensity": "4",
    },
    "IASTM": {"Time in min": "5", "Tool": "curved", "Angle in °": "45", "Time per area in s": "60", "Intensity": "3"},
}
