import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client

from clinic import clock
from clinic.models import AuditEvent, StaffMember
from clinic.models.records import new_id
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session, site_of, staff
from treatments.forms.documents import document_from
from treatments.models import Session

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_X_REQUESTED_WITH": "fetch"}


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


def fields(**told: Any) -> dict[str, Any]:
    """What the page posts for one visit."""
    return {
        "session": str(new_id()),
        "draft_version": "0",
        "do": "save",
        "kind": "TREATMENT",
        "occurred_on": clock.today().isoformat(),
        "subjective": "typed by somebody",
        "applications-0-modality": "RSWT",
        "applications-0-use": "yes",
        "applications-0-parameters-pressure_bar": "2,3",
        "applications-0-parameters-impulses": "2000",
        "applications-0-parameters-frequency_hz": "8",
        "applications-1-modality": "IASTM",
        "applications-1-parameters-total_time_min": "5",
        "measurements-0-measure": "NPRS",
        "measurements-0-context": "LOAD",
        "measurements-0-side": "",
        "measurements-0-moment": "BEFORE",
        "measurements-0-value": "6",
        "measurements-1-measure": "KTW_CM",
        "measurements-1-side": "RIGHT",
        "measurements-1-value": "",
        **told,
    }


def address(case: Any) -> str:
    return f"/cases/{case.pk}/sessions/log/"


def test_an_empty_note_asks_for_the_measures_of_the_case(client: Client, by: StaffMember) -> None:
    page = client.get(address(a_case(by))).content.decode()
    assert "Pain, load" in page
    assert "Knee to wall, right" in page
    assert "usual 1.5–4 bar" in page
    assert not Session.objects.exists()


