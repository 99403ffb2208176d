from datetime import date, timedelta
from typing import Any

import pytest

from cases.actions.cases import AskedMeasure, NewInjury, start_case
from cases.actions.patients import archive_patient
from cases.actions.prior_treatments import NewPriorTreatment
from cases.models import Case, Injury, KeyMeasure, PriorTreatment
from cases.rules.imprecise_dates import parse
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, a_site, site_of, staff

pytestmark = pytest.mark.django_db
TOMORROW = clock.today() + timedelta(days=1)
INJURY = NewInjury(kind="CALCIFICATION", pathology="CALC_TENDON_ACHILLES_MID", region="REG_ANKLE", side="RIGHT")


def test_a_case_with_all_that_belongs_to_it() -> None:
    by = a_physio()
    case = a_case(
        by,
        onset=parse("2022"),
        injuries=[INJURY],
        prior_treatments=[
            NewPriorTreatment(
                "SHOCKWAVE_ELSEWHERE", sessions=10, started=parse("2024-12"), ended=parse("2025"), benefit="NONE"
            )
        ],
    )
    assert (case.lead, case.opened_on, str(case.onset)) == (by, clock.today(), "2022")
    assert (case.injuries.get().icd10, case.injuries.get().name) == (
        "M65.27",
        "Achilles calcification, mid-portion (after rupture)",
    )
    prior = case.prior_treatments.get()
    assert (prior.sessions, str(prior.started), str(prior.ended), prior.benefit) == (10, "2024-12", "2025", "NONE")
    assert [str(k) for k in case.key_measures.all()] == ["NPRS LOAD", "KTW_CM RIGHT"]
    assert AuditEvent.objects.filter(action="case.started", row_id=case.pk, patient_id=case.patient_id).count() == 1


def test_numbers_count_up_within_the_year() -> None:
    by = a_physio()
    numbers = [a_case(by).number for _ in range(3)]
    first = int(numbers[0].split("-")[1])
    assert numbers == [f"{clock.today().year}-{first + i:04d}" for i in range(3)]


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.CLINICAL_LEAD, Role.AUDITOR])
def test_who_starts_none(role: Role) -> None:
    by = a_physio()
    patient = a_patient(by)
    with pytest.raises(NotAllowed):
        start_case(patient=patient, by=staff(role), site=site_of(by), title="x", injuries=[INJURY])


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"injuries": []}, "/injuries", "missing"),
    ({"injuries": [NewInjury("OTHER", "REG_ANKLE", "LEFT")]}, "/injuries/0/diagnosis", "missing"),
    ({"injuries": [NewInjury("OTHER", "REG_MOON", "LEFT", diagnosis="x")]}, "/injuries/0/region", "unknown_region"),
    (
        {"injuries": [INJURY, NewInjury("OTHER", "REG_ANKLE", "LEFT", "NOPE")]},
        "/injuries/1/pathology",
        "unknown_pathology",
    ),
    ({"prior_treatments": [NewPriorTreatment("PRAYER")]}, "/prior_treatments/0/kind", "unknown_kind"),
    ({"prior_treatments": [NewPriorTreatment("LAVAGE", sessions=501)]}, "/prior_treatments/0/sessions", "out_of_range"),
    (
        {"prior_treatments": [NewPriorTreatment("LAVAGE", started=parse("1950"))]},
        "/prior_treatments/0/started",
        "before_the_birth",
    ),
    (
        {"prior_treatments": [NewPriorTreatment("LAVAGE", ended=parse(str(TOMORROW)))]},
        "/prior_treatments/0/ended",
        "in_the_future",
    ),
    (
        {"prior_treatments": [NewPriorTreatment("LAVAGE", started=parse("2022"), ended=parse("2021-12"))]},
        "/prior_treatments/0/ended",
        "ends_first",
    ),
    ({"onset": parse(str(TOMORROW))}, "/onset", "in_the_future"),
    ({"onset": parse("1984")}, "/onset", "before_the_birth"),
    ({"opened_on": TOMORROW}, "/opened_on", "in_the_future"),
    ({"opened_on": date(1980, 1, 1)}, "/opened_on", "before_the_birth"),
    ({"key_measures": [AskedMeasure("NPRS", c) for c in "ABCDE"]}, "/key_measures", "too_many"),
    ({"key_measures": [AskedMeasure("NPRS", "LOAD")] * 2}, "/key_measures", "chosen_twice"),
]


@pytest.mark.parametrize(("change", "pointer", "code"), FAULTS)
def test_every_fault_says_where(change: dict[str, Any], pointer: str, code: str) -> None:
    by = a_physio()
    patient = a_patient(by)
    with pytest.raises(RuleBroken) as no:
        a_case(by, patient, **change)
    assert [(f.pointer, f.code) for f in no.value.faults] == [(pointer, code)]
    assert not any(model.objects.exists() for model in (Case, Injury, PriorTreatment, KeyMeasure))


def test_the_year_of_birth_is_late_enough() -> None:
    assert str(a_case(a_physio(), onset=parse("1985")).onset) == "1985"


def test_a_site_of_others() -> None:
    by = a_physio()
    with pytest.raises(RuleBroken) as no:
        start_case(patient=a_patient(by), by=by, site=a_site(), title="x", injuries=[INJURY])
    assert no.value.faults[0].code == "not_your_site"


def test_who_sees_which() -> None:
    by = a_physio()
    case = a_case(by)
    colleague = a_physio(site_of(by))
    assert Case.objects.visible_to(colleague).get() == case
    for other in (a_physio(), staff(Role.RECEPTIONIST, site=site_of(by)), staff(Role.AUDITOR, site=site_of(by))):
        assert not Case.objects.visible_to(other).exists()


def test_no_case_for_an_archived_record() -> None:
    by = a_physio()
    patient = a_patient(by)
    archive_patient(patient=patient, by=staff(Role.CLINIC_ADMIN, site=site_of(by)))
    patient.refresh_from_db()
    with pytest.raises(RuleBroken) as no:
        a_case(by, patient)
    assert (no.value.code, no.value.conflict) == ("archived", True)
