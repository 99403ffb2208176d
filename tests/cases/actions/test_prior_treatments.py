import pytest

from cases.actions.prior_treatments import NewPriorTreatment, add_prior_treatment
from cases.rules.imprecise_dates import parse
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_physio, staff

pytestmark = pytest.mark.django_db


def test_an_operation_during_the_course_is_added() -> None:
    by = a_physio()
    case = a_case(by)
    row = add_prior_treatment(
        case=case, prior=NewPriorTreatment("INJ_STEROID", started=parse("2024-05"), benefit_pain="SHORT"), by=by
    )
    assert (str(row.started), row.by_domain) == ("2024-05", [("pain", "short benefit")])
    assert case.prior_treatments.count() == 2
    assert AuditEvent.objects.filter(action="prior_treatment.added", row_id=row.pk).exists()


@pytest.mark.parametrize(
    ("prior", "pointer"),
    [
        (NewPriorTreatment("MAGIC"), "/kind"),
        (NewPriorTreatment("INJ_STEROID", sessions=501), "/sessions"),
        (NewPriorTreatment("INJ_STEROID", benefit="GREAT"), "/benefit"),
        (NewPriorTreatment("INJ_STEROID", benefit_range="GREAT"), "/benefit_range"),
        (NewPriorTreatment("INJ_STEROID", started=parse("1950")), "/started"),
        (NewPriorTreatment("INJ_STEROID", ended=parse("2199")), "/ended"),
        (NewPriorTreatment("INJ_STEROID", started=parse("2024"), ended=parse("2023")), "/ended"),
    ],
)
def test_what_cannot_have_been_tried(prior: NewPriorTreatment, pointer: str) -> None:
    by = a_physio()
    with pytest.raises(RuleBroken) as no:
        add_prior_treatment(case=a_case(by), prior=prior, by=by)
    assert [f.pointer for f in no.value.faults] == [pointer]


def test_reception_adds_none() -> None:
    case = a_case(a_physio())
    with pytest.raises(NotAllowed):
        add_prior_treatment(case=case, prior=NewPriorTreatment("INJ_STEROID"), by=staff(Role.RECEPTIONIST))
