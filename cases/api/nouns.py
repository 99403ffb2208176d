"""What the nouns of a case have in common."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from cases.models import Case
from cases.queries.gone import gone_with_patient
from clinic.api.resources import Told, pointed_at
from clinic.models import StaffMember


class OfCases:
    """Rows that are visible with their case; `case` is the path to it."""

    model: ClassVar[type[models.Model]]
    case: ClassVar[str] = "case"
    patient: ClassVar[str] = "case__patient"

    def visible(self, by: StaffMember) -> QuerySet[Any]:
        return self.model._default_manager.filter(**{f"{self.case}__in": Case.objects.visible_to(by)})

    def gone(self, ids: list[UUID], by: StaffMember) -> dict[UUID, Told]:
        return gone_with_patient(self.model._default_manager.filter(pk__in=ids), by, self.patient)


def case_of(told: Told, by: StaffMember) -> Case:
    """The case that `case` names. Raises RuleBroken (422) for none that this person may read."""
    found: Case = pointed_at(Case.objects.visible_to(by).select_related("patient", "site"), told["case"], "case")
    return found
