from typing import Any

import pytest
from django.test import Client

from cases.actions.appointments import book_appointment
from cases.actions.cases import NewInjury, start_case
from cases.actions.consents import NewConsent, give_consent, withdraw_consent
from cases.actions.documents import photo_consent
from cases.models import Appointment, Case, Consent, Patient
from clinic import clock
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.clinic.api.test_problems import note
from tests.factories.merges import a_merge
from tests.factories.pictures import LENGTHWISE, a_picture
from tests.factories.records import a_case, a_draft, a_note, a_patient, a_physio, a_signed_session, site_of, staff
from tests.factories.snapshots import KEPT, signed, snapshot, survives_each_failure
from tests.factories.waivers import DOSE, block_for_pregnancy
from treatments.actions.agreements import lacking_consent
from treatments.actions.letters import sign_letter, start_letter
from treatments.actions.merges import take_apart
from treatments.actions.planning import PlannedBlock, PlannedDose
from treatments.actions.plans import start_plan
from treatments.actions.screenings import NewAnswer, complete_screening
from treatments.actions.sessions import log_session, sign_session
from treatments.actions.shared_visits import join_visit
from treatments.queries.letters import consent_to_share
from treatments.queries.screenings import answers_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def admin(by: StaffMember) -> StaffMember:
    return staff(Role.CLINIC_ADMIN, site=site_of(by))


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def apart(other: Patient, by: StaffMember, *moves: Any) -> None:
    other = fresh(other)
    versions = (fresh(other.survivor).version, other.version)
    take_apart(patient=other, versions=versions, moves=[row.pk for row in moves], by=by)


def shocked(case: Case, by: StaffMember) -> Any:
    """A visit in which radial shockwave was given, without a word of why."""
    draft = log_session(
        case=case, document=a_note(applications=[{"modality": "RSWT", "parameters": DOSE}], kind="UNPLANNED"), by=by
    )
    return sign_session(session=draft, draft_version=draft.draft_version, by=by)


def planned(case: Case, by: StaffMember) -> Any:
    return start_plan(case=case, blocks=[PlannedBlock(1, (PlannedDose("RSWT", (1,)),))], repeats_accepted=True, by=by)


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_yes_in_one_record_holds_back_in_the_cases_of_both(
    client: Client, by: StaffMember, admin: StaffMember, is_kept: bool
) -> None:
    hers, mine = a_case(by), a_case(by)
    block_for_pregnancy(hers, by)
    complete_screening(case=mine, answers=[NewAnswer("PREGNANT", is_yes=False)], by=by)
    shocked(mine, by)
    pair = (mine, hers) if is_kept else (hers, mine)
    a_merge(pair[0].patient, pair[1].patient, admin)
    mine = fresh(mine)
    with pytest.raises(RuleBroken, match="blocked for this body"):
        planned(mine, by)
    with pytest.raises(RuleBroken, match="held back"):
        shocked(mine, by)
    client.force_login(by)
    sent = {**note(mine, kind="UNPLANNED"), "applications": [{"modality": "RSWT", "parameters": DOSE}]}
    stored = client.post("/api/v1/sessions/", sent, "application/json")
    path = f"{stored['Location']}sign/"
    refused = client.post(path, content_type="application/json", HTTP_IF_MATCH=stored["ETag"])
    assert (refused.status_code, refused.json()["code"]) == (422, "held_back")
    page = client.get(f"/cases/{mine.pk}/screening/").content.decode()
    assert "regnan" in page.split("Blocked")[1]
    complete_screening(case=mine, answers=[NewAnswer("PREGNANT", is_yes=False)], by=by)
    assert [a.is_yes for a in answers_of(mine)] == [False, False]
    shocked(mine, by)
    assert [a.is_yes for a in answers_of(fresh(hers))] == [True]  # asked again here, not there


def test_a_no_in_the_other_record_clears_nothing(by: StaffMember, admin: StaffMember) -> None:
    hers, mine = a_case(by), a_case(by)
    complete_screening(case=hers, answers=[NewAnswer("PREGNANT", is_yes=False)], by=by)
    a_merge(mine.patient, hers.patient, admin)
    assert answers_of(fresh(mine)) == ()


