from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import PASSWORD, a_case, a_draft, a_note, a_physio, a_signed_session, site_of, staff
from treatments.actions.plans import PlannedBlock, start_plan
from treatments.actions.sessions import save_draft
from treatments.models import Review, Session

pytestmark = pytest.mark.django_db
ADDRESS = "/sessions/sign/"

WRONG = {
    "occurred_on": "someday",
    "measurements": [{"measure": "NPRS", "context": "LOAD", "value": "11"}, "no row"],
    "applications": [{"modality": "RSWT", "parameters": {"pressure_bar": "much"}}, {"modality": ["no"]}],
    "exercises": [{"name": "Calf raise", "sets": "-1"}],
    "adverse_events": 7,
}


def posted(session: Session, **told: str) -> dict[str, str]:
    return {"session": str(session.pk), "draft_version": str(session.draft_version), **told}


def test_one_after_the_other(client: Client) -> None:
    by = a_physio()
    client.force_login(by)
    first, second, third = (a_draft(a_case(by, title=f"Case {n}"), by) for n in (1, 2, 3))
    assert ADDRESS in client.get("/").content.decode()
    page = client.get(ADDRESS).content.decode()
    assert "Case 1" in page
    for text in ("Better on the stairs.", "Radial shockwave · 2.3 bar", "Treatment", "6/10", "2 more after this one"):
        assert text in page
    assert AuditEvent.objects.filter(action="session.seen", staff=by, row_id=first.pk).exists()
    began = page.split('name="began" value="')[1].split('"')[0]
    answer = client.post(ADDRESS, posted(first, began=began))
    page = client.get(answer["Location"]).content.decode()
    assert "Case 2" in page
    skip = answer["Location"].replace(str(first.pk), str(second.pk))
    assert skip.replace("&", "&amp;") in page
    assert "Case 3" in client.get(skip).content.decode()
    answer = client.post(ADDRESS, posted(third, began=began))
    page = client.get(answer["Location"]).content.decode()
    assert "The round is over" in page
    assert page.split("Still to sign")[0].count('row-meta">signed ') == 2
    assert "Can be signed; you left it." in page
    assert [s.status for s in Session.objects.order_by("created_at")] == ["SIGNED", "DRAFT", "SIGNED"]
    answer = client.post(ADDRESS, posted(second))
    assert "Everything that you wrote is signed" in client.get(answer["Location"]).content.decode()
    assert ADDRESS not in client.get("/").content.decode()


def test_what_was_seen_is_what_is_signed(client: Client) -> None:
    by = a_physio()
    client.force_login(by)
    draft = a_draft(case := a_case(by), by)
    seen = posted(draft)
    save_draft(case=case, session_id=draft.pk, document=a_note(plan="Typed later"), draft_version=1, by=by)
    answer = client.post(ADDRESS, seen)
    page = answer.content.decode()
    assert (answer.status_code, "Read it again before you sign" in page, "Typed later" in page) == (422, True, True)
    assert Session.objects.get().status == "DRAFT"
    assert client.post(ADDRESS, {**seen, "draft_version": "x"}).status_code == 422


def test_what_was_prefilled_is_listed_before(client: Client) -> None:
    by = a_physio()
    client.force_login(by)
    line = {"modality": "IASTM", "parameters": {"total_time_min": "5"}, "origin": "PLANNED"}
    draft = a_draft(a_case(by), by, applications=[line])
    page = client.get(ADDRESS).content.decode()
    assert "Given like this?" in page
    assert "Sign as listed" in page
    assert client.post(ADDRESS, posted(draft)).status_code == 422
    page = client.get(f"{ADDRESS}?after={draft.pk}").content.decode()
    assert "1 line stands as it was prefilled." in page
    assert client.post(ADDRESS, posted(draft, as_listed="yes")).status_code == 302


