"""What a patient is given to read before a treatment that carries more risk."""

from cases.models.catalogues import PLAIN_DEFINITION
from clinic.models.records import Definition


class Leaflet(Definition):
    """One version of a leaflet; its code is its modality’s, treatments.rules.shapes.Leaflet its content’s shape."""

    PLAIN = PLAIN_DEFINITION

    @property
    def name(self) -> str:
        """What a consent keeps of it: the title and the version that was given."""
        return f"{self.label}, version {self.version}"
