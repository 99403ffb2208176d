import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from cases.models import Consent, Document
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.photographs import a_photograph, a_picture_file, agreed, with_a_place
from tests.factories.records import a_case, a_draft, a_physio, site_of, staff
from treatments.actions.sessions import discard_session, sign_session
from treatments.models import Session, SessionDocument

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
TOLD = {"title": "Scar, before", "where": "", "taken_on": ""}
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.fixture
def draft(by: StaffMember) -> Session:
    return a_draft(a_case(by), by)


def upload(data: bytes | None = None, name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_picture_file() if data is None else data, "image/jpeg")


def signed(session: Session) -> Session:
    session.refresh_from_db()
    return sign_session(session=session, draft_version=session.draft_version, by=session.author)


def bytes_of(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # which closes the file


def statuses(client: Client, photograph: SessionDocument) -> set[int]:
    answers = [client.get(each) for each in addresses(photograph)]
    for answer in answers:
        list(answer.streaming_content if answer.streaming else [])
    return {answer.status_code for answer in answers}


def addresses(photograph: SessionDocument) -> list[str]:
    base = f"/photographs/{photograph.document_id}/"
    return [base, f"{base}thumbnail/", f"{base}picture/", f"{base}original/"]


def test_the_page_asks_for_the_consent_and_then_takes_them(client: Client, draft: Session) -> None:
    path = f"/sessions/{draft.pk}/photographs/add/"
    page = client.get(path).content.decode()
    assert "Ask first" in page
    assert 'type="file"' not in page
    refused = client.post(path, {**TOLD, "file": upload()})
    assert refused.status_code == 422
    assert "no consent to photographs" in refused.content.decode()
    client.post(path, {"do": "agree"})
    assert Consent.objects.filter(kind="PHOTO").count() == 1
    page = client.get(path).content.decode()
    assert 'type="file"' in page
    assert 'capture="environment"' in page
    done = client.post(path, {**TOLD, "file": [upload(), upload(a_picture_file("PNG"))]})
    assert done["Location"].startswith(f"/cases/{draft.case_id}/sessions/log/?session={draft.pk}")
    note = client.get(done["Location"].split("#")[0]).content.decode()
    assert note.count("<span>Scar, before</span></a>") == 2
    assert note.count(">Take away<span") == 2


def test_the_note_asks_for_the_consent_in_place(client: Client, draft: Session) -> None:
    note = f"/cases/{draft.case_id}/sessions/log/"
    page = client.get(note).content.decode()
    assert "Agreed, verbally" in page
    assert 'id="photo-file"' not in page
    typed = {"session": draft.pk, "draft_version": 1, "kind": "TREATMENT", "subjective": "Typed before"}
    answer = client.post(note, {**typed, "do": "agree_photographs"})
    assert answer.status_code == 302
    page = client.get(answer["Location"].split("#")[0]).content.decode()
    assert 'id="photo-file"' in page
    assert "Typed before" in page
    assert client.post(note, {**typed, "draft_version": 2, "do": "photograph"})["Location"].endswith(
        "/photographs/add/"
    )


def test_the_script_gets_the_list_or_the_reason(client: Client, draft: Session) -> None:
    agreed(draft.case, draft.author)
    path = f"/sessions/{draft.pk}/photographs/add/"
    answer = client.post(path, {**TOLD, "file": upload()}, headers=FETCH)
    assert answer.status_code == 200
    assert "Scar, before" in answer.json()["html"]
    answer = client.post(path, {**TOLD, "file": upload(b"\0\0\0\x18ftypheic", "IMG_2.heic")}, headers=FETCH)
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("IMG_2.heic: This is a HEIC photograph")
    assert client.post(f"/sessions/{a_draft(a_case(a_physio()), a_physio()).pk}/photographs/add/").status_code == 404


def test_one_that_is_refused_keeps_neither_the_others_out_nor_loses_what_was_typed(
    client: Client, draft: Session
) -> None:
    agreed(draft.case, draft.author)
    path = f"/sessions/{draft.pk}/photographs/add/"
    files = [upload(), upload(b"<svg onload=alert(1)>", "<b>evil</b>.svg"), upload(name="../../etc/passwd")]
    answer = client.post(path, {**TOLD, "file": files})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This is not a photograph. JPEG, PNG and WebP can be kept." in page
    assert "<b>evil" not in page
    assert 'value="Scar, before"' in page
    assert sorted(Document.objects.values_list("file_name", flat=True)) == ["IMG_1.jpg", "passwd"]
    for broken, told in (
        ({"title": ""}, "This field is required"),
        ({"taken_on": "2199-01-01"}, "This is in the future."),
        ({"where": "elsewhere"}, "not one of the available choices"),
    ):
        answer = client.post(path, {**TOLD, **broken, "file": upload()})
        assert answer.status_code == 422
        assert told in answer.content.decode()
    assert "Take or choose a photograph first." in client.post(path, TOLD).content.decode()
    assert Document.objects.count() == 2


def test_a_request_that_is_far_too_large_is_not_read(client: Client, draft: Session, settings: Any) -> None:
    settings.LARGEST_UPLOAD = 1000
    answer = client.post(f"/sessions/{draft.pk}/photographs/add/", {**TOLD, "file": upload()})
    assert answer.status_code == 413


def test_what_is_shown_is_the_copy_and_what_is_saved_is_the_original(client: Client, draft: Session) -> None:
    agreed(draft.case, draft.author)
    data = with_a_place()
    client.post(f"/sessions/{draft.pk}/photographs/add/", {**TOLD, "file": upload(data)})
    photograph = SessionDocument.objects.get()
    page, thumbnail, picture, original = addresses(photograph)
    assert "Scar, before" in client.get(page).content.decode()
    answer = client.get(picture)
    assert "attachment" not in answer.get("Content-Disposition", "")
    assert not Image.open(io.BytesIO(bytes_of(answer))).getexif()
    answer = client.get(f"{picture}?download=yes")
    assert answer["Content-Disposition"].startswith("attachment")
    bytes_of(answer)
    answer = client.get(original)
    assert answer["Content-Disposition"].startswith('attachment; filename="photograph-20')
    assert bytes_of(answer) == data
    for path in (thumbnail, picture, original):
        answer = client.get(path)
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"].startswith("private")
        assert "sandbox" in answer["Content-Security-Policy"]
        bytes_of(answer)
        assert client.post(path).status_code == 405
    events = AuditEvent.objects.filter(row_id=photograph.document_id, action__endswith=".seen")
    assert sorted(events.values_list("action", flat=True)) == [
        "photograph.seen",
        "photograph.seen",
        "photograph.seen",
        "photograph_copy.seen",
        "photograph_original.seen",
        "photograph_original.seen",
    ]
    assert set(events.values_list("patient_id", flat=True)) == {draft.case.patient_id}


def test_it_is_taken_away_with_a_reason_until_the_note_is_signed(client: Client, draft: Session) -> None:
    first, second = a_photograph(draft, draft.author, "First"), a_photograph(draft, draft.author, "Second")
    path = f"/photographs/{first.document_id}/take-away/"
    assert "Say why" in client.post(path, {"reason": ""}).content.decode()
    page = client.post(path, {"reason": "Blurred"}, follow=True).content.decode()
    assert "Taken away" in page
    assert "<span>Second</span></a>" in page
    assert "<span>First</span></a>" not in page
    assert statuses(client, first) == {404}
    done = signed(draft)
    page = client.get(f"/photographs/{second.document_id}/").content.decode()
    assert 'name="reason"' not in page
    assert "signed" in client.post(f"/photographs/{second.document_id}/take-away/", {"reason": "x"}).content.decode()
    assert "<span>Second</span></a>" in client.get(f"/sessions/{done.pk}/").content.decode()
    assert 'Photographs <span class="soft">1</span>' in client.get(f"/cases/{draft.case_id}/").content.decode()
    page = client.get(f"/cases/{draft.case_id}/photographs/").content.decode()
    assert "<span>Second</span></a>" in page
    assert "<span>First</span></a>" not in page
    assert client.get(f"/sessions/{done.pk}/photographs/add/")["Location"] == f"/sessions/{done.pk}/"
    assert client.post(f"/sessions/{done.pk}/photographs/add/", {**TOLD, "file": upload()}).status_code == 422


def test_a_draft_of_somebody_else_shows_its_photographs_to_who_may_check_it(client: Client, draft: Session) -> None:
    photograph = a_photograph(draft, draft.author)
    client.force_login(a_physio(site_of(draft.author)))
    assert client.get(addresses(photograph)[0]).status_code == 200
    assert "<span>Right ankle</span></a>" in client.get(f"/sessions/{draft.pk}/attest/").content.decode()
    assert "<span>Right ankle</span></a>" not in client.get(f"/sessions/{draft.pk}/").content.decode()
    assert client.get(f"/sessions/{draft.pk}/photographs/add/").status_code == 404
    assert client.post(f"{addresses(photograph)[0]}take-away/", {"reason": "x"}).status_code == 403
    client.force_login(staff(Role.CLINICAL_LEAD, site=site_of(draft.author)))
    assert statuses(client, photograph) == {404}


def test_the_photographs_of_a_discarded_note_are_seen_nowhere(client: Client, draft: Session) -> None:
    photograph = a_photograph(draft, draft.author)
    discard_session(session=draft, reason="Wrong patient", by=draft.author)
    assert statuses(client, photograph) == {404}
    assert "<span>Right ankle</span></a>" not in client.get(f"/cases/{draft.case_id}/").content.decode()


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR, None])
def test_who_finds_none(client: Client, draft: Session, role: Role | None) -> None:
    photograph = a_photograph(draft, draft.author)
    signed(draft)
    client.force_login(staff(role, site=site_of(draft.author)) if role else a_physio())
    assert statuses(client, photograph) == {404}
    assert client.post(f"{addresses(photograph)[0]}take-away/").status_code in (403, 404)
    assert client.get(f"/sessions/{draft.pk}/photographs/add/").status_code in (403, 404)


