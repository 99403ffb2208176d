from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinic import clock
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session, signed_sessions

pytestmark = pytest.mark.django_db


def pain(value: int) -> dict[str, Any]:
    return {"measurements": [{"measure": "NPRS", "context": "LOAD", "value": value}]}


def test_the_whole_course(client: Client) -> None:
    by = a_physio()
    case = a_case(by)
    client.force_login(by)
    first = a_signed_session(case, by, clock.today() - timedelta(days=7), **pain(7))
    a_signed_session(case, by, clock.today(), **pain(4))
    a_draft(case, by, **pain(0))
    body = client.get(f"/api/v1/cases/{case.pk}/progress/").json()
    (series,) = body["series"]
    assert body["number"] == case.number
    assert [p["value"] for p in series["points"]] == [7.0, 4.0]
    assert series["baseline"] == {
        "on": str(first.occurred_on),
        "value": 7.0,
        "moment": "BEFORE",
        "session": str(first.pk),
    }
    assert (series["measure"], series["context"], series["side"], series["unit"], series["direction"]) == (
        "NPRS",
        "LOAD",
        None,
        "/10",
        -1,
    )
    assert (series["change"], series["verdict"]["code"], series["verdict"]["threshold"]) == (-3.0, "IMPROVED", 2.0)
    assert (series["mdc"]["value"], series["mic"]["value"]) == (2.0, 1.0)
    lanes = {lane["modality"]: lane for lane in body["lanes"]}
    assert [d["amount"] for d in lanes["RSWT"]["doses"]] == [2.3, 2.3]
    assert lanes["RSWT"]["unit"] == "bar"


def test_a_stranger_and_an_unknown_parameter(client: Client) -> None:
    case = a_case(a_physio())
    client.force_login(a_physio())
    assert client.get(f"/api/v1/cases/{case.pk}/progress/").status_code == 404
    assert client.get(f"/api/v1/cases/{case.pk}/progress/?x=1").status_code == 400


def test_it_costs_the_same_for_ten_and_for_sixty_sessions(client: Client, django_assert_num_queries: Any) -> None:
    by = a_physio()
    client.force_login(by)
    for how_many in (10, 60):
        case = a_case(by)
        signed_sessions(case, by, how_many)
        with django_assert_num_queries(16):
            client.get(f"/api/v1/cases/{case.pk}/progress/")
