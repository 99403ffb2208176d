from typing import Any

import pytest
from django.test import Client

from cases.models import Pathology
from clinic.rules.permissions import Role
from tests.factories.records import staff
from treatments.models import Measure, Modality
from treatments.rules.demands import HIGHER_RISK

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somebody(client: Client) -> None:
    client.force_login(staff(Role.RECEPTIONIST))


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_everything_is_listed_in_its_group(client: Client) -> None:
    page = read(client, "/catalogue/")
    for model in (Modality, Measure, Pathology):
        for row in model.objects.filter(retired_on=None):
            assert f"/{row.code}/" in page
    assert page.index("Hands on") < page.index("Machines") < page.index("Questionnaires") < page.index("Adhesions")


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [("visa", "/VISA_A/", "/LEFS/"), ("shock", "/RSWT/", "/IASTM/"), ("RSWT", "/RSWT/", "/FSWT/"), ("frozen", "/ADH_CAPSULITIS_SHOULDER/", "/NPRS/")],
)  # fmt: skip
def test_one_finds_a_name_or_a_code(client: Client, query: str, there: str, not_there: str) -> None:
    page = read(client, f"/catalogue/?q={query}")
    assert there in page
    assert not_there not in page


def test_nothing_found_says_what_to_do(client: Client) -> None:
    page = read(client, "/catalogue/?q=%3Cnothing%3E")
    assert "Nothing is called that" in page
    assert "<nothing>" not in page


def test_a_modality(client: Client) -> None:
    page = read(client, "/catalogue/modalities/RSWT/")
    for told in ("1.5–4 bar", "0.3–6 bar", "Physiotherapists trained in it", "Needs written consent", "/rules/RSWT/",
                 "Rompe, AJSM 2009", "read in the source", "Calcific shoulder"):  # fmt: skip
        assert told in page, told
    page = read(client, "/catalogue/modalities/IFT/")
    assert "no limit known" in page
    assert "No rule is held for this treatment" in read(client, "/catalogue/modalities/TAPE/")
    assert "Calf raises" in read(client, "/catalogue/modalities/EX_HSR/")
    assert "229065009" in read(client, "/catalogue/modalities/EX_HSR/")


def test_a_measure(client: Client) -> None:
    page = read(client, "/catalogue/measures/QUICKDASH/")
    for told in (
        "17.1",
        "van Kampen 2013",
        "lower is better",
        "needs a paid licence",
        "at least 10 of 11 answered",
        "10.8–13.6",
    ):
        assert told in page, told
    page = read(client, "/catalogue/measures/VISA_A/")
    assert "not sure: not used" in page
    assert "12 weeks" in page
    assert "grades have no distances" in read(client, "/catalogue/measures/ROM_SH_HBB/")
    assert "Neither its error nor what matters is known" in read(client, "/catalogue/measures/HEEL_RAISE_SL/")
    page = read(client, "/catalogue/measures/ROM_KN_FLEX/")
    assert "Normal, AAOS" in page
    assert "0–165 °" in page
    assert "15 % of the start" in read(client, "/catalogue/measures/NPRS/")


def test_the_threshold_that_is_used_is_marked(client: Client) -> None:
    page = read(client, "/catalogue/measures/NPRS/")
    assert page.count('<span class="unit">used</span>') == 2
    assert read(client, "/catalogue/measures/KTW_CM/").count('<span class="unit">used</span>') == 2


def test_a_diagnosis(client: Client) -> None:
    page = read(client, "/catalogue/diagnoses/CALC_TENDON_SHOULDER/")
    for told in ("M75.3", "FB40.3", "Resorptive", "Reactive (cell-mediated)", "Calcific shoulder"):
        assert told in page, told
    page = read(client, "/catalogue/diagnoses/OSS_MYOSITIS_TRAUMATIC/")
    assert "Myositis ossificans, phase" in page


@pytest.mark.parametrize("path", ["modalities/X", "measures/X", "diagnoses/X", "measures/RSWT"])
def test_what_is_not_there(client: Client, path: str) -> None:
    assert client.get(f"/catalogue/{path}/").status_code == 404


def test_every_page_of_an_entry_opens(client: Client) -> None:
    for kind, model in (("modalities", Modality), ("measures", Measure), ("diagnoses", Pathology)):
        for code in model.objects.filter(retired_on=None).values_list("code", flat=True):
            assert client.get(f"/catalogue/{kind}/{code}/").status_code == 200, code


def test_what_a_page_costs(client: Client, django_assert_max_num_queries: Any) -> None:
    for path, most in (("", 5), ("modalities/RSWT/", 7), ("measures/NPRS/", 5), ("diagnoses/CALC_HADD/", 7)):
        with django_assert_max_num_queries(most):
            client.get(f"/catalogue/{path}")


@pytest.mark.parametrize("code", sorted(HIGHER_RISK))
def test_each_higher_risk_treatment_has_a_leaflet_to_print(client: Client, code: str) -> None:
    page = client.get(f"/catalogue/modalities/{code}/leaflet/").content.decode()
    for text in ("Version 1", "What is not known", "Doing nothing for now", "You may say no now, or at any time"):
        assert text in page
    assert f"/catalogue/modalities/{code}/leaflet/" in client.get(f"/catalogue/modalities/{code}/").content.decode()


def test_a_treatment_without_a_leaflet_offers_none(client: Client) -> None:
    assert client.get("/catalogue/modalities/IASTM/leaflet/").status_code == 404
    assert "leaflet/" not in client.get("/catalogue/modalities/IASTM/").content.decode()
    assert "NICE" in client.get("/catalogue/modalities/FSWT/leaflet/").content.decode()
