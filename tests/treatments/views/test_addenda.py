import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of, staff
from tests.factories.rows import pages
from treatments.actions.addenda import correct_session, mark_in_error
from treatments.actions.planning import PlannedBlock
from treatments.actions.plans import review_block, start_plan
from treatments.models import Measurement, Session

pytestmark = pytest.mark.django_db
PAGES = ("addenda/add", "correct", "error", "copy")
WRONG_VALUE, WRONG_DOSE, WRONG_WORDS = "13,7", "4,9", "Zyzzyva"


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def session(by: StaffMember, client: Client) -> Session:
    client.force_login(by)
    return a_signed_session(a_case(by), by)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def corrections(page: str, **values: str) -> dict[str, str]:
    """The form as it stands on the page, with other values for some measures."""
    form = dict(re.findall(r'name="((?:measurements|applications)-[^"]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page):
        form[name] = next(iter(re.findall(r'<option value="([^"]*)" selected', options)), "")
    for code, value in values.items():
        place = next(n.split("-")[1] for n, v in form.items() if n.endswith("-measure") and v == code)
        form[f"measurements-{place}-value"] = value
    return form


def test_words_are_added_on_a_page(client: Client, session: Session) -> None:
    address = f"/sessions/{session.pk}/addenda/add/"
    assert client.post(address, {"text": " "}).status_code == 422
    page = text_of(client.post(address, {"text": "He rang: no pain."}, follow=True))
    assert "The addendum is signed." in page
    assert "He rang: no pain." in page


def test_a_value_is_corrected_on_a_page(client: Client, session: Session) -> None:
    address = f"/sessions/{session.pk}/correct/"
    page = client.get(address).content.decode()
    form = corrections(page, KTW_CM="5,4")
    refused = client.post(address, form | {"text": ""})
    assert refused.status_code == 422
    assert 'value="5,4"' in refused.content.decode()  # nothing typed is lost
    done = text_of(client.post(address, form | {"text": "Wrong line."}, follow=True))
    assert "Corrected. What was signed first stays readable behind it." in done
    assert re.search(r"Signed first: Knee to wall, right 4.3 cm", done)
    case = text_of(client.get(f"/cases/{session.case_id}/"))
    assert "5.4" in case
    assert Measurement.objects.filter(session=session).count() == 3


def test_a_value_beyond_its_limit_is_told_beside_its_field(client: Client, session: Session) -> None:
    address = f"/sessions/{session.pk}/correct/"
    form = corrections(client.get(address).content.decode(), KTW_CM="99") | {"text": "Typing."}
    refused = client.post(address, form)
    assert refused.status_code == 422
    assert text_of(refused).count("more must be a typing error") == 2  # in the summary, and beside the field
    assert not Measurement.objects.exclude(addendum=None).exists()


def test_an_unchanged_form_corrects_nothing(client: Client, session: Session) -> None:
    address = f"/sessions/{session.pk}/correct/"
    form = corrections(client.get(address).content.decode()) | {"text": "Typing."}
    assert "Nothing is different" in text_of(client.post(address, form))


def test_an_error_is_marked_and_entered_again_elsewhere(client: Client, session: Session, by: StaffMember) -> None:
    right = a_case(by, a_patient(by, family_name="Rightman"))
    address = f"/sessions/{session.pk}/error/"
    assert client.post(address, {"error": "WRONG_PATIENT", "text": ""}).status_code == 422
    page = text_of(client.post(address, {"error": "WRONG_PATIENT", "text": "Namesake."}, follow=True))
    assert "Whose is it?" in page
    assert str(session.case_id) not in page.split("Whose is it?")[1]  # never back to the patient whose it is not
    found = text_of(client.get(f"/sessions/{session.pk}/copy/?who=rightman"))
    assert str(right.pk) in found
    assert "Choose the case" in text_of(client.post(f"/sessions/{session.pk}/copy/"))
    note = client.post(f"/sessions/{session.pk}/copy/", {"case": str(right.pk)}, follow=True)
    assert "Read it, put it right, sign it." in text_of(note)
    assert Session.objects.get(copied_from=session).case_id == right.pk
    shown = text_of(client.get(f"/sessions/{session.pk}/"))
    assert "Entered in error: another patient’s" in shown
    assert "Entered again for Ann Rightman" in shown
    assert "1 entered in error, counted nowhere" in text_of(client.get(f"/cases/{session.case_id}/"))


def test_it_is_not_copied_to_where_one_may_not_look(client: Client, session: Session) -> None:
    stranger = a_physio()
    theirs = a_case(stranger, a_patient(stranger, family_name="Hidden"))
    mark_in_error(session=session, error="OTHER", reason="x", by=session.author)
    assert str(theirs.pk) not in text_of(client.get(f"/sessions/{session.pk}/copy/?who=hidden"))
    assert client.post(f"/sessions/{session.pk}/copy/", {"case": str(theirs.pk)}).status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_and_other_roles(client: Client, session: Session, page: str, method: str) -> None:
    address = f"/sessions/{session.pk}/{page}/"
    client.force_login(a_physio())
    assert getattr(client, method)(address).status_code == 404
    client.force_login(staff(Role.RECEPTIONIST, site=site_of(session.author)))
    assert getattr(client, method)(address).status_code == 403
    client.logout()
    assert getattr(client, method)(address).status_code == 302


def test_the_pages_cost_the_same_for_each_session(
    client: Client, session: Session, by: StaffMember, django_assert_max_num_queries: Any
) -> None:
    for page, most in (("addenda/add", 9), ("correct", 22), ("error", 9)):
        with django_assert_max_num_queries(most):
            assert client.get(f"/sessions/{session.pk}/{page}/").status_code == 200


def planted(by: StaffMember) -> tuple[list[tuple[str, UUID]], Session, Session]:
    """A case with a wrong value and a wrong dose that were corrected, and a session that should not be there."""
    case = a_case(by)
    plan = start_plan(case=case, blocks=[PlannedBlock(5)], by=by)
    wrong = a_signed_session(
        case,
        by,
        measurements=[{"measure": "KTW_CM", "side": "RIGHT", "value": WRONG_VALUE}],
        applications=[
            {"modality": "RSWT", "parameters": {"pressure_bar": WRONG_DOSE, "impulses": "2000", "frequency_hz": "8"}}
        ],
    )
    value, dose = wrong.measurements.get(), wrong.applications.get()
    told = {
        "measurements": [{"id": str(value.pk), "value": "5,4"}],
        "applications": [{"id": str(dose.pk), "parameters": dose.parameters | {"pressure_bar": "2,3"}}],
    }
    correct_session(session=wrong, told=told, reason="Typing.", by=by)
    event = {"what": WRONG_WORDS, "severity": "MILD", "onset_on": wrong.occurred_on.isoformat()}
    error = a_signed_session(
        case,
        by,
        subjective=WRONG_WORDS,
        exercises=[{"name": WRONG_WORDS}],
        adverse_events=[event],
        measurements=[{"measure": "KTW_CM", "side": "RIGHT", "value": "14,1"}],
        applications=[{"modality": "EDU", "parameters": {"topic": WRONG_WORDS}}],
    )
    mark_in_error(session=error, error="WRONG_PATIENT", reason="Namesake.", by=by)
    rows = {"case": [case], "patient": [case.patient], "plan": [plan], "block": [plan.blocks.get()]}
    rows |= {"session": [wrong, error], "event": error.adverse_events.all()}
    ids = [(kind, row.pk) for kind, found in rows.items() for row in found]
    return ids, wrong, error


def test_what_was_corrected_or_in_error_is_read_only_behind_its_line(client: Client, by: StaffMember) -> None:
    """Every address of the site and of the API, with every row: the wrong figures stand on the session's own pages."""
    ids, wrong, error = planted(by)
    client.force_login(by)
    own = {f"/sessions/{pk}/{page}" for pk in (wrong.pk, error.pk) for page in ("", "correct/", "copy/")}
    found = set()
    for path in sorted(pages(ids)):
        said = client.get(path)
        body = b"".join(said.streaming_content) if said.streaming else said.content
        if re.search(rb"(?<![\d.])(13[.,]7|4[.,]9 bar|14[.,]1)(?!\d)|Zyzzyva", body):
            found.add(path)
    assert {f"/sessions/{wrong.pk}/", f"/sessions/{error.pk}/"} <= found <= own
    data = client.get(f"/api/v1/cases/{wrong.case_id}/progress/").json()
    assert [p["value"] for s in data["series"] for p in s["points"]] == [5.4]
    assert [d["amount"] for lane in data["lanes"] for d in lane["doses"]] == [2.3]


def test_the_originals_are_read_by_rest_where_they_are_asked_for(client: Client, by: StaffMember) -> None:
    _, wrong, error = planted(by)
    client.force_login(by)
    now = client.get(f"/api/v1/sessions/{wrong.pk}/").json()
    assert [m["value"] for m in now["measurements"]] == [5.4]
    assert [a["parameters"]["pressure_bar"] for a in now["applications"]] == [2.3]
    assert [(a["kind"], len(a["corrects"])) for a in now["addenda"]] == [("CORRECTS", 2)]
    was = client.get(f"/api/v1/sessions/{wrong.pk}/?originals=true").json()
    assert [m["value"] for m in was["measurements"]] == [13.7]
    gone = client.get(f"/api/v1/sessions/{error.pk}/").json()
    assert (gone["is_in_error"], gone["subjective"], gone["applications"], gone["exercises"]) == (True, "", [], [])
    kept = client.get(f"/api/v1/sessions/{error.pk}/?originals=true").json()
    assert kept["subjective"] == WRONG_WORDS


def post(client: Client, session: Session, **told: Any) -> Any:
    return client.post(f"/api/v1/sessions/{session.pk}/addenda/", told, content_type="application/json")


def test_addenda_by_rest(client: Client, session: Session) -> None:
    assert post(client, session, kind="ADDS", text="More.").status_code == 201
    value = session.measurements.get(measure_code="KTW_CM")
    done = post(client, session, kind="CORRECTS", text="Typing.", measurements=[{"id": str(value.pk), "value": 5.4}])
    assert done.status_code == 201
    assert done.json()["corrects"][0]["was"] == str(value.pk)
    far = post(
        client,
        session,
        kind="CORRECTS",
        text="x",
        measurements=[{"id": done.json()["corrects"][0]["now"], "value": 99}],
    )
    assert (far.status_code, far.json()["errors"][0]["pointer"]) == (422, "/measurements/0/value")
    assert post(client, session, kind="ADDS", text="x", error="OTHER").status_code == 400
    assert post(client, session, kind="IN_ERROR", text="x").status_code == 422
    assert post(client, session, kind="IN_ERROR", text="x", error="NOT_DONE").status_code == 201
    assert post(client, session, kind="IN_ERROR", text="x", error="NOT_DONE").status_code == 409
    assert AuditEvent.objects.filter(action="session.entered_in_error").count() == 1


def test_a_signed_review_says_what_was_corrected_after_it(client: Client, by: StaffMember) -> None:
    case = a_case(by)
    block = start_plan(case=case, blocks=[PlannedBlock(1)], by=by).blocks.get()
    session = a_signed_session(case, by)
    review_block(block=block, decision="CONTINUE", reason="Goes on.", by=by)
    client.force_login(by)
    assert "Corrected after this review" not in text_of(client.get(f"/blocks/{block.pk}/review/"))
    value = session.measurements.get(measure_code="KTW_CM")
    told = {"measurements": [{"id": str(value.pk), "value": "5"}]}
    correct_session(session=session, told=told, reason="Typing.", by=by)
    page = text_of(client.get(f"/blocks/{block.pk}/review/"))
    assert "Corrected after this review" in page
    assert f"/sessions/{session.pk}/" in page
