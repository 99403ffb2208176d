from typing import Any

import pytest
from django.db import Error as DatabaseError
from django.test import Client
from django.urls import reverse

from cases.actions.appointments import book_appointment
from cases.actions.merges import merge_patients
from cases.actions.patients import LikelyDuplicate, register_patient
from cases.actions.restrictions import lift_restriction, name_on_restriction, restrict_patient
from cases.models import Appointment, Case, Consent, Patient, Restriction
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent
from clinic.models.histories import RowChange
from clinic.rules.permissions import Role
from tests.factories.merges import a_merge
from tests.factories.records import a_case, a_consent, a_patient, a_physio, a_signed_session, site_of, staff
from treatments.actions.letters import start_letter
from treatments.models import Letter, Session

pytestmark = pytest.mark.django_db
WHY: dict[str, Any] = {"reason": "COLLEAGUE", "because": "Works at our desk."}


@pytest.fixture
def told() -> dict[str, Any]:
    """A patient with a lead, an author, a colleague who has nothing to do with them, an admin and the desk."""
    lead = a_physio()
    site = site_of(lead)
    patient = a_patient(lead, family_name="Zyzzyva", nhs_number="943 476 5919")
    case = a_case(lead, patient)
    author = a_physio(site=site)
    note = a_signed_session(case, author)
    letter = start_letter(case=case, kind="REFERRER", by=lead)
    consent = a_consent(case, lead, "IASTM")
    booked = book_appointment(patient=patient, case=case, staff=lead, site=site, starts_at=clock.now(), by=lead)
    return {
        "lead": lead, "author": author, "other": a_physio(site=site), "admin": staff(Role.CLINIC_ADMIN, site=site),
        "desk": staff(Role.RECEPTIONIST, site=site), "patient": patient, "case": case, "note": note, "letter": letter,
        "consent": consent, "booked": booked, "site": site,
    }  # fmt: skip


def seen_by(person: Any, told: dict[str, Any]) -> dict[str, bool]:
    patients = Patient.objects.visible_to(person)
    return {
        "patient": patients.filter(pk=told["patient"].pk).exists(),
        "case": Case.objects.visible_to(person).filter(pk=told["case"].pk).exists(),
        "session": Session.objects.visible_to(person).filter(pk=told["note"].pk).exists(),
        "letter": Letter.objects.visible_to(person).filter(pk=told["letter"].pk).exists(),
        "consent": Consent.objects.filter(patient__in=patients, pk=told["consent"].pk).exists(),
        "appointment": Appointment.objects.visible_to(person).filter(pk=told["booked"].pk).exists(),
    }


def test_only_those_on_the_list_find_anything(told: dict[str, Any]) -> None:
    assert all(seen_by(told["other"], told).values())
    restrict_patient(patient=told["patient"], by=told["lead"], **WHY)
    assert all(seen_by(told["lead"], told).values())
    assert all(seen_by(told["author"], told).values())
    for name in ("other", "admin", "desk"):
        assert not any(seen_by(told[name], told).values()), name


def test_those_who_were_put_on_it_see_and_those_who_were_taken_off_do_not(told: dict[str, Any]) -> None:
    made = restrict_patient(patient=told["patient"], by=told["lead"], **WHY)
    name_on_restriction(restriction=made, person=told["other"], may_see=True, by=told["admin"])
    name_on_restriction(restriction=made, person=told["author"], may_see=False, by=told["lead"])
    assert all(seen_by(told["other"], told).values())
    assert not any(seen_by(told["author"], told).values())
    name_on_restriction(restriction=made, person=told["author"], may_see=True, by=told["lead"])
    assert all(seen_by(told["author"], told).values())
    events = AuditEvent.objects.filter(action__startswith="restriction.").values_list("action", flat=True)
    assert sorted(events) == ["restriction.named"] * 3 + ["restriction.unnamed"]
    assert RowChange.objects.filter(row_type="cases_restrictionname").exists()


def test_lifting_needs_a_reason_and_brings_the_record_back(told: dict[str, Any]) -> None:
    made = restrict_patient(patient=told["patient"], by=told["admin"], **WHY)
    assert all(seen_by(told["admin"], told)[k] for k in ("patient", "appointment"))
    with pytest.raises(RuleBroken, match="Say why"):
        lift_restriction(restriction=made, because=" ", by=told["admin"])
    lift_restriction(restriction=made, because="Left the clinic.", by=told["lead"])
    assert all(seen_by(told["other"], told).values())
    with pytest.raises(RuleBroken, match="already"):
        lift_restriction(restriction=made, because="Again.", by=told["admin"])


def test_who_may_restrict(told: dict[str, Any]) -> None:
    for name in ("other", "author", "desk"):
        with pytest.raises(NotAllowed):
            restrict_patient(patient=told["patient"], by=told[name], **WHY)
    made = restrict_patient(patient=told["patient"], by=told["lead"], **WHY)
    with pytest.raises(RuleBroken, match="already"):
        restrict_patient(patient=told["patient"], by=told["admin"], **WHY)
    for name in ("other", "author", "desk"):
        with pytest.raises(NotAllowed):
            lift_restriction(restriction=made, because="I want to look.", by=told[name])
        with pytest.raises(NotAllowed):
            name_on_restriction(restriction=made, person=told[name], may_see=True, by=told[name])


