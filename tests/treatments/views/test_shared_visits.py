import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.actions.appointments import book_appointment
from cases.actions.case_steps import hold_case
from cases.models import Case
from clinic import clock
from clinic.models import StaffMember
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session, site_of
from tests.treatments.views.test_sessions import address, fields
from treatments.models import Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = a_physio()
    client.force_login(person)
    return person


@pytest.fixture
def cases(by: StaffMember) -> tuple[Case, Case]:
    first = a_case(by)
    return first, a_case(by, first.patient, title="Left shoulder")


def begin_both(client: Client, cases: tuple[Case, Case], **told: Any) -> tuple[dict[str, Any], str]:
    """Types a note, goes on with the other case; answers with what was typed and the second note's page."""
    sent = fields(began_at="13:05", **told)
    page = client.post(address(cases[0]), {**sent, "do": f"also-{cases[1].pk}"}, follow=True)
    assert page.status_code == 200
    return sent, page.content.decode()


def test_a_second_note_is_started_beside_the_first_and_one_goes_between_them(
    client: Client, cases: tuple[Case, Case], by: StaffMember
) -> None:
    a_signed_session(cases[1], by, clock.today() - timedelta(days=7))
    assert "Also treat Left shoulder at this visit" in client.get(address(cases[0])).content.decode()
    sent, page = begin_both(client, cases)
    first, second = Session.objects.drafts().order_by("created_at")
    assert first.draft["subjective"] == "typed by somebody"
    assert (second.case, second.visit) == (cases[1], first.visit)
    assert [a["modality"] for a in second.draft["applications"]] == ["RSWT", "IASTM"], "as its own page starts it"
    for text in ("One visit, 2 notes", "Go to Right Achilles", 'name="began_at" value="13:05"', "Sign both"):
        assert text in page
    assert "Also treat" not in page
    back = fields(session=str(second.pk), draft_version=str(second.draft_version), do=f"switch-{first.pk}", plan="kept")
    page = client.post(address(cases[1]), back, follow=True).content.decode()
    assert "typed by somebody" in page
    assert f'name="beside-{second.pk}" value="{second.draft_version + 1}"' in page
    second.refresh_from_db()
    assert second.draft["plan"] == "kept"
    again = {**sent, "session": str(first.pk), "draft_version": "1", "do": f"also-{cases[1].pk}"}
    assert client.post(address(cases[0]), again)["Location"].endswith(str(second.pk))


def test_both_are_signed_in_one_step(client: Client, cases: tuple[Case, Case], by: StaffMember) -> None:
    told = {"patient": cases[0].patient, "staff": by, "site": site_of(by)}
    row = book_appointment(starts_at=clock.now(), by=by, **told)
    begin_both(client, cases)
    first, second = Session.objects.order_by("created_at")
    day = client.get("/").content.decode()
    assert "One visit:" in day
    sent = fields(session=str(second.pk), draft_version="1", do="sign_all", **{f"beside-{first.pk}": "1"})
    assert client.post(address(cases[1]), sent)["Location"] == f"/sessions/{second.pk}/"
    assert not Session.objects.drafts().exists()
    row.refresh_from_db()
    assert row.status == "ATTENDED"
    page = re.sub("<[^>]+>", "", client.get("/").content.decode())
    assert "One visit: Right Achilles (signed), Left shoulder (signed)" in page
    assert "Same visit:" in client.get(f"/sessions/{second.pk}/").content.decode()
    assert client.get(f"/api/v1/sessions/{second.pk}/").json()["visit"] == str(first.visit or second.visit)


def test_a_fault_in_the_other_note_is_named_and_neither_is_signed(client: Client, cases: tuple[Case, Case]) -> None:
    begin_both(client, cases, **{"measurements-0-value": "11"})
    first, second = Session.objects.order_by("created_at")
    sent = fields(session=str(second.pk), draft_version="1", do="sign_all", **{f"beside-{first.pk}": "1"})
    answer = client.post(address(cases[1]), sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "<li>Right Achilles: At most 10" in page.replace("<li>\n", "<li>")
    assert "typed by somebody" in page
    assert Session.objects.drafts().count() == 2


def test_a_fault_in_this_note_is_told_at_its_field(client: Client, cases: tuple[Case, Case]) -> None:
    begin_both(client, cases)
    first, second = Session.objects.order_by("created_at")
    wrong = {f"beside-{first.pk}": "1", "measurements-0-value": "11"}
    answer = client.post(address(cases[1]), fields(session=str(second.pk), draft_version="1", do="sign_all", **wrong))
    assert answer.status_code == 422
    assert 'href="#id-measurements-0-value"' in answer.content.decode()
    assert Session.objects.drafts().count() == 2


@pytest.mark.parametrize("version", ["7", "x", ""])
def test_another_version_of_the_other_note_is_not_signed(
    client: Client, cases: tuple[Case, Case], version: str
) -> None:
    begin_both(client, cases)
    first, second = Session.objects.order_by("created_at")
    sent = fields(session=str(second.pk), draft_version="1", do="sign_all", **{f"beside-{first.pk}": version})
    answer = client.post(address(cases[1]), sent)
    assert answer.status_code == 422
    assert "Right Achilles: This note was changed since you looked at it" in answer.content.decode()
    assert Session.objects.drafts().count() == 2


def test_what_nobody_touched_is_listed_for_each(client: Client, cases: tuple[Case, Case], by: StaffMember) -> None:
    a_signed_session(cases[1], by, clock.today() - timedelta(days=7))
    sent, _ = begin_both(client, cases)
    first, second = Session.objects.drafts().order_by("created_at")
    sent = {**sent, "session": str(first.pk), "draft_version": "1", f"beside-{second.pk}": "1", "do": "sign_all"}
    answer = client.post(address(cases[0]), sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Left shoulder: Radial shockwave · 2.3 bar" in page
    assert 'value="sign_all_as_listed"' in page
    assert "Sign both as listed" in page
    done = client.post(address(cases[0]), {**sent, "draft_version": "2", "do": "sign_all_as_listed"})
    assert done.status_code == 302
    assert not Session.objects.drafts().exists()


def test_which_cases_are_offered(client: Client, cases: tuple[Case, Case], by: StaffMember) -> None:
    a_case(by, title="Another patient")
    held = a_case(by, cases[0].patient, title="Held")
    hold_case(case=held, reason="Away", by=by)
    page = client.get(address(cases[0])).content.decode()
    assert "Also treat Left shoulder" in page
    assert "Another patient" not in page
    strangers = a_case(by)
    for pk in (strangers.pk, cases[0].pk, "x", ""):
        assert client.post(address(cases[0]), fields(do=f"also-{pk}")).status_code == 404
    client.force_login(a_physio())
    assert client.post(address(cases[0]), fields(do=f"also-{cases[1].pk}")).status_code == 404


def test_no_note_of_a_colleague_is_opened(client: Client, cases: tuple[Case, Case], by: StaffMember) -> None:
    begin_both(client, cases)
    theirs = a_draft(cases[1], a_physio(site_of(by)))
    second = Session.objects.written_by(by).get(case=cases[1])
    sent = fields(session=str(second.pk), draft_version="1", do=f"switch-{theirs.pk}")
    assert client.post(address(cases[1]), sent).status_code == 404
    sent = fields(session=str(second.pk), draft_version="2", do="sign_all", **{f"beside-{theirs.pk}": "1"})
    assert client.post(address(cases[1]), sent).status_code == 422
    assert Session.objects.drafts().count() == 3
