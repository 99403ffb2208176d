from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from cases.models import Case, Patient
from clinic import audit, clock
from clinic.actions.api_keys import create_api_key
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import ApiKey, AuditEvent, Site, StaffMember
from clinic.models.records import new_id
from clinic.rules.permissions import Role
from tests.factories.records import (
    a_case,
    a_draft,
    a_note,
    a_patient,
    a_physio,
    a_signed_session,
    a_site,
    site_of,
    staff,
)
from treatments.actions.sessions import discard_session, log_session, save_draft, sign_session
from treatments.models import Application, Measurement, Session, SessionStatus


def events(session: Session) -> list[str]:
    return list(AuditEvent.objects.filter(row_id=session.pk).order_by("at").values_list("action", flat=True))


@pytest.mark.django_db
class TestDrafts:
    def test_what_is_typed_is_kept_as_typed(self) -> None:
        by = a_physio()
        case = a_case(by)
        typed = {
            "plan": " half a sen",
            "measurements": [{"measure": "KTW_CM", "value": "4,"}],
            "nonsense": [1, {"x": None}],
        }
        session = save_draft(case=case, session_id=new_id(), document=typed, draft_version=0, by=by)
        session = save_draft(case=case, session_id=session.pk, document={**typed, "plan": "x"}, draft_version=1, by=by)
        session.refresh_from_db()
        assert session.draft == {**typed, "plan": "x"}
        assert (session.draft_version, session.version, session.status) == (2, 1, "DRAFT")
        assert events(session) == ["session.started"]

    def test_the_second_tab_is_told_and_loses_nothing_of_the_first(self) -> None:
        by = a_physio()
        draft = a_draft(case := a_case(by), by)
        save_draft(case=case, session_id=draft.pk, document={"plan": "first"}, draft_version=1, by=by)
        with pytest.raises(Stale):
            save_draft(case=case, session_id=draft.pk, document={"plan": "second"}, draft_version=1, by=by)
        draft.refresh_from_db()
        assert draft.draft == {"plan": "first"}

    def test_the_same_sent_twice_is_no_conflict(self) -> None:
        """The first answer was lost on its way."""
        by = a_physio()
        draft = a_draft(case := a_case(by), by)
        told = {"case": case, "session_id": draft.pk, "draft_version": 1, "by": by}
        for _ in range(2):
            assert save_draft(document={"plan": "sent"}, **told).draft_version == 2
        with pytest.raises(Stale):
            save_draft(document={"plan": "other"}, **told)

    def test_a_draft_that_is_gone(self) -> None:
        by = a_physio()
        with pytest.raises(Stale):
            save_draft(case=a_case(by), session_id=new_id(), document={}, draft_version=3, by=by)

    def test_others_do_not_write_in_it(self) -> None:
        by = a_physio()
        case = a_case(by)
        draft = a_draft(case, by)
        with pytest.raises(NotAllowed):
            save_draft(case=case, session_id=draft.pk, document={}, draft_version=1, by=a_physio(site_of(by)))
        with pytest.raises(NotAllowed):
            save_draft(case=case, session_id=new_id(), document={}, draft_version=0, by=staff(Role.RECEPTIONIST))

    def test_it_does_not_change_its_case(self) -> None:
        by = a_physio()
        draft = a_draft(a_case(by), by)
        with pytest.raises(NotAllowed):
            save_draft(case=a_case(by), session_id=draft.pk, document={}, draft_version=1, by=by)

    @pytest.mark.parametrize(
        ("document", "code"),
        [
            ({"plan": "a\x00b"}, "unreadable_character"),
            ({"plan": "\ud800"}, "unreadable_character"),
            ({"plan": "x" * 300_000}, "too_large"),
        ],
    )
    def test_what_cannot_be_kept_is_refused(self, document: dict[str, Any], code: str) -> None:
        by = a_physio()
        with pytest.raises(RuleBroken) as no:
            save_draft(case=a_case(by), session_id=new_id(), document=document, draft_version=0, by=by)
        assert no.value.code == code
        assert not Session.objects.exists()

    def test_discarding_keeps_what_was_typed_and_why(self) -> None:
        by = a_physio()
        draft = a_draft(a_case(by), by)
        with pytest.raises(RuleBroken) as no:
            discard_session(session=draft, reason="  ", by=by)
        assert no.value.code == "reason_missing"
        with pytest.raises(NotAllowed):
            discard_session(session=draft, reason="x", by=a_physio(site_of(by)))
        discard_session(session=draft, reason=" Wrong patient ", by=by)
        draft.refresh_from_db()
        assert (draft.status, draft.discarded_because) == ("DISCARDED", "Wrong patient")
        assert draft.draft["subjective"] == "Better on the stairs."
        assert events(draft) == ["session.logged", "session.discarded"]
        with pytest.raises(RuleBroken) as over:
            sign_session(session=draft, draft_version=draft.draft_version, by=by)
        assert over.value.code == "discarded"


@pytest.mark.django_db
class TestLogging:
    def test_a_whole_note_is_stored_or_nothing(self) -> None:
        by = a_physio()
        case = a_case(by)
        session = log_session(case=case, document=a_note(), by=by)
        assert (session.status, session.draft) == ("DRAFT", a_note())
        with pytest.raises(RuleBroken) as no:
            log_session(case=case, document=a_note(kind="PARTY"), by=by)
        assert [f.pointer for f in no.value.faults] == ["/kind"]
        assert Session.objects.count() == 1

    @pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.CLINICAL_LEAD, Role.AUDITOR])
    def test_who_logs_none(self, role: Role) -> None:
        by = a_physio()
        with pytest.raises(NotAllowed):
            log_session(case=a_case(by), document=a_note(), by=staff(role))