def test_apart_again_each_answers_for_itself(by: StaffMember, admin: StaffMember) -> None:
    hers, mine = a_case(by), a_case(by)
    block_for_pregnancy(hers, by)
    a_merge(mine.patient, hers.patient, admin)
    assert len(answers_of(fresh(mine))) == 1
    apart(hers.patient, admin)
    assert answers_of(fresh(mine)) == ()


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_consent_withdrawn_in_one_record_is_not_given_by_the_other(
    by: StaffMember, admin: StaffMember, is_kept: bool
) -> None:
    mine, hers = a_case(by), a_case(by)
    withdraw_consent(consent=Consent.objects.get(case=hers, modality_code="RSWT"), by=by)
    assert lacking_consent(mine, ["RSWT"]) == []
    pair = (mine, hers) if is_kept else (hers, mine)
    a_merge(pair[0].patient, pair[1].patient, admin)
    mine = fresh(mine)
    assert lacking_consent(mine, ["RSWT", "DIAFIB"]) == ["RSWT"]
    with pytest.raises(RuleBroken, match="consent is missing"):
        planned(mine, by)
    with pytest.raises(RuleBroken) as no:
        shocked(mine, by)
    assert "no consent" in no.value.faults[0].message
    told = NewConsent("HIGHER_RISK_MODALITY", "VERBAL", discussed="-", modality_code="RSWT")
    give_consent(patient=mine.patient, case=mine, told=told, by=by)
    assert lacking_consent(mine, ["RSWT"]) == []
    shocked(mine, by)


def test_what_was_withdrawn_and_given_again_there_is_given(by: StaffMember, admin: StaffMember) -> None:
    mine, hers = a_case(by), a_case(by)
    row = Consent.objects.get(case=hers, modality_code="RSWT")
    withdraw_consent(consent=row, by=by)
    told = NewConsent("HIGHER_RISK_MODALITY", "VERBAL", discussed="-", modality_code="RSWT")
    give_consent(patient=hers.patient, case=hers, told=told, by=by)
    a_merge(mine.patient, hers.patient, admin)
    assert lacking_consent(fresh(mine), ["RSWT"]) == []


@pytest.mark.parametrize("kind", ["PHOTO", "INFORMATION_SHARING_GP"])
def test_so_it_is_with_photographs_and_letters(by: StaffMember, admin: StaffMember, kind: str) -> None:
    asked = {"PHOTO": photo_consent, "INFORMATION_SHARING_GP": consent_to_share}[kind]
    mine, hers = a_case(by), a_case(by)
    given = give_consent(patient=hers.patient, told=NewConsent(kind, "VERBAL"), by=by)
    a_merge(mine.patient, hers.patient, admin)
    assert asked(fresh(mine)) == asked(fresh(hers)) == given  # given in one counts for the cases of both
    apart(hers.patient, admin)
    assert asked(fresh(mine)) is None
    withdraw_consent(consent=give_consent(patient=mine.patient, told=NewConsent(kind, "VERBAL"), by=by), by=by)
    a_merge(mine.patient, hers.patient, admin)
    assert asked(fresh(mine)) is None
    assert asked(fresh(hers)) is None
    again = give_consent(patient=mine.patient, told=NewConsent(kind, "WRITTEN"), by=by)
    assert asked(fresh(mine)) == asked(fresh(hers)) == again


def full(by: StaffMember, **told: Any) -> Case:
    """A case with everything that may be signed."""
    case = a_case(by, a_patient(by, **told))
    a_signed_session(case, by)
    a_draft(case, by)
    a_picture(case, by, picture=LENGTHWISE)
    complete_screening(case=case, answers=[NewAnswer("PREGNANT", is_yes=False)], by=by)
    letter = start_letter(case=case, kind="PATIENT", by=by)
    sign_letter(letter=letter, version=letter.version, by=by)
    book_appointment(
        patient=case.patient, case=case, staff=a_physio(site_of(by)), site=case.site, starts_at=clock.now(), by=by
    )
    return case


