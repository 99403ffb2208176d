import re
from typing import Any

import pytest
from django.test import Client

from cases.actions.alerts import note_alert
from cases.actions.patients import change_patient
from cases.models import Merge, Patient
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.merges import a_merge, twins
from tests.factories.records import a_case, a_patient, a_physio, site_of, staff

pytestmark = pytest.mark.django_db
WORDS = ("Warfarin", "Ibuprofen", "Latex")


@pytest.fixture
def physio() -> StaffMember:
    return a_physio()


@pytest.fixture
def admin(client: Client, physio: StaffMember) -> StaffMember:
    person = staff(Role.CLINIC_ADMIN, site=site_of(physio))
    client.force_login(person)
    return person


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def text(response: Any) -> str:
    return response.content.decode()


def fresh(patient: Patient) -> Patient:
    return Patient.objects.get(pk=patient.pk)


def sent(kept: Patient, other: Patient, **told: str) -> dict[str, str]:
    """What the page sends, with everything chosen."""
    return {
        "other": str(other.pk),
        "kept_version": str(fresh(kept).version),
        "other_version": str(fresh(other).version),
        "value-given_names": "kept",
        "value-born_on": "kept",
        "value-nhs_number": "kept",
        "value-phone": "kept",
        **told,
    }


def checked(page: str) -> set[str]:
    return set(re.findall(r'name="value-(\w+)" value="\w+" checked', page))


def test_both_are_shown_side_by_side_and_identity_is_not_preselected(
    client: Client, admin: StaffMember, physio: StaffMember
) -> None:
    kept, other = twins(physio)
    a_case(physio, other)
    address = f"/patients/{kept.pk}/merge/"
    assert str(other.pk) in read(client, address)
    assert str(other.pk) in read(client, f"{address}?q=markus")
    page = read(client, f"{address}?other={other.pk}")
    for word in ("Markus", "Sun 12 May 1985", "Thu 5 Dec 1985", "020 2", "943 476 5919"):
        assert word in page, word
    assert set(re.findall(r'name="value-(\w+)"', page)) == {"given_names", "born_on", "nhs_number", "phone"}
    assert checked(page) == {"phone"}
    assert re.search(r"Cases</th><td[^>]*>0</td><td[^>]*>1</td>", page)
    assert AuditEvent.objects.filter(action="patient.seen", row_id__in=[kept.pk, other.pk]).count() == 2


def test_clinical_words_are_joined_unseen(client: Client, admin: StaffMember, physio: StaffMember) -> None:
    kept, other = twins(physio)
    address = f"/patients/{kept.pk}/merge/"
    for page in (
        read(client, f"{address}?other={other.pk}"),
        text(client.post(address, {"other": str(other.pk)})),
        text(client.post(address, sent(kept, other), follow=True)),
        read(client, f"/patients/{other.pk}/unmerge/"),
        read(client, f"/patients/{kept.pk}/history/"),
    ):
        assert not [word for word in WORDS if word in page]
    assert fresh(kept).medicines == "Warfarin\nIbuprofen"
    both = staff(Role.CLINIC_ADMIN, Role.PHYSIOTHERAPIST, site=site_of(physio), hcpc_number="PH123456")
    client.force_login(both)
    assert "Ibuprofen" in read(client, f"/patients/{other.pk}/unmerge/")


def test_a_reader_sees_how_the_words_are_joined(client: Client, physio: StaffMember) -> None:
    kept, other = twins(physio)
    client.force_login(staff(Role.CLINIC_ADMIN, Role.PHYSIOTHERAPIST, site=site_of(physio), hcpc_number="PH123456"))
    assert "Warfarin<br>Ibuprofen" in read(client, f"/patients/{kept.pk}/merge/?other={other.pk}")


def test_what_is_not_answered_is_told_beside_its_field(client: Client, admin: StaffMember, physio: StaffMember) -> None:
    kept, other = twins(physio)
    told = {**sent(kept, other, **{"value-phone": "other"}), "value-born_on": "", "value-nhs_number": "mine"}
    response = client.post(f"/patients/{kept.pk}/merge/", told)
    page = text(response)
    assert response.status_code == 422
    assert 'id="id-born_on_error"><li>Say which one counts.' in page
    assert 'id="id-nhs_number_error"><li>Choose one of the two.' in page
    assert 'name="value-phone" value="other" checked' in page
    assert 'name="value-given_names" value="kept" checked' in page
    assert not Merge.objects.exists()


