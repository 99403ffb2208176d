"""How the codes of the catalogues read on a page."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

Words = Mapping[str, object]

CERTAINTY: Words = {
    "VERIFIED": _("read in the source"),
    "GK": _("general knowledge"),
    "DESIGN": _("our choice"),
    "U": _("not sure"),
}
LEVEL: Words = {
    "A": _("blocked"),
    "L": _("blocked in the field"),
    "R": _("needs authorisation"),
    "P": _("acknowledge"),
}
SCOPE: Words = {"BODY": _("anywhere"), "FIELD": _("in the treated field"), "SEGMENT": _("in the same limb")}
WHO_MAY: Words = {
    "PHYSIO": _("every physiotherapist"),
    "PHYSIO_TRAINED": _("physiotherapists trained in it"),
    "QUALIFIED_OPERATOR": _("qualified operators only; off for everybody until it is granted"),
    "PRESCRIBER": _("under a prescription or a patient group direction"),
}
GROUP: Words = {
    "HANDS_ON": _("Hands on"),
    "HANDS_ON_TOOL": _("Hands on, with a tool"),
    "ELECTROPHYSICAL": _("Machines"),
    "NEEDLE": _("Needles"),
    "THERMAL": _("Heat and cold"),
    "SUPPORT": _("Support"),
    "EXERCISE": _("Exercise"),
    "EDUCATION": _("Education"),
}
MEASURE_KIND: Words = {
    "RATING": _("Ratings"),
    "PROM": _("Questionnaires"),
    "PERFORMANCE": _("Performance"),
    "IMPAIRMENT": _("Examination"),
}
LICENCE: Words = {
    "OPEN": _("free to use"),
    "FREE_CLINICAL": _("free in clinical use"),
    "PERMISSION": _("needs its owner’s permission"),
    "PAID": _("needs a paid licence in a private clinic"),
    "UNKNOWN": _("licence not known"),
}
FORMULA: Words = {
    "MEAN_MINUS_ONE_TIMES_25": _("mean of the answers minus 1, times 25"),
    "PERCENT_OF_ANSWERED": _("percent of the most that the answers can give"),
    "SUM": _("sum"),
    "HUNDRED_MINUS_MEAN": _("100 minus the mean times 25"),
    "MEAN_OF_ITEMS": _("mean of the activities"),
    "MEAN_OF_SUBSCALES": _("mean of the two subscales in percent"),
    "SUM_OF_130": _("sum in percent of 130"),
}
PATHOLOGY_KIND: Words = {"CALCIFICATION": _("Calcifications"), "ADHESION": _("Adhesions")}
