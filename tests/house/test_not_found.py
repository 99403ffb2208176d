"""What somebody may not see is answered byte for byte like what does not exist: by address, query, form and interface."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client, override_settings

from clinic import clock
from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.conftest import keeping
from tests.databases import filled, undone
from tests.factories.planted import plant
from tests.factories.records import a_note, a_physio, site_of, staff
from tests.factories.rows import address, kind_of, routes
from tests.factories.who import ELSEWHERE, RESTRICTED, a_clinic
from treatments.actions.addenda import mark_in_error
from treatments.models import Session

# An admin keeps the list of restrictions, and of what was opened, of records that are shut to them.
KEPT_BY_ADMINS = {"restriction", "lift_restriction", "see_opening"}


def told(client: Client, method: str, path: str, row: Any, **given: Any) -> tuple[Any, ...]:
    """All of an answer but what differs from one request to the next, and the id that was asked for."""
    with transaction.atomic():
        answer = getattr(client, method)(path, **given)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    text = body.decode(errors="replace").replace(str(row), "ID")
    text = re.sub(r'(csrfmiddlewaretoken" value|content)="[A-Za-z0-9]{64}"', r'\1=""', text)
    text = re.sub(r'name="session" value="[^"]+"', "", text)  # a new note has a new id each time
    differ = ("X-Request-ID", "Date", "RateLimit-Remaining", "RateLimit-Reset")  # whatever is asked for
    kept = {k: v.replace(str(row), "ID") for k, v in answer.headers.items() if k not in differ}
    return answer.status_code, tuple(sorted(kept.items())), text


def built_clinic() -> dict[str, Any]:
    """All roles at the site of the restricted patient; the rows that they may not see, and their own."""
    _people, rows = a_clinic()
    owner = StaffMember.objects.get(pk=Session.objects.get(pk=rows[RESTRICTED]["session"]).author_id)
    every = staff(*Role, site=site_of(owner), hcpc_number="PH654321")
    mine: dict[str, Any] = plant(every, "Mine", days=2)
    wrong = Session.objects.get(pk=mine["session"])
    mark_in_error(session=wrong, error="WRONG_PATIENT", reason="Another patient.", by=every)
    return {"every": every, "rows": rows, "mine": {**mine, "in_error": wrong.pk}, "site": site_of(owner)}


@pytest.fixture(scope="module")
def built(template: str, tmp_path_factory: Any, django_db_blocker: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    storages = keeping(tmp_path_factory.mktemp("three") / "documents")
    with override_settings(STORAGES=storages), filled(template, "three", built_clinic, django_db_blocker) as told:
        yield told


@pytest.fixture
def three_patients(built: tuple[str, dict[str, Any]], django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    name, told = built
    with undone(name, django_db_blocker):
        client = Client(raise_request_exception=False)
        client.force_login(told["every"])
        yield {**told, "client": client}


def test_by_address(three_patients: dict[str, Any]) -> None:
    compared, wrong = 0, []
    for name, path, _view in routes():
        kind = kind_of(path)
        if not kind or name in KEPT_BY_ADMINS or name == "patient_import":
            continue
        shut = [(about, three_patients["rows"][about]) for about in (ELSEWHERE, RESTRICTED)]
        for method in ("get", "post"):
            given = {"content_type": "application/json"} if path.startswith("api/") and method == "post" else {}
            unknown = {k: uuid4() for k in (kind, "draft")}
            key = "draft" if str(unknown["draft"]) in address(name, path, unknown) else kind
            expected = told(three_patients["client"], method, address(name, path, unknown), unknown[key], **given)
            assert expected[0] in (404, 405, 400, 428), (name, method, expected[0])
            for about, rows in shut:
                if rows.get(key) is None:
                    continue
                compared += 1
                if told(three_patients["client"], method, address(name, path, rows), rows[key], **given) != expected:
                    wrong.append(f"{method} {name} ({about})")
    assert wrong == []
    assert compared > 200


# What this person wrote themselves are the pages on which they name other rows.
NAMED: list[tuple[str, str, str, dict[str, Any]]] = [
    # kind of the row that is named; method; address with own rows; what is sent
    ("patient", "get", "/patients/{patient}/merge/?other={ID}", {}),
    ("patient", "post", "/patients/{patient}/merge/", {"other": "{ID}", "version": "1"}),
    ("session", "get", "/cases/{case}/compare/?a={ID}", {}),
    ("session", "get", "/cases/{case}/sessions/log/?session={ID}", {}),
    ("draft", "get", "/cases/{case}/sessions/log/?session={ID}", {}),
    ("draft", "post", "/cases/{case}/sessions/log/", {"session": "{ID}", "draft_version": "1", "do": "save"}),
    ("session", "post", "/cases/{case}/sessions/log/", {"session": "{ID}", "draft_version": "1", "do": "save"}),
    ("draft", "post", "/sessions/sign/", {"session": "{ID}", "draft_version": "1"}),
    ("draft", "get", "/sessions/sign/?after={ID}&began=1700000000", {}),
    ("request", "get", "/cases/{case}/imaging/record/?request={ID}", {}),
    ("result", "get", "/imaging/results/{result}/?reference={ID}", {}),
    ("result", "get", "/imaging/results/{result}/read/?replaces={ID}", {}),
    ("goal", "post", "/cases/{case}/goals/", {"goal": "{ID}", "version": "1", "state": "MET"}),
    ("case", "post", "/sessions/{in_error}/copy/", {"case": "{ID}"}),
    ("case", "post", "/cases/{case}/state/", {"do": "link", "continues": "{ID}"}),
    ("patient", "get", "/patients/?after={ID}", {}),
    ("case", "get", "/cases/?after={ID}", {}),
    ("case", "post", "/api/v1/sessions/", {"case": "{ID}", "occurred_on": "2026-01-01", "kind": "TREATMENT"}),
    ("injury", "post", "/api/v1/sessions/", {"case": "{case}", "injury": "{ID}"}),
]


@pytest.mark.parametrize("place", range(len(NAMED)), ids=lambda n: f"{NAMED[n][0]}-{NAMED[n][1]}-{NAMED[n][2]}")
def test_by_an_id_in_a_query_or_a_form(three_patients: dict[str, Any], place: int) -> None:
    kind, method, path, sent = NAMED[place]
    mine = three_patients["mine"]

    def answer(row: Any) -> tuple[Any, ...]:
        def filled(text: str) -> str:
            return re.sub(r"\{(\w+)\}", lambda m: str(row if m[1] == "ID" else mine[m[1]]), text)

        data: Any = {k: filled(v) for k, v in sent.items()}
        given: dict[str, Any] = {"data": data} if method == "post" else {}
        if path.startswith("/api/"):
            if "injury" in data:
                injury = data.pop("injury")
                data |= a_note(clock.today())
                data["applications"][0]["injury"] = injury
            given["content_type"] = "application/json"
        return told(three_patients["client"], method, filled(path), row, **given)

    unknown = answer(uuid4())
    assert answer(three_patients["rows"][ELSEWHERE][kind]) == unknown
    assert answer(three_patients["rows"][RESTRICTED][kind]) == unknown
    assert unknown[0] < 500


@pytest.mark.parametrize("who", ["desk", "physiotherapist", "admin"])
def test_nor_by_searching(three_patients: dict[str, Any], who: str) -> None:
    """Names, numbers, dates and near misses of those who are shut find as little as those of nobody."""
    role = {"desk": Role.RECEPTIONIST, "physiotherapist": Role.PHYSIOTHERAPIST, "admin": Role.CLINIC_ADMIN}[who]
    client = Client()
    client.force_login(staff(role, site=three_patients["site"]))
    for text in (ELSEWHERE, RESTRICTED, RESTRICTED[:-1], "Restrictedzzz"):
        for path in (f"/patients/?q={text}", f"/api/v1/patients/?search={text}", f"/cases/?q={text}&who=all"):
            answer = client.get(path)
            page = answer.content.decode()
            assert str(three_patients["rows"][RESTRICTED]["patient"]) not in page
            assert str(three_patients["rows"][ELSEWHERE]["patient"]) not in page
            assert page.replace(text, "").count("zyz") == 0 or "Clinicalzyz" in page


def test_names_of_others_are_no_names_for_a_note_of_mine(three_patients: dict[str, Any]) -> None:
    """A new note that comes with the id of somebody else's is kept under an id of its own, as any new note is."""
    mine = three_patients["mine"]
    taken = three_patients["rows"][RESTRICTED]["draft"]
    before = Session.objects.get(pk=taken)
    sent = {"session": str(taken), "draft_version": "0", "do": "save", "subjective": "Mine alone."}
    answer = three_patients["client"].post(f"/cases/{mine['case']}/sessions/log/", sent)
    assert answer.status_code == 302
    assert Session.objects.get(pk=taken).draft == before.draft
    assert str(taken) not in answer["Location"]
    assert Session.objects.filter(author=three_patients["every"], draft__subjective="Mine alone.").exists()


def test_a_physiotherapist_who_is_not_on_the_list_is_told_no_more(three_patients: dict[str, Any]) -> None:
    client = Client()
    client.force_login(a_physio(site=three_patients["site"]))
    for path in ("/restrictions/{}/", "/restrictions/{}/lift/", "/break-glass/{}/close/", "/patients/{}/restrict/"):
        kind = {"r": "restriction", "b": "opening", "p": "patient"}[path[1]]
        rows = [uuid4(), three_patients["rows"][RESTRICTED][kind]]
        assert len({told(client, "post", path.format(row), row) for row in rows}) == 1, path