def test_what_is_to_be_corrected_is_told_with_the_way_there(client: Client) -> None:
    by = a_physio()
    client.force_login(by)
    draft = a_draft(case := a_case(by), by)
    save_draft(case=case, session_id=draft.pk, document=WRONG, draft_version=1, by=by)
    page = client.get(ADDRESS).content.decode()
    assert "cannot be signed" in page
    for place in ("Day: ", "Pain, load: At most 10", "Radial shockwave: "):
        assert place in page
    assert f"/cases/{case.pk}/sessions/log/?session={draft.pk}" in page
    assert 'type="submit">Sign' not in page
    draft.refresh_from_db()
    assert client.post(ADDRESS, posted(draft)).status_code == 422
    assert "to correct" in client.get(f"{ADDRESS}?after={draft.pk}").content.decode()


def test_an_empty_note_and_a_second_press(client: Client) -> None:
    by = a_physio()
    client.force_login(by)
    draft = a_draft(case := a_case(by), by)
    assert client.post(ADDRESS, posted(draft)).status_code == 302
    assert client.post(ADDRESS, posted(draft)).status_code == 302
    empty = {"kind": "TREATMENT", "occurred_on": a_note()["occurred_on"]}
    other = a_draft(case, by)
    save_draft(case=case, session_id=other.pk, document=empty, draft_version=1, by=by)
    page = client.get(ADDRESS).content.decode()
    assert ("nothing to sign yet" in page, 'type="submit">Sign' in page) == (True, False)
    assert "Empty: nothing to sign yet." in client.get(f"{ADDRESS}?after={other.pk}").content.decode()


def test_only_my_own_notes(client: Client) -> None:
    author = a_physio()
    draft = a_draft(a_case(author, title="A colleague's"), author)
    client.force_login(a_physio(site_of(author)))
    assert "colleague" not in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, posted(draft)).status_code == 404
    assert client.post(ADDRESS, {"session": "x"}).status_code == 404
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(author)))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, posted(draft)).status_code == 403


def test_it_costs_the_same_for_one_and_for_many(client: Client, django_assert_max_num_queries: Any) -> None:
    by = a_physio()
    client.force_login(by)
    last = a_draft(a_case(by), by)
    counts = []
    for more in (0, 8):
        for _ in range(more):
            last = a_draft(a_case(by), by)
        with django_assert_max_num_queries(40) as one:
            client.get(ADDRESS)
        with django_assert_max_num_queries(40) as end:
            client.get(f"{ADDRESS}?after={last.pk}&began=1700000000")
        counts.append((len(one), len(end)))
    assert counts[0] == counts[1]


def logged_in_long_ago(client: Client, by: StaffMember) -> None:
    client.post("/account/login/", {"login": by.email, "password": PASSWORD})
    kept = client.session
    kept["proof"] = {**kept["proof"], "proven_at": (datetime.now(UTC) - timedelta(hours=12)).isoformat()}
    kept.save()


def test_one_proof_for_all(client: Client) -> None:
    by = a_physio()
    drafts = [a_draft(a_case(by), by) for _ in range(2)]
    logged_in_long_ago(client, by)
    assert client.post(ADDRESS, posted(drafts[0])).status_code == 409
    assert client.post(ADDRESS, posted(drafts[0], proof_password=PASSWORD)).status_code == 302
    assert client.post(ADDRESS, posted(drafts[1])).status_code == 302
    assert Session.objects.filter(status="SIGNED").count() == 2
    assert AuditEvent.objects.filter(action="proof.given", staff=by, details__because="OLD").count() == 1


def test_who_checks_a_note_and_who_reviews_a_block_are_asked_too(client: Client) -> None:
    author = a_physio()
    draft = a_draft(a_case(author), author)
    by = a_physio(site_of(author))
    plan = start_plan(case=a_case(by), blocks=[PlannedBlock(1)], by=by)
    a_signed_session(plan.case, by)
    logged_in_long_ago(client, by)
    review = f"/blocks/{plan.blocks.get().pk}/review/"
    told = {"decision": "CONTINUE", "reason": "Range rises."}
    assert client.post(review, told).status_code == 409
    assert not Review.objects.exists()
    attest = f"/sessions/{draft.pk}/attest/"
    answer = client.post(attest, posted(draft, reason="Left"))
    assert (answer.status_code, '<textarea name="reason"' in answer.content.decode()) == (409, True)
    assert client.post(attest, posted(draft, reason="Left", proof_password=PASSWORD)).status_code == 302
    assert client.post(review, told).status_code == 302
    assert Review.objects.get().signed_by == by
