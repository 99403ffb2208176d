"""The whole demo is as it was signed, and what was signed is shown as it was, whatever is renamed since."""

import re
from difflib import unified_diff
from uuid import UUID

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test import Client

from cases.actions.consents import withdraw_consent
from cases.models import Case, Consent, Injury, Patient
from clinic.models import AuditEvent, Seal, Site, StaffMember
from treatments.actions.addenda import add_addendum, correct_session, mark_in_error
from treatments.actions.letters import sign_letter, start_letter
from treatments.models import Addendum, HomeExercise, Letter, LetterStatus, Screening, Session
from treatments.queries.verification import KINDS, Checked, verify_records

pytestmark = pytest.mark.usefixtures("demo_clinic")


@pytest.fixture(autouse=True)
def said_later(demo_clinic: None) -> None:
    """What the demo has none of: addenda of each kind, a letter, a consent that was taken back."""
    by = StaffMember.objects.get(email="physio@example.org")
    first, second = Session.objects.in_force().filter(kind="TREATMENT", measurements__isnull=False).distinct()[:2]
    value = first.measurements.latest().filter(measure_code="NPRS").first()
    add_addendum(session=first, text="His wife was told.", by=by)
    told = {"measurements": [{"id": str(value.pk), "value": "9"}]}
    correct_session(session=first, told=told, reason="A slip of the hand.", by=by)
    mark_in_error(session=second, error="OTHER", reason="Typed twice.", by=by)
    withdraw_consent(consent=Consent.objects.in_force().first(), by=by)
    letter = start_letter(case=first.case, kind="PATIENT", by=by)
    sign_letter(letter=letter, version=letter.version, by=by)


def test_everything_is_as_it_was_signed() -> None:
    checked = Checked()
    assert list(verify_records(checked)) == []
    assert set(checked.rows) == {kind.label for kind in KINDS}, "each kind is signed somewhere in the demo"
    assert sum(checked.rows.values()) == Seal.objects.count()
    sealing = AuditEvent.objects.filter(details__has_key="seal")
    assert sealing.count() == Seal.objects.count()


RENAMED = "Someone Else"


def everything_renamed() -> None:
    """Persons, sites with their time zones, injuries, titles, blocks, patients: all that may be edited later."""
    up = {"version": F("version") + 1}
    StaffMember.objects.update(name=RENAMED, hcpc_number="PH99999", email=Concat(Value("x."), F("email")), **up)
    Site.objects.update(name=Concat(Value("Moved "), F("name")), time_zone="Pacific/Auckland", **up)
    Injury.objects.update(diagnosis=RENAMED, side="LEFT", **up)
    Case.objects.update(title=RENAMED, **up)
    Patient.objects.update(given_names=RENAMED, family_name=RENAMED, born_on="1999-01-01", **up)


def written_on(client: Client, address: str) -> str:
    """What the page says below its head, which names the patient as they are called now; a file as it is."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    if answer["Content-Type"] != "text/html; charset=utf-8":
        return answer.content.decode("latin-1")
    main = answer.content.decode().partition('<div class="page">')[2].partition("</main>")[0]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", main)


def some_signed() -> dict[str, str]:
    """Addresses of what was signed, of each kind and shape."""
    sessions = Session.objects.signed()
    exercised = HomeExercise.objects.values_list("session_id", flat=True).distinct()
    chosen: dict[str, UUID] = {
        "a session in a block": sessions.exclude(block=None).order_by("pk").first().pk,
        "a corrected session": Addendum.objects.filter(kind="CORRECTS").first().session_id,
        "a session in error": Addendum.objects.filter(kind="IN_ERROR").first().session_id,
    }
    found = {name: f"/sessions/{pk}/" for name, pk in chosen.items()}
    found |= {f"{name}, by the API": f"/api/v1/sessions/{pk}/" for name, pk in chosen.items()}
    found |= {f"{name}, as signed": f"/api/v1/sessions/{pk}/?originals=true" for name, pk in chosen.items()}
    sheet = Session.objects.in_force().filter(pk__in=exercised).first().pk
    found["a sheet of exercises"] = f"/sessions/{sheet}/exercises/"
    found["the same, printed"] = f"/sessions/{sheet}/exercises/pdf/"
    letter = Letter.objects.filter(status=LetterStatus.SIGNED).first()
    found["a letter"] = f"/letters/{letter.pk}/"
    found["the same letter, printed"] = f"/letters/{letter.pk}/pdf/"
    found["consents"] = f"/patients/{Consent.objects.first().patient_id}/consents/"
    return found


def test_nothing_that_is_renamed_changes_what_was_signed(client: Client) -> None:
    client.force_login(StaffMember.objects.get(email="physio@example.org"))
    before = {name: written_on(client, address) for name, address in some_signed().items()}
    everything_renamed()
    client.logout()
    client.force_login(StaffMember.objects.get(email="x.physio@example.org"))
    after = {name: written_on(client, address) for name, address in some_signed().items()}
    differ = {name: list(unified_diff(before[name].split(), after[name].split(), n=3)) for name in before}
    assert {name: lines for name, lines in differ.items() if lines} == {}
    assert all(text for text in before.values())


def test_who_asked_is_shown_as_they_were_called(client: Client) -> None:
    client.force_login(StaffMember.objects.get(email="physio@example.org"))
    screening = Screening.objects.select_related("asked_by").first()
    name = screening.asked_by.name
    StaffMember.objects.update(name=RENAMED, version=F("version") + 1)
    page = client.get(f"/cases/{screening.case_id}/screening/").content.decode()
    asked = page.partition('id="asked"')[2]
    assert name in asked
    assert RENAMED not in asked.partition("</section>")[0]
