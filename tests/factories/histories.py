"""The history of a small clinic, as its former system would write it down."""

import json
from typing import Any

from django.db import transaction

from cases.actions.history_imports import start_history_import
from cases.models import Case, EarlierVisit, HistoryImport
from clinic import audit, clock
from clinic.models import StaffMember
from tests.factories.records import a_physio, site_of

PATIENT = {"type": "patient", "id": "P1", "given_names": "Ann", "family_name": "Newcomer", "born_on": "1985-05-12"}
CASE = {
    "type": "case",
    "id": "C1",
    "patient": "P1",
    "opened_on": "2024-02-01",
    "onset": "2022-03",
    "injuries": [{"kind": "OTHER", "diagnosis": "Achilles tendinopathy", "region": "REG_ANKLE", "side": "RIGHT"}],
}
CLOSED = {**CASE, "id": "C2", "opened_on": "2021-02-01", "closed_on": "2021-06-01", "outcome": "GOALS_MET"}
PRIOR = {
    "type": "prior_treatment",
    "id": "T1",
    "case": "C1",
    "kind": "SHOCKWAVE_ELSEWHERE",
    "sessions": 10,
    "started": "2023",
}
SESSION = {
    "type": "session",
    "id": "S1",
    "case": "C1",
    "occurred_on": "2024-02-08",
    "author": "J. Former",
    "subjective": "Stiff in the morning.",
    "treatments": ["Radial shockwave 2.0 bar, 2000 impulses"],
    "values": [{"name": "VISA-A", "value": 42, "unit": "points"}],
}
HISTORY = [SESSION, PRIOR, CLOSED, CASE, PATIENT]  # in any order


def changed(line: dict[str, Any], **told: Any) -> dict[str, Any]:
    """The line with other members; without those that are None."""
    return {name: value for name, value in {**line, **told}.items() if value is not None}


def ndjson(*lines: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def sent(admin: StaffMember, *lines: dict[str, Any], text: str = "", **told: Any) -> HistoryImport:
    """A file that waits for its job."""
    lead = told.pop("lead", None) or a_physio(site_of(admin))
    content = (text or ndjson(*lines)).encode()
    told = {"file_name": "old.ndjson", "form": "NDJSON", "system": "OldBook", **told}
    return start_history_import(content=content, site=site_of(admin), lead=lead, by=admin, **told)


@transaction.atomic
def an_earlier_visit(case: Case, by: StaffMember, marker: str) -> EarlierVisit:
    """As an import of this person's would have brought it."""
    brought = HistoryImport.objects.create(
        site=case.site,
        made_by=by,
        lead=by,
        file_name=marker,
        form="NDJSON",
        system=marker,
        status="DONE",
        ended_at=clock.now(),
        outcome={"counts": {"session": {"new": 1}}},
    )
    audit.record("history_import.done", by=by, about=brought)
    texts = dict.fromkeys(("author", "subjective", "objective", "assessment", "plan"), marker)
    value = {"name": marker, "value": 1.0, "unit": marker, "side": ""}
    visit = EarlierVisit.objects.create(
        case=case, brought_by=brought, occurred_on=case.opened_on, treatments=[marker], values=[value], **texts
    )
    audit.record("earlier_visit.imported", by=by, about=visit, patient_id=case.patient_id)
    return visit
