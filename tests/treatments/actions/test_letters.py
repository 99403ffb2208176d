from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from cases.actions.consents import NewConsent, give_consent
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent, Seal, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of, staff
from treatments.actions.letters import (
    Written,
    change_letter,
    discard_letter,
    fill_letter_again,
    print_exercise_sheet,
    print_letter,
    sign_letter,
    start_letter,
)
from treatments.actions.sessions import content_hash
from treatments.models import Letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> StaffMember:
    return a_physio(name="Ada Writer")


def a_letter(by: StaffMember, kind: str = "GP", **told: Any) -> Letter:
    patient = a_patient(by, gp_name="Dr Lowe", gp_practice="Harbour Surgery", address="1 Quay", **told)
    case = a_case(by, patient, referral="Mr Bone, orthopaedics")
    return start_letter(case=case, kind=kind, by=by)


def texts(letter: Letter) -> dict[str, str]:
    return {s["code"]: s["text"] for s in letter.sections}


def written(letter: Letter, **told: Any) -> Written:
    as_it_is = {n: getattr(letter, n) for n in ("recipient", "recipient_address", "contact", "copy_to_patient")}
    return Written(**{**as_it_is, **told})


def told_of(letter: Letter) -> list[str]:
    return list(AuditEvent.objects.filter(row_id=letter.pk).order_by("id").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("kind", "recipient", "address"),
    [
        ("GP", "Dr Lowe", "Harbour Surgery"),
        ("REFERRER", "Mr Bone, orthopaedics", ""),
        ("COLLEAGUE", "", ""),
        ("PATIENT", "Ann Lowestoft", "1 Quay"),
    ],
)
def test_a_letter_is_started_addressed_and_filled_in(by: StaffMember, kind: str, recipient: str, address: str) -> None:
    letter = a_letter(by, kind, family_name="Lowestoft")
    assert (letter.recipient, letter.recipient_address) == (recipient, address)
    assert letter.contact == by.email
    assert letter.copy_to_patient is (kind != "PATIENT")
    assert "Achilles tendinopathy" in texts(letter)["diagnosis"]
    assert ["GP", "Dr Lowe, Harbour Surgery"] in letter.content["facts"]
    assert told_of(letter) == ["letter.started"]


def test_a_letter_of_no_kind_and_of_somebody_who_does_not_treat(by: StaffMember) -> None:
    case = a_case(by)
    with pytest.raises(RuleBroken, match="whom the letter is for"):
        start_letter(case=case, kind="", by=by)
    for role in (Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.CLINICAL_LEAD, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            start_letter(case=case, kind="GP", by=staff(role, site=site_of(by)))
    assert not Letter.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="letter.").exists()


def test_a_case_has_as_many_letters_as_are_written(by: StaffMember) -> None:
    case = a_case(by)
    assert len({start_letter(case=case, kind="GP", by=by).pk for _ in range(2)}) == 2


def test_a_draft_is_kept_by_versions_and_only_where_something_differs(by: StaffMember) -> None:
    letter = a_letter(by)
    told = written(letter, texts={"actions_gp": "Please repeat the X-ray.\r\nIn May. \r\n\r\n"}, recipient=" Dr May ")
    saved = change_letter(letter=letter, version=1, written=told, by=by)
    assert saved.version == 2
    assert texts(saved)["actions_gp"] == "Please repeat the X-ray.\nIn May."
    assert texts(saved)["diagnosis"] == texts(letter)["diagnosis"], "a heading that was not sent stays"
    assert saved.recipient == "Dr May"
    assert change_letter(letter=letter, version=2, written=told, by=by).version == 2
    assert told_of(letter) == ["letter.started", "letter.changed"]


def test_the_second_who_saves_is_told_and_the_first_text_stays(by: StaffMember) -> None:
    letter = a_letter(by)
    change_letter(letter=letter, version=1, written=written(letter, texts={"follow_up": "first"}), by=by)
    with pytest.raises(Stale, match="another tab"):
        change_letter(letter=letter, version=1, written=written(letter, texts={"follow_up": "second"}), by=by)
    with pytest.raises(Stale):
        fill_letter_again(letter=letter, version=1, by=by)
    with pytest.raises(Stale):
        sign_letter(letter=letter, version=1, by=by)
    letter.refresh_from_db()
    assert texts(letter)["follow_up"] == "first"