def test_what_is_written_later_puts_nobody_on_the_list(told: dict[str, Any]) -> None:
    restrict_patient(patient=told["patient"], by=told["lead"], **WHY)
    a_signed_session(told["case"], told["other"])  # the action is reached by a forgotten door
    assert not any(seen_by(told["other"], told).values())


def test_a_duplicate_is_told_of_and_no_more(told: dict[str, Any]) -> None:
    restrict_patient(patient=told["patient"], by=told["lead"], **WHY)
    same = {"given_names": "Ann", "family_name": "Zyzzyva", "born_on": told["patient"].born_on}
    with pytest.raises(LikelyDuplicate) as no:
        register_patient(by=told["desk"], site=told["site"], **same)
    assert [each.patient for each in no.value.found] == [None]
    with pytest.raises(RuleBroken) as taken:
        register_patient(by=told["desk"], site=told["site"], nhs_number="943 476 5919", is_another=True, **same)
    assert taken.value.message == "A match exists. Ask your clinic admin."


def test_a_restricted_record_is_not_merged(told: dict[str, Any]) -> None:
    restrict_patient(patient=told["patient"], by=told["admin"], **WHY)
    other = a_patient(told["lead"])
    for kept, gone in ((told["patient"], other), (other, told["patient"])):
        with pytest.raises(RuleBroken, match="restricted"):
            merge_patients(kept=kept, other=gone, versions=(kept.version, gone.version), by=told["admin"])


def test_what_was_merged_into_it_is_shut_too(told: dict[str, Any]) -> None:
    twin = a_patient(told["other"])
    case = a_case(told["other"], twin)
    a_merge(told["patient"], twin, told["admin"])
    restrict_patient(patient=told["patient"], by=told["lead"], **WHY)
    stranger = a_physio(site=told["site"])
    assert not Patient.objects.visible_to(stranger).filter(pk=twin.pk).exists()
    assert not Case.objects.visible_to(stranger).filter(pk=case.pk).exists()
    assert Case.objects.visible_to(told["other"]).filter(pk=case.pk).exists(), "their own patient, now merged"


def test_the_database_lets_nobody_rewrite_or_forget_it(told: dict[str, Any]) -> None:
    from django.db import transaction

    made = restrict_patient(patient=told["patient"], by=told["lead"], **WHY)
    for change in ({"because": "no"}, {"reason": "OTHER"}, {"restricted_by": told["other"]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Restriction.objects.filter(pk=made.pk).update(version=made.version + 1, **change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Restriction.objects.filter(pk=made.pk).delete()


def test_on_the_pages(client: Client, told: dict[str, Any], django_assert_num_queries: Any) -> None:
    """The desk sees a time and no name; searches and lists do not count; the admin adds people without a name shown."""
    client.force_login(told["desk"])
    assert "Zyzzyva" in client.get("/").content.decode()
    restrict_patient(patient=told["patient"], by=told["lead"], **WHY)
    page = client.get("/").content.decode()
    assert "Restricted record" in page
    assert "Zyzzyva" not in page
    assert str(told["patient"].pk) not in page
    for address in ("/patients/", "/patients/?q=Zyzzyva", "/patients/?q=9434765919", "/api/v1/patients/"):
        assert str(told["patient"].pk) not in client.get(address).content.decode(), address
    assert client.get(f"/patients/{told['patient'].pk}/").status_code == 404
    assert client.post(f"/appointments/{told['booked'].pk}/", {"status": "ARRIVED", "version": 1}).status_code == 404
    client.force_login(told["admin"])
    page = client.get("/restrictions/").content.decode()
    assert "Zyzzyva" not in page
    assert str(told["patient"].pk) in page
    assert "Works at our desk." in page
    made = Restriction.objects.get()
    client.post(reverse("restriction", args=[made.pk]), {"person": told["other"].pk, "add": "1"})
    assert all(seen_by(told["other"], told).values())
    client.force_login(told["author"])
    assert client.get(reverse("restriction", args=[made.pk])).status_code == 404
    assert client.get("/restrictions/").status_code == 403


def test_the_form_on_the_page(client: Client, told: dict[str, Any]) -> None:
    address = reverse("restrict_patient", args=[told["patient"].pk])
    client.force_login(told["other"])
    assert client.get(address).status_code == 403
    client.force_login(told["lead"])
    assert client.post(address, {"reason": "COLLEAGUE"}).status_code == 422
    assert client.post(address, WHY).status_code == 302
    assert "is restricted" in client.get(reverse("patient", args=[told["patient"].pk])).content.decode()
    made = Restriction.objects.get()
    lifted = client.post(reverse("lift_restriction", args=[made.pk]), {"because": "Not needed."})
    assert lifted.status_code == 302
    assert not Restriction.objects.in_force().exists()