def test_the_lead_at_the_site_sees_what_is_signed(client: Client, draft: Session) -> None:
    photograph = a_photograph(draft, draft.author)
    signed(draft)
    client.force_login(staff(Role.CLINICAL_LEAD, site=site_of(draft.author)))
    assert statuses(client, photograph) == {200}
    client.force_login(staff(Role.CLINICAL_LEAD))
    assert statuses(client, photograph) == {404}


def test_a_file_that_is_gone_is_not_found(client: Client, draft: Session, documents: Any) -> None:
    photograph = a_photograph(draft, draft.author)
    for file in documents.rglob("*.*"):
        file.unlink()
    assert client.get(addresses(photograph)[2]).status_code == 404


def test_the_pages_cost_the_same_for_one_and_for_many(client: Client, draft: Session) -> None:
    def cost(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    note, case = f"/cases/{draft.case_id}/sessions/log/", f"/cases/{draft.case_id}/"
    session, add = f"/sessions/{draft.pk}/", f"/sessions/{draft.pk}/photographs/add/"
    a_photograph(draft, draft.author)
    before = [cost(path) for path in (note, add)]
    for _ in range(4):
        a_photograph(draft, draft.author)
    assert [cost(path) for path in (note, add)] == before
    signed(draft)
    one = [cost(case), cost(session)]
    other = a_draft(draft.case, draft.author)
    a_photograph(other, draft.author)
    signed(other)
    assert [cost(case), cost(session)] == one