@pytest.mark.parametrize(
    ("told", "pointer", "code"),
    [
        ({"recipient": "x" * 201}, "/recipient", "too_long"),
        ({"without_consent_because": "x" * 501}, "/without_consent_because", "too_long"),
        ({"contact": "a\x00b"}, "/contact", "unreadable_character"),
        ({"texts": {"history": "x" * 10_001}}, "/section-history", "too_long"),
        ({"texts": {"history": "\ud800"}}, "/section-history", "unreadable_character"),
    ],
)
def test_what_cannot_be_stored_is_told_beside_its_field(
    by: StaffMember, told: dict[str, Any], pointer: str, code: str
) -> None:
    letter = a_letter(by)
    with pytest.raises(RuleBroken) as no:
        change_letter(letter=letter, version=1, written=written(letter, **told), by=by)
    assert [(f.pointer, f.code) for f in no.value.faults] == [(pointer, code)]


def test_filling_in_again_renews_figures_and_keeps_what_was_written(by: StaffMember) -> None:
    letter = a_letter(by)
    mine = {"history": "As I know it.", "safety_net": "Sudden swelling."}
    letter = change_letter(letter=letter, version=1, written=written(letter, texts=mine), by=by)
    assert texts(letter)["course"] == "No visit is signed yet."
    a_signed_session(letter.case, by)
    letter = fill_letter_again(letter=letter, version=2, by=by)
    assert "1 visit, including 1 treatment." in texts(letter)["course"]
    assert {code: texts(letter)[code] for code in mine} == mine
    outcome = next(s for s in letter.sections if s["code"] == "outcomes")
    assert [row[0] for row in outcome["rows"]] == ["Pain, load", "Knee to wall, right"]
    assert letter.version == 3


def test_a_signed_letter_says_who_signed_and_what(by: StaffMember) -> None:
    letter = a_letter(by)
    give_consent(patient=letter.case.patient, told=NewConsent("INFORMATION_SHARING_GP", "WRITTEN"), by=by)
    told = written(letter, without_consent_because="Not needed any more")
    letter = change_letter(letter=letter, version=1, written=told, by=by)
    signed = sign_letter(letter=letter, version=2, by=by)
    assert (signed.signed_name, signed.signed_hcpc, signed.signed_by) == ("Ada Writer", "PH123456", by)
    assert signed.without_consent_because == "", "a reason is kept only where it was needed"
    printed = {
        "kind": "GP",
        "recipient": "Dr Lowe",
        "recipient_address": "Harbour Surgery",
        "contact": by.email,
        "copy_to_patient": True,
        "signed_name": "Ada Writer",
        "signed_hcpc": "PH123456",
        "content": signed.content,
    }
    assert signed.content_sha256 == content_hash(printed)
    assert told_of(letter) == ["letter.started", "letter.changed", "letter.signed"]


def test_without_a_consent_to_share_it_needs_a_reason_that_stays_with_it(by: StaffMember) -> None:
    letter = a_letter(by)
    with pytest.raises(RuleBroken, match="No consent to share") as no:
        sign_letter(letter=letter, version=1, by=by)
    assert no.value.faults[0].pointer == "/without_consent_because"
    letter = change_letter(
        letter=letter, version=1, written=written(letter, without_consent_because="Asked to by telephone"), by=by
    )
    assert sign_letter(letter=letter, version=2, by=by).without_consent_because == "Asked to by telephone"
    told = {"kind": "GP", "without_consent": True, "seal": Seal.objects.get(row_id=letter.pk).sha256}
    assert AuditEvent.objects.get(action="letter.signed").details == told


def test_the_patient_is_told_without_a_consent_and_a_letter_to_nobody_is_not_signed(by: StaffMember) -> None:
    letter = a_letter(by, "PATIENT")
    assert sign_letter(letter=letter, version=1, by=by).is_signed
    with pytest.raises(RuleBroken) as no:
        sign_letter(letter=a_letter(by, "COLLEAGUE"), version=1, by=by)
    assert [f.pointer for f in no.value.faults] == ["/recipient", "/without_consent_because"]