def test_saving_signing_and_reading(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    sent = fields()
    saved = client.post(address(case), sent)
    assert saved.status_code == 302
    page = client.get(saved["Location"]).content.decode()
    assert 'value="2,3"' in page
    assert "typed by somebody" in page
    signed = client.post(address(case), {**sent, "draft_version": "1", "do": "sign"}, follow=True)
    assert "Radial shockwave · 2.3 bar · 2000 impulses · 8 Hz" in signed.content.decode()
    assert "IASTM" not in signed.content.decode()
    assert by.name in signed.content.decode()
    assert Session.objects.get().status == "SIGNED"
    assert AuditEvent.objects.filter(action="session.seen", door="page").exists()


def test_my_draft_is_opened_again_and_a_colleagues_is_not(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    a_draft(case, a_physio(site_of(by)), subjective="a colleague's words")
    assert "colleague&#x27;s words" not in client.get(address(case)).content.decode()
    mine = a_draft(case, by, subjective="my words")
    assert "my words" in client.get(address(case)).content.decode()
    assert "my words" not in client.get(f"{address(case)}?new=1").content.decode()
    assert client.get(f"/sessions/{mine.pk}/")["Location"] == f"{address(case)}?session={mine.pk}"


def test_a_colleagues_draft_is_no_fact(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    theirs = a_draft(case, a_physio(site_of(by)), subjective="a marker in a draft")
    for page in (f"/sessions/{theirs.pk}/", f"/cases/{case.pk}/", "/", f"/patients/{case.patient_id}/"):
        assert "a marker in a draft" not in client.get(page).content.decode()
    assert client.get(f"{address(case)}?session={theirs.pk}").status_code == 404


def test_autosave(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    sent = fields(do="autosave")
    first = client.post(address(case), sent, **SCRIPT)
    assert first.json()["draft_version"] == 1
    second = client.post(address(case), {**sent, "draft_version": "1", "plan": "more"}, **SCRIPT)
    assert second.json()["draft_version"] == 2
    assert re.fullmatch(r"Saved \d\d:\d\d", second.json()["saved"])
    stale = client.post(address(case), {**sent, "draft_version": "1", "plan": "lost?"}, **SCRIPT)
    assert stale.status_code == 412
    assert Session.objects.get().draft["plan"] == "more"


def test_a_conflict_shows_both(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    sent = fields()
    client.post(address(case), {**sent, "plan": "theirs"})
    page = client.post(address(case), {**sent, "plan": "mine"})
    assert page.status_code == 412
    text = page.content.decode()
    assert "theirs" in text
    assert "mine" in text
    assert 'name="draft_version" value="1"' in text
    assert "data-is-saved" not in text, "what was typed here is kept on the device"


def test_a_refused_note_loses_nothing_and_points_to_what_is_wrong(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    wrong = {"applications-0-parameters-frequency_hz": "80", "measurements-0-value": "eleven", "occurred_on": ""}
    page = client.post(address(case), fields(do="sign", **wrong))
    assert page.status_code == 422
    text = page.content.decode()
    for typed in ("80", "eleven", "2,3", "typed by somebody"):
        assert typed in text
    anchors = re.findall(r'<li><a href="#([^"]+)">', text)
    assert len(anchors) == 3
    for anchor in anchors:
        assert f'id="{anchor}"' in text
    assert "At most 35 Hz" in text
    assert "Write a number" in text
    assert "data-is-saved" in text, "nothing is left to put back"
    assert Session.objects.get().status == "DRAFT"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"session": "x"}, 302),
        ({"draft_version": "x"}, 302),
        ({"draft_version": "7"}, 412),
        ({"plan": "a\x00b"}, 422),
        ({"plan": "x" * 300_000}, 422),
        ({"applications-0-parameters-[]": "x"}, 302),
        ({"applications-99999999999999999999-use": "x", "measurements--value": "1", "applications-": "x"}, 302),
    ],
)
def test_bad_input_is_a_clear_answer(client: Client, by: StaffMember, change: dict[str, str], status: int) -> None:
    assert client.post(address(a_case(by)), fields(**change)).status_code == status


def test_a_signed_session_is_not_typed_over(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    done = a_signed_session(case, by)
    answer = client.post(address(case), fields(session=str(done.pk), draft_version=str(done.draft_version)))
    assert answer["Location"] == f"/sessions/{done.pk}/"


def test_somebody_elses_draft_is_not_typed_over(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    theirs = a_draft(case, a_physio(site_of(by)))
    answer = client.post(address(case), fields(session=str(theirs.pk), draft_version="1"))
    assert answer.status_code == 403
    assert AuditEvent.objects.filter(action="action.refused", staff=by).count() == 1


def test_discarding_asks_why(client: Client, by: StaffMember) -> None:
    draft = a_draft(a_case(by), by)
    assert client.get(f"/sessions/{draft.pk}/discard/").status_code == 200
    assert client.post(f"/sessions/{draft.pk}/discard/", {"reason": ""}).status_code == 422
    assert client.post(f"/sessions/{draft.pk}/discard/", {"reason": "Twice"}).status_code == 302
    assert "Twice" in client.get(f"/sessions/{draft.pk}/").content.decode()
    assert client.get(f"/sessions/{draft.pk}/discard/").status_code == 404


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR, None])
def test_who_sees_no_session(client: Client, role: Role | None) -> None:
    by = a_physio()
    done = a_signed_session(case := a_case(by), by)
    client.force_login(staff(role, site=site_of(by)) if role else a_physio())
    assert client.get(f"/sessions/{done.pk}/").status_code == 404
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    assert client.get(address(case)).status_code in (403, 404)
    assert client.post(address(case), fields()).status_code in (403, 404)


def test_a_script_whose_login_expired_is_told_so(client: Client) -> None:
    case = a_case(a_physio())
    answer = client.post(address(case), fields(), **SCRIPT)
    assert (answer.status_code, answer.json()) == (401, {"code": "login_needed"})


def test_the_fields_of_the_page_make_the_same_document(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    draft = a_draft(case, by)
    page = client.get(f"{address(case)}?session={draft.pk}").content.decode()
    posted = QueryDict(urlencode(list(posted_by(page))))
    assert without_blanks(document_from(posted)) == without_blanks(draft.draft)


def posted_by(page: str) -> list[tuple[str, str]]:
    """The names and values that a browser would post."""
    inputs = [
        dict(re.findall(r'([a-z]+)="([^"]*)"', tag)) | {"checked": " checked" in tag}
        for tag in re.findall(r"<input[^>]*>", page)
    ]
    found = [
        (i["name"], i.get("value", "")) for i in inputs if "name" in i and (i.get("type") != "checkbox" or i["checked"])
    ]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        found.append((name, chosen[0] if chosen else ""))
    found += re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S)
    return found


def without_blanks(document: Any) -> Any:
    """The document without empty members and without what goes without saying."""
    if isinstance(document, list):
        return [without_blanks(x) for x in document]
    if not isinstance(document, dict):
        return document
    usual = {"was_given": True, "moment": "BEFORE"}
    return {k: without_blanks(v) for k, v in document.items() if v not in ("", [], {}) and usual.get(k) != v}
