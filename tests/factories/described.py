"""A clinic to ask for by the description of the interface: a key of each role, rows, and the description itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from schemathesis.config import SchemathesisConfig

from cases.actions.case_steps import hold_case
from cases.actions.patients import archive_patient
from cases.models import Patient
from clinic.actions.api_keys import create_api_key
from clinic.actions.staff import deactivate_staff_member
from clinic.api.resources import List
from clinic.models import ApiKey, StaffMember
from clinic.rules.permissions import Role, permitted, scopes_within
from tests.databases import filled, undone
from tests.factories.devices import a_device
from tests.factories.merges import a_merge
from tests.factories.planted import plant
from tests.factories.records import a_case, a_draft, a_patient, a_physio, a_site, site_of, staff
from tests.factories.rows import routes
from treatments.actions.discharges import discharge_case


@dataclass(frozen=True)
class Described:
    """What is asked: a key of each role with all scopes that it allows, rows of one patient, by kind, and of another, and their etags."""

    keys: dict[str, str]
    rows: list[dict[str, str]]
    etags: dict[str, str]
    database: str = ""
    description: Any = None  # as Schemathesis reads it
    operations: frozenset[str] = field(default_factory=frozenset)


@contextmanager
def described(template: str, blocker: Any) -> Iterator[Described]:
    """A clinic in a database of its own."""
    with filled(template, "described", a_described_clinic, blocker) as (name, clinic):
        with used(name, blocker):
            read = the_description(clinic.keys)
        named = frozenset(found.ok().label for found in read.get_all_operations())
        yield replace(clinic, database=name, description=read, operations=named)


@contextmanager
def used(name: str, blocker: Any) -> Iterator[None]:
    """What is changed within is undone; requests leave the connection as it is."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        with undone(name, blocker):
            yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def a_described_clinic() -> Described:
    """Somebody of each role, and what they ask about: rows that may be changed in each way, and some that may not."""
    by, far = a_physio(), a_physio()
    here = site_of(by)
    people = {Role.PHYSIOTHERAPIST: by, **{r: staff(r, site=here) for r in Role if r != Role.PHYSIOTHERAPIST}}
    keys = {str(role): key_of(role, person) for role, person in people.items()}
    both = staff(Role.PHYSIOTHERAPIST, Role.CLINIC_ADMIN, site=here)
    create_api_key(owner=by, name="Spare", scopes=["cases:read"], by=by)
    around = {
        "site": here,
        "staff": by,
        "staff_member": both,
        "api_key": ApiKey.objects.get(name="Spare"),
        "twin": a_patient(both),
        "device": a_device(here),
    }
    own = ids(around) | {"other_etag": "1"} | ids(plant(by, "Planted"))
    rows = [own, own | {"session": own["draft"]}]
    others = list(in_other_states(by, both))
    rows += [rows[1] | ids(each) for each in others]
    versions = {str(row.pk): str(row.version) for each in others for row in each.values() if hasattr(row, "version")}
    rows += [own | ids(plant(far, "Elsewhere")) | {"site": str(a_site("Elsewhere").pk), "staff": str(far.pk)}]
    return Described(keys, rows, versions | etags_for([keys[Role.PHYSIOTHERAPIST], keys[Role.CLINIC_ADMIN]]))


def in_other_states(by: StaffMember, both: StaffMember) -> Iterator[dict[str, Any]]:
    """A case that is held, one that is discharged, an archived patient, one that is merged, and who left."""
    kept, merged, idle = (a_patient(both) for _ in range(3))
    a_merge(kept, merged, both)
    kept, merged = Patient.objects.get(pk=kept.pk), Patient.objects.get(pk=merged.pk)
    left = staff(Role.PHYSIOTHERAPIST, site=site_of(by))
    left = deactivate_staff_member(person=left, version=left.version, by=both)
    held, closed = a_case(by), a_case(by)
    yield {"case": hold_case(case=held, reason="Away", by=by), "patient": kept, "staff_member": left}
    yield {
        "case": discharge_case(case=closed, outcome="GOALS_MET", by=by),
        "patient": merged,
        "kept_etag": kept.version,
    }
    yield {
        "patient": archive_patient(patient=idle, by=both),
        "case": (case := a_case(by)),
        "session": a_draft(case, by),
    }


def ids(rows: dict[str, Any]) -> dict[str, str]:
    return {kind: str(getattr(row, "pk", row)) for kind, row in rows.items()}


def etags_for(keys: list[str]) -> dict[str, str]:
    """Of each row that somebody with one of these keys reads, by its id."""
    paths = [f"/{path}" for _name, path, view in routes() if issubclass(getattr(view, "view_class", object), List)]
    answers = [Client().get(path, {"limit": 200}, headers=bearer(key)) for path in paths for key in keys]
    return {
        row["id"]: row["etag"] for a in answers if a.status_code == 200 for row in a.json()["results"] if "etag" in row
    }


def key_of(role: Role, person: StaffMember) -> str:
    return create_api_key(owner=person, name=role, scopes=scopes_within(permitted([role])), by=person)[1]


def the_description(keys: dict[str, str]) -> Any:
    """The description as it is served, read by Schemathesis, with our own site to send requests to."""
    # A stale version is refused before anything else is read: 412 beside what Schemathesis takes for a refusal.
    refusals = [400, 401, 403, 404, 406, 409, 412, 413, 415, 422, 428]
    told = {
        "generation": {"deterministic": True, "with-security-parameters": False},
        "checks": {"negative_data_rejection": {"expected-statuses": refusals}},
    }
    headers = {"Accept": "application/vnd.oai.openapi+json", **bearer(keys[Role.PHYSIOTHERAPIST])}
    return schemathesis.openapi.from_wsgi(
        "/api/v1/schema/", get_wsgi_application(), config=SchemathesisConfig.from_dict(told), headers=headers
    )


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}