def test_no_signed_row_is_rewritten_and_both_are_as_they_were(by: StaffMember, admin: StaffMember) -> None:
    kept = full(by, nhs_number="9434765919", phone="020 1", medicines="Warfarin", former_names=["Hill"])
    other = full(by, nhs_number="9434765870", phone="020 2", medicines="Ibuprofen", former_names=["Dale"])
    rows, papers = snapshot(but=KEPT), signed()
    assert sum(value != "[]" for value in papers.values()) >= 10
    which = dict.fromkeys(("given_names", "family_name", "nhs_number", "phone"), "other")
    a_merge(kept.patient, other.patient, admin, which)
    assert signed() == papers
    assert snapshot(but=KEPT) != rows
    apart(other.patient, admin)
    assert signed() == papers
    assert snapshot(but=KEPT) == rows


def bare(patient: Patient, by: StaffMember, **told: Any) -> Case:
    """A case in which no consent was taken."""
    injuries = [NewInjury(kind="OTHER", diagnosis="Sprain", region="REG_ANKLE", side="RIGHT")]
    return start_case(patient=fresh(patient), by=by, site=site_of(by), injuries=injuries, **told)


def seen(case: Case, by: StaffMember) -> Any:
    return a_signed_session(
        case, by, applications=[{"modality": "IASTM", "parameters": {"total_time_min": "5", "tool_type": "CURVED"}}]
    )


def test_a_case_started_since_goes_with_its_signed_notes_and_appointments(by: StaffMember, admin: StaffMember) -> None:
    kept, other = a_patient(by), a_patient(by)
    a_merge(kept, other, admin)
    case = bare(kept, by)
    note_ = seen(case, by)
    visit = book_appointment(
        patient=fresh(kept), case=case, staff=a_physio(site_of(by)), site=case.site, starts_at=clock.now(), by=by
    )
    papers = signed()
    apart(other, admin, case)
    assert fresh(case).patient_id == other.pk
    assert fresh(visit).patient_id == other.pk
    assert note_.case_id == case.pk
    assert signed() == papers
    assert Appointment.objects.filter(patient=kept).count() == 0


def consented(case: Case, by: StaffMember) -> None:
    give_consent(patient=case.patient, case=case, told=NewConsent("TREATMENT", "VERBAL"), by=by)


def lettered(case: Case, by: StaffMember) -> None:
    letter = start_letter(case=case, kind="PATIENT", by=by)
    sign_letter(letter=letter, version=letter.version, by=by)


def shared(case: Case, by: StaffMember) -> None:
    join_visit(session=a_draft(bare(case.patient, by), by), case=case, document={}, by=by)


def continued(case: Case, by: StaffMember) -> None:
    bare(case.patient, by, continues=case)


@pytest.mark.parametrize("bind", [consented, lettered, shared, continued])
def test_a_case_of_which_something_names_the_patient_stays(by: StaffMember, admin: StaffMember, bind: Any) -> None:
    kept, other = a_patient(by), a_patient(by)
    a_merge(kept, other, admin)
    case = bare(kept, by)
    bind(case, by)
    before = snapshot()
    with pytest.raises(RuleBroken) as no:
        apart(other, admin, case)
    assert no.value.code == "bound"
    assert snapshot() == before
    apart(other, admin)
    assert fresh(case).patient_id == kept.pk


def test_nothing_is_left_of_what_failed(by: StaffMember, admin: StaffMember) -> None:
    kept, other = a_patient(by), a_patient(by)
    a_merge(kept, other, admin)
    case = bare(kept, by)
    seen(case, by)
    assert survives_each_failure(lambda: apart(other, admin, case)) > 15


def test_nor_of_a_visit_whose_saving_or_signing_failed(by: StaffMember) -> None:
    case = a_case(by)
    assert survives_each_failure(lambda: log_session(case=case, document=a_note(), by=by), step=2) > 5
    draft = a_draft(case, by)
    signing = lambda: sign_session(session=fresh(draft), draft_version=draft.draft_version, by=by)  # noqa: E731
    assert survives_each_failure(signing, step=4) > 20
