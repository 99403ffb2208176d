"""A history is imported by a job: all of it or nothing, and never twice."""

import logging
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from cases.actions import history_imports
from cases.actions.history_imports import carry_out_import, give_up_history_import
from cases.models import Case, CaseStep, EarlierVisit, HistoryImport, ImportedRow, ImportProgress, Patient
from clinic.actions.staff import deactivate_staff_member
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.histories import CASE, HISTORY, PATIENT, PRIOR, SESSION, changed, sent
from tests.factories.records import a_physio, manager, site_of, staff


@pytest.fixture
def admin(own_database: str, caplog: pytest.LogCaptureFixture) -> StaffMember:
    caplog.set_level(logging.CRITICAL, "django_tasks")
    return staff(Role.CLINIC_ADMIN)


def imported(admin: StaffMember, *lines: dict[str, Any], **told: Any) -> HistoryImport:
    """Sent, and done by a worker."""
    row = sent(admin, *lines, **told)
    call_command("work", "--once")
    row.refresh_from_db()
    return row


def nothing_is_there() -> bool:
    return not any(model.objects.exists() for model in (Patient, Case, EarlierVisit, ImportedRow))


def test_a_history_becomes_patients_cases_and_visits_that_are_not_signed(admin: StaffMember) -> None:
    lead = a_physio(site_of(admin))
    row = imported(admin, *HISTORY, lead=lead)
    assert (row.status, row.text) == ("DONE", "")
    assert row.outcome["counts"] == {
        "patient": {"new": 1},
        "case": {"new": 2},
        "prior_treatment": {"new": 1},
        "session": {"new": 1},
    }
    patient = Patient.objects.get()
    assert (patient.full_name, patient.identifiers.get().value) == ("Ann Newcomer", "P1")
    case = Case.objects.open().get()
    assert (case.lead, str(case.onset), case.opened_on, case.title) == (
        lead,
        "2022-03",
        date(2024, 2, 1),
        "Right: Achilles tendinopathy",
    )
    assert case.prior_treatments.get().sessions == 10
    assert not case.sessions.exists()
    visit = case.earlier_visits.get()
    assert (visit.author, visit.texts) == ("J. Former", [("Subjective", "Stiff in the morning.")])
    assert visit.values == [{"name": "VISA-A", "value": 42.0, "unit": "points", "side": ""}]
    step = CaseStep.objects.get()
    assert (step.case.status, step.on, step.outcome) == ("DISCHARGED", date(2021, 6, 1), "GOALS_MET")
    said = list(AuditEvent.objects.filter(door="job").order_by("created_at").values_list("action", flat=True))
    assert said.count("case.imported") == 3
    assert said[-1] == "history_import.done"
    assert {"patient.registered", "identifier.added", "prior_treatment.imported", "earlier_visit.imported"} <= set(said)
    progress = ImportProgress.objects.get(pk=row.pk)
    assert (progress.phase, progress.done, progress.total) == ("WRITE", 5, 5)


def test_the_same_file_makes_nothing_twice_and_a_later_one_adds_what_is_new(admin: StaffMember) -> None:
    imported(admin, *HISTORY)
    rows = Patient.objects.count(), Case.objects.count(), EarlierVisit.objects.count()
    again = imported(admin, *HISTORY)
    assert again.outcome["counts"]["case"] == {"known": 2}
    assert (Patient.objects.count(), Case.objects.count(), EarlierVisit.objects.count()) == rows
    later = imported(
        admin, changed(PATIENT, phone="020 7946 0000"), changed(SESSION, id="S2", occurred_on="2024-02-15")
    )
    assert later.outcome["counts"]["patient"] == {"changed": 1}
    assert later.outcome["counts"]["session"] == {"new": 1}
    assert Case.objects.open().get().earlier_visits.count() == 2
    assert Patient.objects.get().phone == ""
    other = imported(admin, *HISTORY, system="Another", with_lookalikes=True)
    assert other.outcome["counts"]["patient"] == {"new": 1}
    assert Patient.objects.count() == 2


def test_one_fault_and_nothing_is_written(admin: StaffMember) -> None:
    row = imported(admin, PATIENT, CASE, changed(PRIOR, kind="MAGIC"), changed(SESSION, case="C7"))
    assert row.status == "REFUSED"
    assert row.outcome["faults"] == [[3, "/kind", "unknown_kind"], [4, "/case", "unknown_id"]]
    assert row.text == ""
    assert nothing_is_there()
    event = AuditEvent.objects.get(action="history_import.refused")
    assert event.details == {"faulty": 2}


def test_faults_are_told_up_to_a_number(admin: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_imports, "MOST_FAULTS", 2)
    row = imported(admin, *[changed(PATIENT, id=f"P{n}", born_on="x") for n in range(5)])
    assert (len(row.outcome["faults"]), row.outcome["faulty"]) == (2, 5)