def signed(by: StaffMember) -> Letter:
    return sign_letter(letter=a_letter(by, "PATIENT"), version=1, by=by)


def discarded(by: StaffMember) -> Letter:
    return discard_letter(letter=a_letter(by), reason="Written twice", by=by)


@pytest.mark.parametrize("ended", [signed, discarded])
def test_what_is_signed_or_discarded_is_not_changed(by: StaffMember, ended: Callable[[StaffMember], Letter]) -> None:
    letter = ended(by)
    for attempt in (
        lambda: change_letter(letter=letter, version=2, written=written(letter, contact="x"), by=by),
        lambda: fill_letter_again(letter=letter, version=2, by=by),
        lambda: sign_letter(letter=letter, version=2, by=by),
        lambda: discard_letter(letter=letter, reason="x", by=by),
    ):
        with pytest.raises(RuleBroken, match=r"is signed|was discarded") as no:
            attempt()
        assert no.value.conflict


@pytest.mark.parametrize("ended", [signed, discarded])
@pytest.mark.parametrize(
    "change",
    [
        "content = '{}'",
        "recipient = 'Somebody else'",
        "copy_to_patient = false",
        "status = 'DRAFT', signed_at = NULL, signed_by_id = NULL, signed_name = '', content_sha256 = '',"
        " discarded_at = NULL, discarded_because = ''",
    ],
)
def test_nor_by_plain_sql(by: StaffMember, ended: Callable[[StaffMember], Letter], change: str) -> None:
    letter = ended(by)
    with pytest.raises(DatabaseError) as no, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE treatments_letter SET {change}, version = version + 1 WHERE id = %s", [letter.pk])
    assert no.value.__cause__.pgcode == "CB409"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ("contact = 'x'", "CB412"),  # without its next version
        ("kind = 'PATIENT', version = version + 1", "CB409"),
        ("author_id = (SELECT max(id::text)::uuid FROM clinic_staffmember), version = version + 1", "CB409"),
        ("status = 'SIGNED', version = version + 1", "23514"),
    ],
)
def test_a_draft_stays_with_its_case_and_is_not_signed_by_nobody(by: StaffMember, change: str, state: str) -> None:
    letter = a_letter(by)
    staff(Role.PHYSIOTHERAPIST, site=site_of(by))
    with pytest.raises(DatabaseError) as no, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE treatments_letter SET {change} WHERE id = %s", [letter.pk])
    assert no.value.__cause__.pgcode == state  # type: ignore[union-attr]


def test_a_draft_is_discarded_with_a_reason(by: StaffMember) -> None:
    letter = a_letter(by)
    with pytest.raises(RuleBroken, match="Say why"):
        discard_letter(letter=letter, reason="  ", by=by)
    assert discard_letter(letter=letter, reason="Written twice", by=by).discarded_because == "Written twice"
    assert told_of(letter) == ["letter.started", "letter.discarded"]


def test_who_only_reads_neither_writes_nor_signs_but_prints(by: StaffMember) -> None:
    letter = a_letter(by)
    lead = staff(Role.CLINICAL_LEAD, site=site_of(by))
    for attempt in (
        lambda: change_letter(letter=letter, version=1, written=written(letter), by=lead),
        lambda: fill_letter_again(letter=letter, version=1, by=lead),
        lambda: sign_letter(letter=letter, version=1, by=lead),
        lambda: discard_letter(letter=letter, reason="x", by=lead),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    print_letter(letter=letter, by=lead)
    print_exercise_sheet(session=a_signed_session(letter.case, by), by=lead)
    assert AuditEvent.objects.filter(staff=lead).count() == 2
    desk = staff(Role.RECEPTIONIST, site=site_of(by))
    with pytest.raises(NotAllowed):
        print_letter(letter=letter, by=desk)
    with pytest.raises(NotAllowed):
        print_exercise_sheet(session=a_signed_session(letter.case, by), by=desk)