@pytest.mark.parametrize("which", [0, 1])
def test_a_change_in_between_is_told_and_the_choices_are_kept(
    client: Client, admin: StaffMember, physio: StaffMember, which: int
) -> None:
    pair = twins(physio)
    told = sent(*pair, **{"value-phone": "other"})
    change_patient(patient=pair[which], version=1, changes={"phone": "020 9"}, by=admin)
    response = client.post(f"/patients/{pair[0].pk}/merge/", told)
    page = text(response)
    assert response.status_code == 412
    assert "changed by somebody else" in page
    assert "020 9" in page
    assert checked(page) == {"given_names", "born_on", "nhs_number", "phone"}
    assert f'name="{("kept", "other")[which]}_version" value="2"' in page
    assert client.post(f"/patients/{pair[0].pk}/merge/", sent(*pair)).status_code == 302


def test_taken_apart_by_a_page_that_tells_what_follows(client: Client, admin: StaffMember, physio: StaffMember) -> None:
    kept, other = twins(physio)
    a_merge(kept, other, admin, {"phone": "other", "given_names": "other"})
    change_patient(patient=kept, version=fresh(kept).version, changes={"sport": "Rowing"}, by=admin)
    stays, goes = (note_alert(patient=kept, severity="NOTE", text=t, by=admin) for t in ("One stays", "One goes"))
    case = a_case(physio, fresh(kept))
    address = f"/patients/{other.pk}/unmerge/"
    page = read(client, address)
    for word in (
        "Markus Ellery was merged into Marcus Ellery",
        "One stays",
        "One goes",
        "Rowing",
        case.number,
        "020 1",
    ):
        assert word in page, word
    assert f'name="row-{case.pk}"' not in page  # a consent was taken in it
    assert "A consent was taken in this case" in page
    assert case.title not in page
    told = {"kept_version": "1", "other_version": "1", f"row-{goes.pk}": "moves", f"row-{stays.pk}": "stays"}
    response = client.post(address, told)
    assert response.status_code == 412
    assert f'name="row-{goes.pk}" value="moves" checked' in text(response)
    told |= {"kept_version": str(fresh(kept).version), "other_version": str(fresh(other).version)}
    response = client.post(address, {**told, f"row-{case.pk}": "moves"})
    assert response.status_code == 409
    response = client.post(address, told, follow=True)
    assert "apart again" in text(response)
    assert (fresh(kept).given_names, fresh(kept).phone, fresh(kept).sport) == ("Marcus", "020 1", "Rowing")
    assert list(fresh(other).alerts.all()) == [goes]
    assert "is not merged" in text(client.post(address, told, follow=True))
    assert "Markus" in read(client, "/patients/")


def test_nonsense_is_met_with_the_search(client: Client, admin: StaffMember, physio: StaffMember) -> None:
    kept, other = twins(physio)
    address = f"/patients/{kept.pk}/merge/"
    assert "Find the other record" in read(client, f"{address}?other=nonsense")
    assert "Find the other record" in read(client, f"{address}?other={kept.pk}")
    assert "Nobody is called so" in read(client, f"{address}?q=zzzzzz")
    assert client.post(address, {"other": "nonsense"}).status_code == 200
    assert client.post(address, {"other": str(other.pk), "kept_version": "x"}).status_code == 412
    a_merge(a_patient(physio), other, admin)
    assert client.post(address, sent(kept, other)).status_code == 409


def test_only_admins_merge(client: Client, admin: StaffMember, physio: StaffMember) -> None:
    kept, other = twins(physio)
    a_merge(kept, other, admin)
    client.force_login(physio)
    assert client.get(f"/patients/{kept.pk}/merge/").status_code == 403
    for method in (client.get, client.post):
        assert method(f"/patients/{other.pk}/unmerge/").status_code == 403
    client.force_login(staff(Role.CLINIC_ADMIN))
    assert client.get(f"/patients/{kept.pk}/merge/").status_code == 404
    assert client.get(f"/patients/{other.pk}/unmerge/").status_code == 404


def test_the_pages_cost_the_same_for_one_row_as_for_many(
    client: Client, admin: StaffMember, physio: StaffMember
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    kept, other = twins(physio)
    a_merge(kept, other, admin)
    a_case(physio, fresh(kept))
    note_alert(patient=kept, severity="NOTE", text="One", by=admin)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as ran:
            read(client, f"/patients/{other.pk}/unmerge/")
        counts.append(len(ran))
        for n in range(5):
            a_case(physio, fresh(kept))
            note_alert(patient=kept, severity="NOTE", text=f"More {n}", by=admin)
    assert counts[0] == counts[1]
