"""How the clinic's terms are said to a patient: treatments, measures, verdicts, decisions."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Injury, InjuryKind
from cases.rules.deposits import Category
from treatments.models import Decision
from treatments.queries.letter_parts import first_upper
from treatments.queries.progress import Series
from treatments.rules.dosage import ModalityRule
from treatments.rules.progress import Word

Words = Mapping[Any, Any]

# Where the name in the catalogue is a term of the trade.
TREATMENT: Words = {
    "DIAFIB": gettext_lazy("Hands-on treatment with hooks"),
    "IASTM": gettext_lazy("Massage with a steel tool"),
    "MAN_JOINT": gettext_lazy("Moving the joint by hand"),
    "MAN_MANIP": gettext_lazy("A quick push on the joint"),
    "RSWT": gettext_lazy("Shockwave (pressure pulses)"),
    "FSWT": gettext_lazy("Shockwave (focused)"),
    "LLLT": gettext_lazy("Laser, low power"),
    "HILT": gettext_lazy("Laser, high power"),
    "US_THER": gettext_lazy("Ultrasound treatment"),
    "TECAR": gettext_lazy("Warming by radio-frequency current"),
    "SWD": gettext_lazy("Warming by short waves"),
    "PEMF": gettext_lazy("Magnetic field treatment"),
    "TENS": gettext_lazy("Electrical stimulation against pain"),
    "NMES": gettext_lazy("Electrical stimulation of muscles"),
    "IFT": gettext_lazy("Electrical stimulation against pain (two currents)"),
    "IONTO_ACETIC": gettext_lazy("Acetic acid through the skin, by a weak current"),
    "IONTO_OTHER": gettext_lazy("Medicine through the skin, by a weak current"),
    "CRYO": gettext_lazy("Cold"),
    "HEAT": gettext_lazy("Warmth"),
    "ORTHOSIS": gettext_lazy("Insole, heel lift or splint"),
    "COMPRESSION": gettext_lazy("Compression by a pump"),
    "EX_ECC": gettext_lazy("Strength exercise, letting the weight down slowly"),
    "EX_HSR": gettext_lazy("Strength exercise, heavy and slow"),
    "EX_ISO": gettext_lazy("Strength exercise, holding still"),
    "EX_ROM": gettext_lazy("Exercise to move further"),
    "EX_NEURO": gettext_lazy("Balance, walking and jumping exercise"),
    "EX_HYDRO": gettext_lazy("Exercise in water"),
    "EDU": gettext_lazy("Explanation and advice"),
    "HEP": gettext_lazy("Exercises for home"),
}
WHEN_MEASURED: Words = {
    "LOAD": gettext_lazy("when you load it"),
    "FIRST_STEPS": gettext_lazy("on the first steps of the day"),
    "REST": gettext_lazy("at rest"),
    "NIGHT": gettext_lazy("at night"),
    "ACTIVITY": gettext_lazy("when active"),
    "STANDING": gettext_lazy("when standing"),
    "AFTER_SESSION": gettext_lazy("after a treatment"),
    "NEXT_MORNING": gettext_lazy("on the morning after"),
}
OUTCOME: Words = {
    Word.IMPROVED: gettext_lazy("better"),
    Word.WORSE: gettext_lazy("worse"),
    Word.NO_RELIABLE_CHANGE: gettext_lazy("no clear change"),
    Word.NO_AGREED_THRESHOLD: gettext_lazy("no agreed yardstick"),
    Word.NO_START: gettext_lazy("measured once"),
    Word.BETTER_GRADE: gettext_lazy("better"),
    Word.SAME_GRADE: gettext_lazy("no clear change"),
    Word.WORSE_GRADE: gettext_lazy("worse"),
    Word.RATED_BETTER: gettext_lazy("better, as you rated it"),
    Word.RATED_LITTLE_CHANGE: gettext_lazy("little change, as you rated it"),
    Word.RATED_WORSE: gettext_lazy("worse, as you rated it"),
}
DECIDED: Words = {
    Decision.CONTINUE: gettext_lazy("to go on with the treatment"),
    Decision.CHANGE_DOSE: gettext_lazy("to go on with another strength of treatment"),
    Decision.CHANGE_MODALITY: gettext_lazy("to go on with another treatment"),
    Decision.IMAGE: gettext_lazy("to take another picture before going on"),
    Decision.REFER: gettext_lazy("to ask somebody else for their opinion"),
    Decision.DISCHARGE: gettext_lazy("to end the treatment here"),
}
PICTURED: Words = {
    Category.COMPLETE: gettext_lazy("can no longer be seen"),
    Category.SUBTOTAL: gettext_lazy("is almost gone"),
    Category.MARKED: gettext_lazy("is much smaller"),
    Category.PARTIAL: gettext_lazy("is smaller"),
    Category.NONE: gettext_lazy("has not clearly changed"),
    Category.PROGRESSION: gettext_lazy("is larger"),
}
WRONG: Words = {
    InjuryKind.CALCIFICATION: gettext_lazy("a chalky deposit (calcification)"),
    InjuryKind.ADHESION: gettext_lazy("layers of tissue that stick together (adhesion)"),
}


def treatment(rule: ModalityRule) -> str:
    return str(TREATMENT.get(rule.code, rule.label))


def measure(series: Series, *, is_questionnaire: bool) -> str:
    """ "Pain when you load it"; "Questionnaire VISA-A"; "Single-leg heel raises, right"."""
    rule = series.measure
    if is_questionnaire:
        return _("Questionnaire %(name)s") % {"name": rule.label.removesuffix(", total")}
    if series.context in WHEN_MEASURED:
        return f"{rule.short_label.partition(',')[0]} {WHEN_MEASURED[series.context]}"
    name = rule.label.partition(" (")[0]
    return ", ".join(filter(None, (name, series.context.replace("_", " ").lower(), series.side.lower())))


def outcome(series: Series) -> str:
    """Better, no clear change or worse; "changed" where it is more than the error, and what matters is not known."""
    found = series.verdict
    if found.word is Word.MORE_THAN_ERROR:
        return _("changed for the better") if found.is_good else _("changed for the worse")
    return str(OUTCOME[found.word])


def better_where(series: Series) -> str:
    return {1: _("higher is better"), -1: _("lower is better")}.get(series.measure.direction, "")


def injury(found: Injury) -> str:
    """ "Right ankle, Achilles tendon: a chalky deposit (calcification)"."""
    where = ", ".join(filter(None, (found.where, found.structure.label if found.structure else "")))
    what = str(WRONG.get(found.kind, "")) or found.name
    return f"{first_upper(where)}: {what}"