def test_a_table_of_patients_is_imported_too(admin: StaffMember) -> None:
    table = "ID,First name,Last name,DOB\n1,Ann,Newcomer,12/05/1985\n2,Bo,Newcomer,12/05/1995\n"
    row = imported(admin, text=table, form="CSV", file_name="old.csv")
    assert row.outcome["counts"]["patient"] == {"new": 2}
    bad = imported(admin, text="First name,Last name\nAnn,Newcomer\n", form="CSV")
    assert [fault[2] for fault in bad.outcome["faults"]] == ["no_column", "no_column"]
    assert imported(admin, text="ID", form="CSV").outcome["faults"] == [[1, "", "no_rows"]]


def test_who_is_registered_already_gets_their_cases(admin: StaffMember) -> None:
    imported(admin, text="ID,First name,Last name,DOB\nP1,Ann,Newcomer,12/05/1985\n", form="CSV")
    row = imported(admin, CASE)
    assert row.outcome["counts"]["case"] == {"new": 1}
    assert Patient.objects.get().cases.count() == 1


def test_a_job_that_was_cut_off_is_done_once(admin: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off while it writes: nothing is there, and the next worker does all of it."""
    row = sent(admin, *HISTORY)
    real, falls = history_imports.Writer.session, [OperationalError]

    def session(self: Any, line: Any) -> Any:
        if falls:
            assert Patient.objects.count() == 1
            raise falls.pop()
        return real(self, line)

    monkeypatch.setattr(history_imports.Writer, "session", session)
    call_command("work", "--once")
    row.refresh_from_db()
    assert row.status == "DONE"
    assert EarlierVisit.objects.count() == Patient.objects.count() == 1
    assert len(DBTaskResult.objects.get().worker_ids) == 2
    assert carry_out_import(row.pk).outcome == row.outcome  # once more: it has ended


def test_a_defect_of_ours_leaves_nothing_and_says_so(admin: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    def session(self: Any, line: Any) -> Any:
        raise KeyError("Ann Newcomer")

    monkeypatch.setattr(history_imports.Writer, "session", session)
    row = imported(admin, *HISTORY)
    assert (row.status, row.outcome) == ("REFUSED", {"failed": "KeyError"})
    assert nothing_is_there()
    assert "Newcomer" not in DBTaskResult.objects.get().traceback


def test_who_may_no_longer_import_does_not(admin: StaffMember) -> None:
    row = sent(admin, *HISTORY)
    deactivate_staff_member(person=admin, version=admin.version, by=manager())
    call_command("work", "--once")
    row.refresh_from_db()
    assert row.outcome["faults"] == [[0, "", "no_longer_allowed"]]
    assert nothing_is_there()


def test_who_is_deactivated_while_it_is_checked_does_not(admin: StaffMember, monkeypatch: pytest.MonkeyPatch) -> None:
    row, real = sent(admin, *HISTORY), history_imports.check_history

    def check(*told: Any) -> Any:
        deactivate_staff_member(person=admin, version=admin.version, by=manager())
        return real(*told)

    monkeypatch.setattr(history_imports, "check_history", check)
    call_command("work", "--once")
    row.refresh_from_db()
    assert row.outcome["faults"] == [[0, "", "no_longer_allowed"]]
    assert nothing_is_there()


def test_two_lines_with_one_nhs_number_are_told_in_words(admin: StaffMember) -> None:
    one, other = (changed(PATIENT, id=name, family_name=name, nhs_number="9991001018") for name in ("One", "Other"))
    row = imported(admin, one, other)
    assert row.outcome["faults"] == [[2, "/nhs_number", "nhs_number_taken"]]
    assert "NHS number" in history_imports.in_words("nhs_number_taken")
    assert nothing_is_there()


def test_many_visits_of_a_case_of_before_ask_once_for_it(admin: StaffMember) -> None:
    imported(admin, *HISTORY)
    costs = []
    for how_many in (1, 9):
        lines = [changed(SESSION, id=f"{how_many}-{n}") for n in range(how_many)]
        job = sent(admin, *lines)
        with CaptureQueriesContext(connection) as asked:
            history_imports.check_history(history_imports.read(job), job)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_what_waits_can_be_given_up(admin: StaffMember) -> None:
    row = give_up_history_import(import_=sent(admin, *HISTORY), by=admin)
    assert (row.status, row.text) == ("GIVEN_UP", "")
    call_command("work", "--once")
    assert nothing_is_there()
    with pytest.raises(RuleBroken, match="ended"):
        give_up_history_import(import_=row, by=admin)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"text": " \n"}, "empty"),
        ({"text": "\x00\x01"}, "not_text"),
        ({"system": " "}, "missing"),
        ({"form": "XML"}, "not_a_choice"),
    ],
)
def test_what_cannot_be_an_import_is_refused_at_once(admin: StaffMember, told: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as no:
        sent(admin, *HISTORY, **told)
    assert no.value.code == code
    assert not DBTaskResult.objects.exists()


def test_only_who_imports_patients_does(admin: StaffMember) -> None:
    physio = a_physio(site_of(admin))
    with pytest.raises(NotAllowed):
        sent(physio, *HISTORY)
    with pytest.raises(RuleBroken, match="treats at this site"):
        sent(admin, *HISTORY, lead=a_physio())
