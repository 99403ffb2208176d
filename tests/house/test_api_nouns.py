"""What holds for every noun of the interface: shapes, examples, scopes, statements, and what is refused."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.actions.api_keys import create_api_key
from clinic.api.clinic import OfClinic
from clinic.api.fields import IdField
from clinic.api.resources import Act, Addable, Changeable, Detail, List, Noun
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import SCOPES, Role
from tests.factories.devices import a_device
from tests.factories.planted import plant
from tests.factories.records import a_site, site_of, staff
from tests.factories.rows import routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
OWNED = ("id", "etag", "version", "created_at", "updated_at", "signed_by", "signed_at", "archived_at", "merged_into")
CONTRACT = """patients consents cases goals injuries prior-treatments adverse-events documents imaging-requests imaging-results
    deposits deposit-measurements appointments plans blocks protocol-templates screenings screening-questions
    sessions measurements reviews modalities measures pathologies structures sites devices staff api-keys"""


def nouns_of(*kinds: type) -> list[tuple[str, Any]]:
    """The address and the class of each view that is one of these."""
    found = ((f"/{path}", getattr(view, "view_class", None)) for _name, path, view in routes())
    return [(path, view) for path, view in found if view is not None and issubclass(view, kinds)]


@pytest.fixture
def by(client: Client) -> StaffMember:
    person = staff(Role.PHYSIOTHERAPIST, Role.CLINIC_ADMIN)
    create_api_key(owner=person, name="Lab", scopes=["sessions:read"], by=person)
    a_device(site_of(person))
    client.force_login(person)
    return person


def address(path: str, pk: Any) -> str:
    return path.replace("<uuid:pk>", str(pk))


def body_of(view: Any) -> Any:
    return view.patch_with if issubclass(view, Changeable) else getattr(view, "into", None)


def first_of(client: Client, view: Any) -> str:
    """The id of the first row in the list of a view's noun."""
    (there,) = (path for path, other in nouns_of(List) if other.noun == view.noun)
    return str(client.get(there).json()["results"][0]["id"])


def writes() -> int:
    return AuditEvent.objects.exclude(action__endswith=".seen").count()


def test_there_are_all_nouns_of_the_contract() -> None:
    assert {f"/api/v1/{name}/" for name in CONTRACT.split()} <= {path for path, _view in nouns_of(List)}
    assert len(nouns_of(Addable, Changeable, Act)) > 25


@pytest.mark.parametrize("view", [view for _path, view in nouns_of(Noun)], ids=lambda view: view.__name__)
def test_a_noun_says_what_it_needs_to(view: Any) -> None:
    scopes = view().scopes
    assert {method for method in ("GET", "POST", "PATCH") if hasattr(view, method.lower())} <= set(scopes)
    for asked in scopes.values():
        assert set((asked,) if isinstance(asked, str) else asked) <= {*SCOPES, "*"}
    if hasattr(view, "post"):
        assert view.post.is_once
    assert view.__name__ == "Sessions" or set(view.out.EXAMPLE) == set(view.out().fields)
    if (into := body_of(view)) is not None:
        sent = into(data=into.EXAMPLE, partial=issubclass(view, Changeable))
        assert sent.is_valid(), sent.errors


def test_lists_and_their_rows(client: Client, by: StaffMember) -> None:
    plant(by, "Planted")
    for path, view in nouns_of(List):
        answer = client.get(path)
        assert answer.status_code == 200, path
        found = answer.json()["results"]
        assert found, f"{path} has nothing to look at"
        assert all(set(row) == set(view.out().fields) for row in found), path
        for each in view.orderings:
            bare = each.removeprefix("-")
            down, up = (client.get(path, {"ordering": f"{way}{bare}", "limit": 200}).json() for way in ("-", ""))
            assert down["results"] == up["results"][::-1], path
        for parameter in view.filters:
            assert client.get(path, {parameter: "\x00"}).status_code == 400, (path, parameter)


