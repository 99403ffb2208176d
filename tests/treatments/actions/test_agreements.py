from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.consents import withdraw_consent
from cases.models import Case, Consent
from clinic import clock
from clinic.errors import RuleBroken
from clinic.models import AuditEvent, StaffMember
from tests.factories.records import a_case, a_consent, a_patient, a_physio
from treatments.actions.agreements import CONSENT_MISSING, Agreement, lacking_consent
from treatments.actions.blocks import change_block
from treatments.actions.planning import PlannedBlock, PlannedDose
from treatments.actions.plans import start_plan
from treatments.models import Plan, PlanAuthorisation

pytestmark = pytest.mark.django_db
NEEDLES = PlannedDose("DRYNEEDLE", (1,))
TAKEN = Agreement(
    "DRYNEEDLE", form="WRITTEN", discussed="Bruises; massage instead, or nothing", leaflet="Ours, version 3"
)
AUTHORISED = Agreement("DRYNEEDLE", authorised_by="Dr Lee, GP", because="Consent follows at the first visit")


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by)


def planned(case: Case, by: StaffMember, *agreements: Agreement) -> Plan:
    return start_plan(case=case, blocks=[PlannedBlock(2, (NEEDLES,))], agreements=agreements, by=by)


def refused(case: Case, by: StaffMember, *agreements: Agreement) -> dict[str, str]:
    with pytest.raises(RuleBroken) as no:
        planned(case, by, *agreements)
    assert no.value.code == CONSENT_MISSING
    assert not Plan.objects.exists()
    assert not Consent.objects.filter(modality_code="DRYNEEDLE").exists()
    return {fault.pointer: fault.code for fault in no.value.faults}


def test_without_either_it_cannot_be_planned(case: Case, by: StaffMember) -> None:
    assert refused(case, by) == {"/agreements/DRYNEEDLE/choice": CONSENT_MISSING}
    assert refused(case, by, Agreement("RSWT", form="WRITTEN", discussed="x", leaflet="x")) == {
        "/agreements/DRYNEEDLE/choice": CONSENT_MISSING
    }


@pytest.mark.parametrize(
    ("agreement", "field", "code"),
    [
        (Agreement("DRYNEEDLE", form="IMPLIED", discussed="x", leaflet="x"), "form", "not_a_choice"),
        (Agreement("DRYNEEDLE", form="VERBAL", discussed=" ", leaflet="x"), "discussed", "missing"),
        (Agreement("DRYNEEDLE", form="VERBAL", discussed="x"), "leaflet", "missing"),
        (Agreement("DRYNEEDLE", form="VERBAL", given_by="DOG", discussed="x", leaflet="x"), "given_by", "not_a_choice"),
        (Agreement("DRYNEEDLE", authorised_by="Dr Lee"), "because", "missing"),
        (Agreement("DRYNEEDLE", because="x"), "authorised_by", "missing"),
    ],
)
def test_half_an_agreement_is_none(case: Case, by: StaffMember, agreement: Agreement, field: str, code: str) -> None:
    assert refused(case, by, agreement) == {f"/agreements/DRYNEEDLE/{field}": code}


def test_a_consent_is_taken_while_planning(case: Case, by: StaffMember) -> None:
    planned(case, by, TAKEN)
    consent = Consent.objects.get(modality_code="DRYNEEDLE")
    assert (consent.case, consent.form, consent.leaflet) == (case, "WRITTEN", "Ours, version 3")
    assert consent.given_on == clock.today()
    assert AuditEvent.objects.filter(action="consent.given", row_id=consent.pk).exists()
    assert not PlanAuthorisation.objects.exists()


def test_another_may_decide_for_somebody_without_capacity(case: Case, by: StaffMember) -> None:
    decided = Agreement("DRYNEEDLE", form="VERBAL", given_by="LPA", discussed="x", leaflet="x")
    planned(case, by, decided)
    assert not Consent.objects.get(modality_code="DRYNEEDLE").has_capacity


def test_an_authorisation_is_kept_with_the_plan(case: Case, by: StaffMember) -> None:
    plan = planned(case, by, AUTHORISED)
    row = plan.authorisations.get()
    assert (row.authorised_by, row.because) == ("Dr Lee, GP", "Consent follows at the first visit")
    assert (row.modality.code, row.noted_by, row.noted_on) == ("DRYNEEDLE", by, clock.today())
    assert AuditEvent.objects.get(row_id=row.pk).details == {"modality": "DRYNEEDLE"}
    assert lacking_consent(case, ["DRYNEEDLE", "FSWT", "IASTM"], plan) == ["FSWT"]
    assert lacking_consent(case, ["DRYNEEDLE"]) == ["DRYNEEDLE"]


def test_what_is_agreed_is_not_asked_again(case: Case, by: StaffMember) -> None:
    a_consent(case, by, "DRYNEEDLE")
    assert planned(case, by).blocks.count() == 1
    assert Consent.objects.filter(modality_code="DRYNEEDLE").count() == 1


def test_somebody_elses_consent_counts_for_nothing(case: Case, by: StaffMember) -> None:
    a_consent(a_case(by, a_patient(by)), by, "DRYNEEDLE")
    with pytest.raises(RuleBroken):
        planned(case, by)


def test_a_withdrawal_undoes_an_earlier_authorisation(case: Case, by: StaffMember) -> None:
    plan = planned(case, by, AUTHORISED)
    block = plan.blocks.get()
    assert change_block(block=block, version=1, planned=3, doses=[NEEDLES], by=by).planned == 3
    consent = a_consent(case, by, "DRYNEEDLE")
    withdraw_consent(consent=consent, by=by)
    with pytest.raises(RuleBroken) as no:
        change_block(block=block, version=2, planned=2, doses=[NEEDLES], by=by)
    assert no.value.code == CONSENT_MISSING
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        change_block(block=block, version=2, planned=2, doses=[NEEDLES], agreements=[AUTHORISED], by=by)
    assert plan.authorisations.count() == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treatments_planauthorisation SET because = 'x'",
        "DELETE FROM treatments_planauthorisation",
        "UPDATE treatments_planauthorisation SET authorised_by = ''",
    ],
)
def test_it_stays_as_it_was_written(case: Case, by: StaffMember, statement: str) -> None:
    planned(case, by, AUTHORISED)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@transaction.atomic
def write_unsaid(plan: Plan) -> None:
    told = {"noted_on": clock.today(), "noted_by": plan.started_by, "authorised_by": "x", "because": "y"}
    PlanAuthorisation.objects.create(plan=plan, modality=plan.authorisations.get().modality, **told)
    connection.check_constraints()


def test_no_authorisation_without_its_event(case: Case, by: StaffMember) -> None:
    plan = planned(case, by, AUTHORISED)
    with pytest.raises(DatabaseError, match="without an audit event"):
        write_unsaid(plan)
