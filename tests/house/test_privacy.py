"""Nothing clinical reaches those who may not read it: a planted marker is looked for in every answer."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from cases.actions.appointments import book_appointment
from cases.actions.cases import NewInjury
from cases.actions.goals import NewGoal
from cases.actions.imaging import request_imaging
from cases.actions.prior_treatments import NewPriorTreatment
from cases.actions.red_flags import NewRedFlag
from clinic import clock
from clinic.actions.api_keys import create_api_key
from clinic.rules.permissions import Role
from tests.factories.photographs import a_photograph
from tests.factories.pictures import LATERAL, LENGTHWISE, a_picture, measured
from tests.factories.records import a_case, a_draft, a_patient, a_physio, a_signed_session, site_of, staff
from tests.factories.waivers import a_request_to_waive
from tests.house.test_house import addresses
from treatments.actions.agreements import Agreement
from treatments.actions.letters import start_letter
from treatments.actions.pictures import plan_imaging
from treatments.actions.planning import PlannedBlock, PlannedDose
from treatments.actions.plans import review_block, start_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
MARKER = "Zyzzyva"


def planted() -> tuple[Any, set[str]]:
    """A patient whose every clinical text says the marker; and the ids of all that is theirs."""
    by = a_physio()
    patient = a_patient(by, medicines=MARKER, allergies=MARKER, past_history=MARKER)
    case = a_case(
        by,
        patient,
        title=MARKER,
        history=MARKER,
        referral=MARKER,
        injuries=[NewInjury("CALCIFICATION", "REG_ANKLE", "RIGHT", "CALC_TENDON_ACHILLES_MID", MARKER)],
        prior_treatments=[NewPriorTreatment("INJ_STEROID", MARKER, dose=MARKER, provider=MARKER)],
        red_flags=[NewRedFlag("RF_FRACTURE", True, MARKER, MARKER)],
        goals=[NewGoal(MARKER, MARKER)],
    )
    texts: dict[str, Any] = dict.fromkeys(("subjective", "objective", "assessment", "plan"), MARKER)
    texts["exercises"] = [{"name": MARKER, "note": MARKER}]
    event = {"what": MARKER, "severity": "MILD", "onset_on": clock.today().isoformat(), "told": MARKER}
    texts["adverse_events"] = [event]
    held = dict.fromkeys(("because", "told", "happened"), MARKER)
    texts["applications"] = [{"modality": "EDU", "parameters": {"topic": MARKER}, "note": MARKER, **held}]
    agreed = Agreement("DRYNEEDLE", authorised_by=MARKER, because=MARKER)
    blocks = [PlannedBlock(1, (PlannedDose("DRYNEEDLE", (1,)),))]
    plan = start_plan(case=case, blocks=blocks, agreements=[agreed], by=by)
    plan_imaging(plan=plan, picture=LENGTHWISE, why=MARKER, due_on=clock.today(), by=by)
    rows = [
        plan,
        plan.blocks.get(),
        patient,
        case,
        case.injuries.get(),
        case.goals.get(),
        case.red_flag_notes.get(),
        a_draft(case, by, **texts),
        a_signed_session(case, by, **texts),
        request_imaging(case=case, picture=LATERAL, why=MARKER, due_on=clock.today(), by=by),
        (picture := a_picture(case, by, reporter=MARKER, report_text=MARKER)),
        book_appointment(patient=patient, case=case, staff=by, site=case.site, starts_at=clock.now(), by=by),
    ]
    photographed = a_photograph(rows[7], by, MARKER, file_name=MARKER)
    rows += [photographed.document, a_request_to_waive(case, by, MARKER)]
    measured(picture, by, note=MARKER)
    review_block(block=plan.blocks.get(), decision="IMAGE", reason=MARKER, by=by)
    rows.append(start_letter(case=case, kind="REFERRER", by=by))
    return by, {str(row.pk) for row in rows}


def pages(ids: set[str]) -> set[str]:
    """Each address of the site, with each id in its place; and searches for the marker."""
    plain = set(addresses(get_resolver().url_patterns))
    asked = {re.sub(r"00000000-0000-7000-8000-000000000000", pk, a) for a in plain for pk in ids}
    asked -= {a for a in asked if "logout" in a}
    return asked | {f"/patients/?q={MARKER}", f"/api/v1/patients/?search={MARKER}", "/?who=all"}


def said(response: Any) -> str:
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content).decode(errors="replace")
    return str(response.content.decode(errors="replace"))  # a PDF is no text


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.AUDITOR])
def test_a_planted_marker_reaches_nobody_who_may_not_read_it(client: Client, role: Role) -> None:
    by, ids = planted()
    client.force_login(staff(role, site=site_of(by)))
    asked = pages(ids)
    assert len(asked) > 300
    found = {
        path
        for path in asked
        if MARKER
        in said(client.get(path))
        .replace(f"?q={MARKER}", "")
        .replace(f"“{MARKER}”", "")
        .replace(f'value="{MARKER}"', "")
    }
    assert found == set()


def test_the_marker_is_there_to_be_found(client: Client) -> None:
    by, ids = planted()
    client.force_login(by)
    found = {path for path in pages(ids) if MARKER in said(client.get(path))}
    assert len(found) > 15


def test_nor_by_a_key_of_the_clinic_admin(client: Client) -> None:
    by, ids = planted()
    admin = staff(Role.CLINIC_ADMIN, site=site_of(by))
    _, key = create_api_key(owner=admin, name="Desk", scopes=["patients:read", "cases:read", "sessions:read"], by=admin)
    headers = {"Authorization": f"Bearer {key}"}
    answers = [client.get(path, headers=headers) for path in pages(ids) if path.startswith("/api/")]
    assert any(answer.status_code == 200 for answer in answers)
    assert not [a for a in answers if MARKER in said(a) and f"search={MARKER}" not in said(a)]
