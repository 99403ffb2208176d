from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinic import clock
from tests.factories.records import a_case, a_draft, a_physio, a_signed_session
from tests.factories.stories import a_story

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
        "by": by.name,
    }
    assert series["error_band"] == {"low": 5.0, "high": 9.0}
    assert series["is_key"] is True
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
    assert lanes["RSWT"]["sum"] == {"value": 4000.0, "unit": "impulses", "is_dose_index": False}
    assert [d["sum_so_far"] for d in lanes["RSWT"]["doses"]] == [2000.0, 4000.0]


def test_what_stands_around_it(client: Client) -> None:
    by = a_physio()
    client.force_login(by)
    story, today = a_story(by), clock.today()
    body = client.get(f"/api/v1/cases/{story.case.pk}/progress/").json()

    def ago(days: int) -> str:
        return str(today - timedelta(days=days))

    assert body["begins"] == ago(70)
    assert body["before_us"] == [
        {"display": "Tendon repair", "started": str(today.year - 4), "sessions": None, "benefit": "PARTIAL"},
        {"display": "Shockwave elsewhere", "started": str(today.year - 2), "sessions": 10, "benefit": "NONE"},
    ]
    blocks = [(b["number"], b["held"], b["planned"], b["since"], b["until"]) for b in body["blocks"]]
    assert blocks == [(1, 2, 2, ago(63), ago(56)), (2, 2, 3, ago(20), None)]
    (review,) = body["reviews"]
    assert (review["decision"], review["reason"], review["on"]) == ("CONTINUE", "Better.", ago(56))
    pictures = [(p["taken"], p["is_before_us"], p["deposits"][0]["change_percent"]) for p in body["pictures"]]
    assert pictures == [(ago(75), True, None), (ago(60), False, None), (ago(12), False, -27.5)]
    assert body["pictures"][1]["deposits"][0]["not_comparable"] == "OTHER_MODALITY"
    events = [(e["kind"], e["on"], e["until"], e["detail"]) for e in body["events"]]
    assert events == [
        ("FLARE", ago(20), ago(13), "Ran 5 km."),
        ("ADVERSE", ago(18), None, "mild"),
        ("INJECTION", ago(11), None, "short benefit"),
    ]
    lanes = {lane["modality"]: lane for lane in body["lanes"]}
    assert lanes["FSWT"]["sum"] == {"value": 1200.0, "unit": "mJ/mm²", "is_dose_index": True}
    assert [d["amount"] for d in lanes["FSWT"]["doses"]] == [0.15, 0.2, 0.25]
    assert (lanes["IASTM"]["unit"], lanes["IASTM"]["sum"]["value"]) == ("min", 25.0)


def test_a_case_without_a_visit_has_nothing_around_it(client: Client) -> None:
    by = a_physio()
    client.force_login(by)
    body = client.get(f"/api/v1/cases/{a_case(by).pk}/progress/").json()
    assert body["begins"] is None
    assert [body[name] for name in ("before_us", "series", "lanes", "blocks", "reviews", "pictures", "events")] == [
        []
    ] * 7


def test_a_stranger_and_an_unknown_parameter(client: Client) -> None:
    case = a_case(a_physio())
    client.force_login(a_physio())
    assert client.get(f"/api/v1/cases/{case.pk}/progress/").status_code == 404
    assert client.get(f"/api/v1/cases/{case.pk}/progress/?x=1").status_code == 400