def test_one_row_is_as_in_its_list_and_leaves_an_event(client: Client, by: StaffMember) -> None:
    plant(by, "Planted")
    lists = {view.noun: path for path, view in nouns_of(List)}
    for path, view in nouns_of(Detail):
        row = client.get(lists[view.noun]).json()["results"][0]
        assert client.get(address(path, row["id"])).json() == row, path
        looks = AuditEvent.objects.filter(action=f"{view.one.replace(' ', '_')}.seen", row_id=row["id"])
        assert looks.count() == (1 if view().patient_column else 0), path


def test_lists_cost_the_same_for_one_patient_and_for_four(client: Client, by: StaffMember) -> None:
    plant(by, "Planted")
    costs: dict[str, list[int]] = {path: [] for path, _view in nouns_of(List)}
    for turn in range(2):
        for path, view in nouns_of(List):
            with CaptureQueriesContext(connection) as asked:
                rows = len(client.get(path).json()["results"])
            costs[path].append(len(asked))
            assert turn == 0 or rows > 3 or not view().patient_column, path
        for more in range(3 if turn == 0 else 0):
            plant(by, "Planted", days=more + 1)
    assert {path for path, (few, many) in costs.items() if few != many or many > 4} == set(), costs


def test_who_works_elsewhere_finds_nothing(client: Client, by: StaffMember) -> None:
    plant(by, "Planted")
    of_patients = [(path, view) for path, view in nouns_of(Detail, Act) if view().patient_column]
    theirs = {path: first_of(client, view) for path, view in of_patients}
    client.force_login(staff(Role.PHYSIOTHERAPIST, Role.CLINIC_ADMIN, site=a_site("Elsewhere")))
    for path, view in nouns_of(List):
        assert not view().patient_column or client.get(path).json()["results"] == [], path
    for path, view in of_patients:
        method = "get" if issubclass(view, Detail) else "post"
        one, none = (
            getattr(client, method)(address(path, pk), content_type="application/json", headers={"If-Match": "1"})
            for pk in (theirs[path], uuid4())
        )
        assert (one.status_code, one.content) == (404, none.content), path


def test_members_that_are_unknown_or_the_servers_are_refused(client: Client, by: StaffMember) -> None:
    plant(by, "Planted")
    for path, view in nouns_of(Addable, Changeable, Act):
        pk = "" if issubclass(view, List) else first_of(client, view)
        into, before = body_of(view), writes()
        for member in ("colour", *OWNED):
            if into is not None and member in into().fields:
                continue
            told = {**(into.EXAMPLE if into else {}), member: "1"}
            method = client.patch if issubclass(view, Changeable) else client.post
            answer = method(address(path, pk), told, "application/json", headers={"If-Match": '"1"'})
            assert answer.status_code == 400, (path, member, answer.content)
            assert [each["pointer"] for each in answer.json()["errors"]] == [f"/{member}"], path
        assert writes() == before, path


def test_ids_of_others_are_refused(client: Client, by: StaffMember) -> None:
    mine, other = plant(by, "Mine"), staff(Role.PHYSIOTHERAPIST, site=a_site("Elsewhere"))
    theirs = plant(other, "Theirs", days=1)
    ours: dict[str, Any] = {"site": by.site_ids[0], "staff": by.pk, "lead": by.pk, **mine}
    foreign: dict[str, UUID] = {
        **theirs,
        "site": other.site_ids[0],
        "staff": uuid4(),
        "lead": uuid4(),
        "continues": theirs["case"],
    }
    for path, view in nouns_of(Addable):
        named = [name for name, field in view.into().fields.items() if isinstance(field, IdField)]
        for member in named:
            told = {**view.into.EXAMPLE, **{each: str(ours[each]) for each in named if each in ours}}
            # Who manages the clinic names each of its sites; for them only what is nowhere is foreign.
            told[member] = str(uuid4() if issubclass(view, OfClinic) else foreign[member])
            before = writes()
            answer = client.post(path, told, "application/json")
            assert answer.status_code == 422, (path, member, answer.content)
            assert answer.json()["errors"][0]["pointer"] == f"/{member}", (path, answer.content)
            assert writes() == before, (path, member)
