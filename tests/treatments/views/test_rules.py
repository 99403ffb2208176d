from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_physio, staff
from treatments.actions.rules import approve_rules, deviate_from_rule
from treatments.models import ContraindicationRule, RuleApproval

pytestmark = pytest.mark.django_db
KEY = "CI_STEROID_INJ_6W.RS@1"
PAGE = f"/rules/row/{KEY}/"


@pytest.fixture
def lead(client: Client) -> StaffMember:
    person = staff(Role.CLINICAL_LEAD)
    client.force_login(person)
    return person


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_what_is_not_approved_is_to_be_read(client: Client, lead: StaffMember) -> None:
    page = read(client, "/rules/")
    assert "585 of 585 not approved" in page
    assert "51 of 51 to read" in page
    assert '<span class="level-A">A?</span>' in page
    approve_rules(these=list(ContraindicationRule.objects.filter(retired_on=None, column="RS")), by=lead)
    page = read(client, "/rules/")
    assert "534 of 585 not approved" in page
    assert "51 approved" in page
    assert '<span class="level-A">A</span>' in page


def test_all_of_a_modality_at_once(client: Client, lead: StaffMember) -> None:
    page = client.post("/rules/RSWT/", {"all": "1"}, follow=True).content.decode()
    assert "52 approved." in page
    assert lead.name in page
    assert 'name="keys"' not in page
    assert RuleApproval.objects.count() == 52


def test_what_is_ticked(client: Client, lead: StaffMember) -> None:
    page = client.post("/rules/RSWT/", {"keys": [KEY, "RSWT@1", "CI_PREGNANCY.US@1"]}, follow=True).content.decode()
    assert "2 approved." in page
    assert set(RuleApproval.objects.in_force()) == {KEY, "RSWT@1"}
    page = client.post("/rules/RSWT/", {}, follow=True).content.decode()
    assert "Nothing was approved" in page


def test_columns_are_shared_and_rows_for_one_treatment_are_not(client: Client, lead: StaffMember) -> None:
    page = read(client, "/rules/MAN_MANIP/")
    assert "The same rules hold for" in page
    assert "Soft-tissue massage".lower() in page
    assert "only at: neck / cervical spine" in page
    assert "only at" not in read(client, "/rules/MAN_STM/")


def test_a_treatment_without_rules_says_so(client: Client, lead: StaffMember) -> None:
    page = read(client, "/rules/TAPE/")
    assert "No rule is held for this treatment" in page
    assert "The same rules hold for" not in page


def test_every_row_says_source_window_and_how_sure(client: Client, lead: StaffMember) -> None:
    page = read(client, "/rules/RSWT/")
    assert "Royal National Orthopaedic Hospital" in page
    assert "for 42 days" in page
    assert "read in the source" in page


def test_a_change_is_saved_with_its_reason(client: Client, lead: StaffMember) -> None:
    page = client.post(PAGE, {"level": "R", "window_days": "84", "reason": "Our surgeon asks"}, follow=True)
    text = page.content.decode()
    assert "needs authorisation" in text
    assert "for 84 days" in text
    assert "Our surgeon asks" in text
    again = read(client, PAGE)
    assert "Changed for this clinic: needs authorisation, 84 days" in again
    assert 'value="84"' in again


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"level": "L", "window_days": "42", "reason": "x"}, "This is what the rule says already"),
        ({"level": "R", "window_days": "", "reason": ""}, "This field is required"),
        ({"level": "R", "window_days": "soon", "reason": "x"}, "Enter a whole number"),
        ({"level": "R", "window_days": "99999", "reason": "x"}, "Between 1 and 3650 days"),
        ({"level": "Q", "window_days": "", "reason": "Typed text stays"}, "Typed text stays"),
    ],
)
def test_a_change_that_is_refused_loses_nothing(
    client: Client, lead: StaffMember, typed: dict[str, Any], told: str
) -> None:
    response = client.post(PAGE, typed)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not RuleApproval.objects.exists()


def test_an_approval_is_taken_back(client: Client, lead: StaffMember) -> None:
    rule = ContraindicationRule.objects.get(key=KEY)
    deviate_from_rule(rule=rule, level="R", window_days=None, reason="Because", by=lead)
    assert f"/rules/withdraw/{KEY}/" in read(client, PAGE)
    assert "Steroid injection" in read(client, f"/rules/withdraw/{KEY}/")
    refused = client.post(f"/rules/withdraw/{KEY}/", {"reason": ""})
    assert refused.status_code == 422
    assert "Say why the approval is withdrawn" in refused.content.decode()
    text = client.post(f"/rules/withdraw/{KEY}/", {"reason": "A newer paper"}, follow=True).content.decode()
    assert "The approval is withdrawn" in text
    assert KEY not in RuleApproval.objects.in_force()
    assert "A newer paper" in read(client, PAGE)
    again = client.post(f"/rules/withdraw/{KEY}/", {"reason": "Twice"})
    assert again.status_code == 422
    assert "nothing to withdraw" in again.content.decode()


def test_so_are_limits(client: Client, lead: StaffMember) -> None:
    client.post("/rules/TAPE/", {"keys": ["TAPE@1"]})
    assert "/rules/withdraw/TAPE@1/" in read(client, "/rules/TAPE/")
    client.post("/rules/withdraw/TAPE@1/", {"reason": "Another tape"})
    assert RuleApproval.objects.in_force() == {}


@pytest.mark.parametrize("role", [Role.PHYSIOTHERAPIST, Role.RECEPTIONIST])
def test_others_read_and_do_not_decide(client: Client, role: Role) -> None:
    client.force_login(a_physio() if role is Role.PHYSIOTHERAPIST else staff(role))
    for path in ("/rules/", "/rules/RSWT/", PAGE):
        page = read(client, path)
        assert "Approve what is ticked" not in page
        assert 'type="checkbox"' not in page
        assert "Save for this clinic" not in page
    assert client.post("/rules/RSWT/", {"all": "1"}).status_code == 403
    assert client.post(PAGE, {"level": "R", "reason": "x"}).status_code == 403
    assert client.post(PAGE, {}).status_code == 403
    assert client.get("/rules/withdraw/RSWT@1/").status_code == 403
    assert not RuleApproval.objects.exists()


@pytest.mark.parametrize(
    "path", ["/rules/NOTHING/", "/rules/row/NOTHING@1/", "/rules/row/CI_PREGNANCY.RS@9/", "/rules/withdraw/X@1/"]
)
def test_what_is_not_there(client: Client, lead: StaffMember, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_pages_cost_the_same_however_much_is_approved(client: Client, lead: StaffMember) -> None:
    def costs() -> list[int]:
        counted = []
        for path in ("/rules/", "/rules/RSWT/", PAGE):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            counted.append(len(queries))
        return counted

    before = costs()
    client.post("/rules/RSWT/", {"all": "1"})
    client.get("/rules/")
    assert costs() == before
    assert max(before) <= 11
