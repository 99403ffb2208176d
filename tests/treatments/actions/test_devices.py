from datetime import timedelta
from typing import Any

import pytest

from cases.models import Case
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent, Seal, StaffMember
from clinic.rules.permissions import Role
from tests.factories.devices import a_device
from tests.factories.records import a_case, a_draft, a_physio, a_site, manager, site_of, staff
from treatments.actions.addenda import correct_session
from treatments.actions.devices import add_device, change_device
from treatments.actions.sessions import known_for, sign_session
from treatments.models import Application, Device, Session
from treatments.queries.frozen import frozen

pytestmark = pytest.mark.django_db
DOSE = {"pressure_bar": "2.3", "impulses": "2000", "frequency_hz": "8"}


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def case(by: StaffMember) -> Case:
    return a_case(by)


def codes(refused: pytest.ExceptionInfo[RuleBroken]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def given_with(device: Device | None, case: Case, by: StaffMember, **told: Any) -> Session:
    row = {"modality": "RSWT", "parameters": DOSE, "device": str(device.pk) if device else "", **told}
    draft = a_draft(case, by, applications=[row])
    return sign_session(session=draft, draft_version=draft.draft_version, by=by)


def test_an_admin_lists_corrects_and_retires_a_device() -> None:
    admin, here, there = staff(Role.CLINIC_ADMIN), a_site(), a_site()
    device = add_device(site=here, name=" Unit ", modalities=["RSWT", "RSWT", "FSWT"], serial_number=" 7 ", by=admin)
    assert (device.name, device.serial_number, device.modalities, str(device)) == (
        "Unit",
        "7",
        ["FSWT", "RSWT"],
        "Unit, 7",
    )
    told = {"site": there, "name": "Unit B", "modalities": ["RSWT"], "by": admin}
    changed = change_device(device=device, version=1, retired_on=clock.today(), **told)
    assert (changed.site, changed.name, changed.serial_number, changed.version) == (there, "Unit B", "", 2)
    with pytest.raises(Stale):
        change_device(device=device, version=1, **told)
    actions = AuditEvent.objects.filter(row_id=device.pk).order_by("created_at").values_list("action", flat=True)
    assert list(actions) == ["device.added", "device.changed"]


def test_nobody_else_does(by: StaffMember) -> None:
    device = a_device(site_of(by))
    with pytest.raises(NotAllowed):
        add_device(site=site_of(by), name="Unit", modalities=["RSWT"], by=by)
    with pytest.raises(NotAllowed):
        change_device(device=device, version=1, site=device.site, name="Unit", modalities=["RSWT"], by=by)


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"name": "  "}, ("/name", "missing")),
        ({"name": "x" * 101}, ("/name", "too_long")),
        ({"serial_number": "\x00"}, ("/serial_number", "too_long")),
        ({"modalities": []}, ("/modalities", "missing")),
        ({"modalities": ["NONSENSE"]}, ("/modalities", "unknown_modality")),
        ({}, ("/serial_number", "device_exists")),
    ],
)
def test_what_cannot_be_is_refused(told: dict[str, Any], fault: tuple[str, str]) -> None:
    here = a_device(a_site()).site
    with pytest.raises(RuleBroken) as refused:
        a_device(here, **told)
    assert codes(refused) == [fault]


def test_a_last_day_in_the_future_is_refused() -> None:
    device = a_device(a_site())
    told = {"site": device.site, "name": device.name, "modalities": device.modalities}
    with pytest.raises(RuleBroken) as refused:
        change_device(device=device, version=1, by=manager(), retired_on=clock.today() + timedelta(days=1), **told)
    assert codes(refused) == [("/retired_on", "in_the_future")]


def test_a_treatment_keeps_the_name_of_its_device(case: Case, by: StaffMember) -> None:
    device = a_device(case.site)
    session = given_with(device, case, by)
    assert session.applications.get().device == device
    told = {"site": device.site, "modalities": ["FSWT"], "by": manager()}
    change_device(device=device, version=1, name="Another name", **told)
    (shown,) = frozen(Session.objects.get(pk=session.pk)).applications
    assert (shown.device, shown.device_id) == ("Radial shockwave unit", str(device.pk))
    assert Seal.objects.get(row_id=session.pk).document["parts"]["treatments.application"][0]["device_id"] == str(
        device.pk
    )


def test_a_device_gives_what_it_gives_and_until_its_last_day(case: Case, by: StaffMember) -> None:
    gone = a_device(case.site, name="Gone")
    told = {"site": gone.site, "name": "Gone", "modalities": ["RSWT"], "by": manager()}
    gone = change_device(device=gone, version=1, retired_on=clock.today() - timedelta(days=1), **told)
    for device in (a_device(case.site, modalities=["FSWT"]), gone, Device()):
        with pytest.raises(RuleBroken) as refused:
            given_with(device, case, by)
        code = "other_device" if device.name else "unknown_device"
        assert codes(refused) == [("/applications/0/device", code)]
    assert known_for(case).devices_for("RSWT") == []
    assert known_for(case).devices_for("RSWT", str(gone.pk)) == [gone.as_rule()]


def test_devices_of_this_site_are_offered(case: Case) -> None:
    mine, _other = a_device(case.site), a_device(a_site())
    assert known_for(case).devices_for("RSWT") == [mine.as_rule()]


def test_the_device_is_corrected_like_the_dose(case: Case, by: StaffMember) -> None:
    session = given_with(None, case, by)
    device, row = a_device(case.site), session.applications.get()
    correct_session(
        session=session, told={"applications": [{"id": str(row.pk), "device": str(device.pk)}]}, reason="Forgot", by=by
    )
    assert Application.objects.get(corrects=row).device == device
