"""Exercise programmes and protocol templates: what one starts a plan from."""

from cases.models.catalogues import PLAIN_DEFINITION
from clinic.models.records import Definition


class Programme(Definition):
    """An exercise programme; treatments.rules.shapes.Programme is the shape of its content."""

    PLAIN = PLAIN_DEFINITION


class Protocol(Definition):
    """A start for a plan; treatments.rules.shapes.Protocol is the shape of its content."""

    PLAIN = PLAIN_DEFINITION