@pytest.mark.django_db
class TestSigning:
    def test_a_signed_session_holds_what_was_typed(self) -> None:
        by = a_physio()
        case = a_case(by)
        yesterday = clock.today() - timedelta(days=1)
        session = a_signed_session(case, by, yesterday, subjective=" As typed.\r\n")
        session = Session.objects.get(pk=session.pk)
        assert (session.status, session.occurred_on, session.subjective) == ("SIGNED", yesterday, " As typed.\n")
        assert (session.signed_by, session.signed_name, session.signed_hcpc_number) == (by, by.name, "PH123456")
        assert session.draft == {}
        assert session.is_late_entry
        rswt, iastm = session.applications.all()
        assert rswt.parameters == {"pressure_bar": 2.3, "impulses": 2000, "frequency_hz": 8}
        assert iastm.parameters == {"total_time_min": 5, "tool_type": "CURVED"}
        found = {(m.measure_code, m.context, m.side, float(m.value)) for m in session.measurements.all()}
        assert found == {("NPRS", "LOAD", "", 6.0), ("KTW_CM", "", "RIGHT", 4.3)}
        assert events(session) == ["session.logged", "session.signed"]

    def test_every_fault_is_told_and_nothing_is_written(self) -> None:
        by = a_physio()
        case = a_case(by)
        bad = {"occurred_on": "", "measurements": [{"measure": "NPRS", "context": "LOAD", "value": "11"}]}
        draft = save_draft(case=case, session_id=new_id(), document=bad, draft_version=0, by=by)
        with pytest.raises(RuleBroken) as no:
            sign_session(session=draft, draft_version=1, by=by)
        assert [f.pointer for f in no.value.faults] == ["/occurred_on", "/measurements/0/value"]
        assert Session.objects.get().status == SessionStatus.DRAFT
        assert not Measurement.objects.exists()
        assert events(draft) == ["session.started"]

    def test_an_empty_note_is_not_signed(self) -> None:
        by = a_physio()
        today = {"occurred_on": clock.today().isoformat(), "plan": "  "}
        draft = save_draft(case=a_case(by), session_id=new_id(), document=today, draft_version=0, by=by)
        with pytest.raises(RuleBroken) as no:
            sign_session(session=draft, draft_version=1, by=by)
        assert no.value.code == "empty_note"

    def test_what_was_seen_is_what_is_signed(self) -> None:
        by = a_physio()
        draft = a_draft(case := a_case(by), by)
        save_draft(case=case, session_id=draft.pk, document=a_note(plan="later"), draft_version=1, by=by)
        with pytest.raises(Stale):
            sign_session(session=draft, draft_version=1, by=by)

    def test_only_its_author_signs_it(self) -> None:
        by = a_physio()
        draft = a_draft(a_case(by), by)
        for other in (a_physio(site_of(by)), staff(Role.CLINICAL_LEAD, site=site_of(by))):
            with pytest.raises(NotAllowed):
                sign_session(session=draft, draft_version=1, by=other)

    def test_signed_is_signed(self) -> None:
        by = a_physio()
        session = a_signed_session(case := a_case(by), by)
        attempts = [
            lambda: sign_session(session=session, draft_version=session.draft_version, by=by),
            lambda: discard_session(session=session, reason="x", by=by),
            lambda: save_draft(
                case=case, session_id=session.pk, document={}, draft_version=session.draft_version, by=by
            ),
        ]
        for attempt in attempts:
            with pytest.raises(RuleBroken) as no:
                attempt()
            assert (no.value.code, no.value.conflict) == ("signed", True)

    def test_a_treatment_that_was_not_given(self) -> None:
        by = a_physio()
        row = {
            "modality": "FSWT",
            "was_given": "no",
            "not_given_because": "Device in service",
            "parameters": {"impulses": "x"},
        }
        session = a_signed_session(a_case(by), by, applications=[row])
        stored = Application.objects.get(session=session)
        assert (stored.was_given, stored.not_given_because, stored.parameters) == (False, "Device in service", {})


WRITES = {
    "add_site": lambda by, case: a_site(),
    "add_staff_member": lambda by, case: staff(Role.RECEPTIONIST, site=site_of(by)),
    "create_api_key": lambda by, case: create_api_key(owner=by, name="x", scopes=["patients:read"], by=by),
    "register_patient": lambda by, case: a_patient(by),
    "start_case": lambda by, case: a_case(by, case.patient),
    "log_session": lambda by, case: a_draft(case, by),
    "save_draft": lambda by, case: save_draft(case=case, session_id=new_id(), document={}, draft_version=0, by=by),
    "sign_session": lambda by, case: sign_session(session=Session.objects.get(), draft_version=1, by=by),
    "discard_session": lambda by, case: discard_session(session=Session.objects.get(), reason="x", by=by),
}


@pytest.mark.parametrize("action", WRITES)
def test_no_audit_row_no_write(own_database: str, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    by = a_physio()
    case = a_case(by)
    a_draft(case, by)
    before = counts()
    monkeypatch.setattr(audit, "record", lambda *args, **told: None)
    with pytest.raises(DatabaseError) as refused:
        WRITES[action](by, case)
    assert getattr(refused.value.__cause__, "pgcode", "") == "CB500"
    assert counts() == before


def counts() -> list[Any]:
    rows = [
        model.objects.count() for model in (Site, StaffMember, ApiKey, Patient, Case, Session, Measurement, AuditEvent)
    ]
    return [*rows, *Session.objects.values_list("status", "version")]
