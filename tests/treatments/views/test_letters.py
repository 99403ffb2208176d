import pytest
from django.test import Client

from cases.models import Case
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.papers import pages_of
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of, staff
from treatments.actions.discharges import discharge_case
from treatments.actions.letters import Written, change_letter, sign_letter, start_letter
from treatments.models import Letter

pytestmark = pytest.mark.django_db
EXERCISES = [{"name": "Calf raise", "sets": 4, "reps": 8}]


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by, a_patient(by, gp_name="Dr Lowe"), history="Fell in March.")


def posted(letter: Letter, do: str = "save", **told: str) -> dict[str, str]:
    """The page as it stands, with what is typed over it."""
    sections = {f"section-{s['code']}": s["text"] for s in letter.sections}
    own = {n: getattr(letter, n) for n in ("recipient", "recipient_address", "contact", "without_consent_because")}
    return {"version": str(letter.version), "copy_to_patient": "on", "do": do, **own, **sections, **told}


def test_a_letter_is_started_written_and_signed(client: Client, by: StaffMember, case: Case) -> None:
    client.force_login(by)
    assert "No letter is written yet." in client.get(f"/cases/{case.pk}/letters/").content.decode()
    assert client.post(f"/cases/{case.pk}/letters/", {"kind": "x"}).status_code == 422
    started = client.post(f"/cases/{case.pk}/letters/", {"kind": "GP"})
    letter = Letter.objects.get()
    address = f"/letters/{letter.pk}/change/"
    assert started.headers["Location"] == address
    page = client.get(address).content.decode()
    for text in ("Fell in March.", 'value="Dr Lowe"', "Actions for the GP", "No consent to share this with others"):
        assert text in page
    done = client.post(address, posted(letter, **{"section-actions_gp": "Repeat <b>X-ray</b>"}), follow=True)
    assert "Saved. The letter is not signed yet." in done.content.decode()
    letter.refresh_from_db()
    refused = client.post(address, posted(letter, "sign", **{"section-safety_net": "Sudden swelling"}))
    assert refused.status_code == 422
    assert "or say why the letter goes out without it." in refused.content.decode()
    assert "Sudden swelling" in refused.content.decode()
    letter.refresh_from_db()
    told = posted(letter, "sign", without_consent_because="Asked to by telephone")
    page = client.post(address, told, follow=True).content.decode()
    assert "The letter is signed." in page
    for text in ("Repeat &lt;b&gt;X-ray&lt;/b&gt;", "Sudden swelling", "without a recorded consent to share: Asked to"):
        assert text in page
    assert client.get(address).headers["Location"] == f"/letters/{letter.pk}/"
    late = client.post(address, posted(letter, **{"section-follow_up": "Too late"}))
    assert late.status_code == 422
    assert "What is signed is not changed." in late.content.decode()
    assert "Too late" in late.content.decode()


def test_figures_are_filled_in_again_when_the_record_has_changed(client: Client, by: StaffMember, case: Case) -> None:
    client.force_login(by)
    letter = start_letter(case=case, kind="GP", by=by)
    address = f"/letters/{letter.pk}/change/"
    assert "The record has changed" not in client.get(address).content.decode()
    a_signed_session(case, by)
    page = client.get(address).content.decode()
    assert "The record has changed since this was filled in" in page
    assert "Seen by us; Treatment given; Outcome. What you wrote" in page
    mine = {"section-history": "As I know it."}
    page = client.post(address, posted(letter, "fill", **mine), follow=True).content.decode()
    assert "Your own text stays under: History." in page
    assert "1 visit, including 1 treatment." in page
    assert "As the record says it" in page
    assert "Fell in March." in page
    assert "The record has changed" not in page


def test_two_who_write_at_once_see_both_texts(client: Client, by: StaffMember, case: Case) -> None:
    client.force_login(by)
    letter = start_letter(case=case, kind="GP", by=by)
    before = posted(letter, **{"section-follow_up": "Mine: in May"})
    change_letter(letter=letter, version=1, written=Written("Dr May", texts={"follow_up": "Theirs: in June"}), by=by)
    answer = client.post(f"/letters/{letter.pk}/change/", before)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "was saved in another tab or by somebody else" in page
    for text in ("<td>Theirs: in June</td><td>Mine: in May</td>", "<td>Dr May</td><td>Dr Lowe</td>"):
        assert text in page
    assert "Fell in March.</td>" not in page, "what is the same in both is not listed"
    assert client.post(f"/letters/{letter.pk}/change/", {**before, "version": "2"}).status_code == 302
    letter.refresh_from_db()
    assert next(s["text"] for s in letter.sections if s["code"] == "follow_up") == "Mine: in May"


def test_a_text_that_is_too_long_is_told_beside_its_field_and_stays(
    client: Client, by: StaffMember, case: Case
) -> None:
    client.force_login(by)
    letter = start_letter(case=case, kind="GP", by=by)
    told = posted(letter, **{"section-history": "x" * 10_001, "section-follow_up": "In May"}, version="nonsense")
    answer = client.post(f"/letters/{letter.pk}/change/", told)
    assert answer.status_code == 422
    assert "at most 10000 characters" in answer.content.decode()
    assert "In May" in answer.content.decode()
    assert client.post(f"/letters/{letter.pk}/change/", {**posted(letter), "version": "x"}).status_code == 412


def test_a_draft_is_discarded(client: Client, by: StaffMember, case: Case) -> None:
    client.force_login(by)
    letter = start_letter(case=case, kind="GP", by=by)
    address = f"/letters/{letter.pk}/discard/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    page = client.post(address, {"reason": "Written twice"}, follow=True).content.decode()
    assert "discarded: Written twice" in page
    assert "discarded, not signed" in client.get(f"/letters/{letter.pk}/").content.decode()


def test_the_file_is_attached_and_told_of(client: Client, by: StaffMember, case: Case) -> None:
    client.force_login(by)
    letter = start_letter(case=case, kind="PATIENT", by=by)
    answer = client.get(f"/letters/{letter.pk}/pdf/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="letter-patient-{case.number}-draft.pdf"'
    (page, *_others) = pages_of(answer.content)
    for text in ("Fell in March.", "Draft, not signed", "Achilles tendinopathy, right ankle"):
        assert text in page
    sign_letter(letter=letter, version=1, by=by)
    first, again = (client.get(f"/letters/{letter.pk}/pdf/") for _ in range(2))
    assert first.headers["Content-Disposition"] == f'attachment; filename="letter-patient-{case.number}.pdf"'
    assert "not signed" not in " ".join(pages_of(first.content))
    assert first.content == again.content, "a signed letter is the same file each time"
    told = AuditEvent.objects.filter(action="letter.printed", row_id=letter.pk, staff=by)
    assert [t.details["status"] for t in told.order_by("id")] == ["DRAFT", "SIGNED", "SIGNED"]


def test_after_a_discharge_letters_and_exercises_are_at_hand(client: Client, by: StaffMember, case: Case) -> None:
    client.force_login(by)
    done = a_signed_session(case, by, exercises=EXERCISES)
    told = {"do": "discharge", "outcome": "GOALS_MET"}
    page = client.post(f"/cases/{case.pk}/state/", told, follow=True).content.decode()
    for text in ("Write to the GP", "Write to the referrer", f'href="/sessions/{done.pk}/exercises/"'):
        assert text in page
    client.post(f"/cases/{case.pk}/letters/", {"kind": "GP"})
    letter = Letter.objects.get()
    assert "Goals met, " in client.get(f"/letters/{letter.pk}/change/").content.decode()
    page = client.get(f"/cases/{case.pk}/").content.decode()
    assert f'<a href="/cases/{case.pk}/letters/" class="state-watch">A letter is not signed</a>' in page
    assert letter.recipient in client.get(f"/cases/{case.pk}/state/").content.decode()


def test_the_sheet_of_exercises_as_a_file(client: Client, by: StaffMember, case: Case) -> None:
    client.force_login(by)
    done = a_signed_session(case, by, exercises=EXERCISES)
    address = f"/sessions/{done.pk}/exercises/pdf/"
    assert address in client.get(f"/sessions/{done.pk}/exercises/").content.decode()
    answer = client.get(address)
    assert "Calf raise 4 sets of 8 repetitions." in pages_of(answer.content)[0]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="exercises-')
    assert AuditEvent.objects.filter(action="exercise_sheet.printed", row_id=done.pk).count() == 1


ADDRESSES = ("/letters/{letter}/", "/letters/{letter}/change/", "/letters/{letter}/discard/", "/letters/{letter}/pdf/")
OF_CASE = ("/cases/{case}/letters/", "/sessions/{session}/exercises/pdf/")


@pytest.mark.parametrize("address", ADDRESSES + OF_CASE)
@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR, None])
def test_who_sees_none_of_it(client: Client, by: StaffMember, case: Case, role: Role | None, address: str) -> None:
    letter = start_letter(case=case, kind="GP", by=by)
    done = a_signed_session(case, by, exercises=EXERCISES)
    client.force_login(staff(role, site=site_of(by)) if role else a_physio())
    path = address.format(letter=letter.pk, case=case.pk, session=done.pk)
    refused = {404, 403} if role else {404}
    assert client.get(path).status_code in refused
    sent = {"kind": "GP", "reason": "x", "do": "sign", "version": "1"}
    assert client.post(path, sent).status_code in refused | {405}  # of a page that takes no POST from anybody
    assert not AuditEvent.objects.filter(action__endswith=".printed").exists()
    letter.refresh_from_db()
    assert letter.is_draft
    assert Letter.objects.count() == 1


def test_a_lead_reads_and_does_not_write(client: Client, by: StaffMember, case: Case) -> None:
    letter = start_letter(case=case, kind="GP", by=by)
    client.force_login(staff(Role.CLINICAL_LEAD, site=site_of(by)))
    assert (
        "<strong>Letter to the GP (draft, not signed)</strong>" in client.get(f"/letters/{letter.pk}/").content.decode()
    )
    assert "Write a letter" not in client.get(f"/cases/{case.pk}/letters/").content.decode()
    assert client.get(f"/letters/{letter.pk}/pdf/").status_code == 200
    for path in (f"/letters/{letter.pk}/change/", f"/letters/{letter.pk}/discard/"):
        assert client.get(path).status_code == 403
    assert client.post(f"/cases/{case.pk}/letters/", {"kind": "GP"}).status_code == 403


def test_a_case_that_is_reopened_keeps_its_letters(client: Client, by: StaffMember, case: Case) -> None:
    client.force_login(by)
    discharge_case(case=case, outcome="GOALS_MET", by=by)
    letter = sign_letter(letter=start_letter(case=case, kind="PATIENT", by=by), version=1, by=by)
    client.post(f"/cases/{case.pk}/state/", {"do": "reopen", "reason": "Pain is back"})
    assert f"/letters/{letter.pk}/" in client.get(f"/cases/{case.pk}/letters/").content.decode()
    assert "Goals met" in client.get(f"/letters/{letter.pk}/").content.decode()
