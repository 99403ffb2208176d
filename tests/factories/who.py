"""Everybody who may ask, every address, every method: the walk that compares answers with the table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.test import Client

from cases.actions.openings import break_glass
from cases.actions.restrictions import restrict_patient
from clinic.actions.api_keys import create_api_key, revoke_api_key
from clinic.actions.staff import deactivate_staff_member
from clinic.models import ApiKey, StaffMember
from clinic.rules.permissions import SCOPES, Permission, Role
from clinic.rules.routes import ROUTES, Answer, answer_to
from tests.factories.planted import plant
from tests.factories.records import a_physio, site_of, staff
from tests.factories.rows import address, kind_of, routes

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
OWN, ELSEWHERE, RESTRICTED = "Clinicalzyz", "Elsewherezyz", "Restrictedzyz"
# Where who may ask is refused, or finds nothing, by what is asked about: the views' and the actions' own rules.
ALSO = {
    "plan": {403},  # without a plan, the form that starts one
    "restrict_patient": {403},  # somebody else leads the case
    "take_away_photograph": {403},  # somebody else took it
    "join": {404, 410},
    "clinic_response_file": {422},
}


@dataclass
class Asks:
    """Somebody with a browser or a key; `held` is None of a stranger."""

    name: str
    client: Client
    held: frozenset[Permission] | None
    headers: dict[str, str]
    scope: str = ""
    is_from_elsewhere: bool = False


@dataclass(frozen=True)
class Asked:
    """One request, what the table says to it, and whose row it is about."""

    who: Asks
    route: str
    path: str
    method: str
    about: str  # OWN, ELSEWHERE or RESTRICTED; "" where no row of a patient is named


def browser(person: StaffMember | None) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


def a_clinic() -> tuple[list[Asks], dict[str, dict[str, Any]]]:
    """A patient here, one of another site, one here who is restricted; and all who may ask for them."""
    by, far = a_physio(), a_physio()
    here = site_of(by)
    rows = {
        OWN: plant(by, OWN),
        ELSEWHERE: plant(far, ELSEWHERE, registered=True),
        RESTRICTED: plant(by, RESTRICTED, registered=True, days=1),
    }
    from cases.models import Patient

    shut = Patient.objects.get(pk=rows[RESTRICTED]["patient"])
    made = restrict_patient(patient=shut, reason="FAMILY", because="A sister.", by=by)
    rows[RESTRICTED]["restriction"] = made.pk
    opened = {"nhs_number": ""} | {"full_name": f"{ELSEWHERE} {ELSEWHERE}", "born_on": shut.born_on}
    why = {"reason": "EMERGENCY", "because": "Collapsed in the hall."}
    rows[RESTRICTED]["opening"] = break_glass(asked=opened, by=by, **why).pk
    people = [Asks(str(role), browser(p := staff(role, site=here)), p.permissions(), {}) for role in Role]
    people.append(Asks("no role", browser(staff(site=here)), frozenset(), {}))
    people.append(Asks("a stranger", browser(None), None, {}))
    gone = staff(*Role, site=here)
    old = browser(gone)
    deactivate_staff_member(person=gone, version=gone.version, by=staff(Role.CLINIC_ADMIN))
    people.append(Asks("deactivated", old, None, {}))
    elsewhere = a_physio()
    people.append(Asks("of another site", browser(elsewhere), elsewhere.permissions(), {}, is_from_elsewhere=True))
    return [*people, *keys(staff(*Role, site=here, hcpc_number="PH123456"))], rows


def keys(owner: StaffMember) -> Iterator[Asks]:
    for scope, limits in SCOPES.items():
        _, text = create_api_key(owner=owner, name=scope, scopes=[scope], by=owner)
        held = owner.permissions() & limits
        yield Asks(f"key {scope}", browser(None), held, {"Authorization": f"Bearer {text}"}, scope)
    _, text = create_api_key(owner=owner, name="Revoked", scopes=list(SCOPES), by=owner)
    revoke_api_key(key=ApiKey.objects.get(owner=owner, name="Revoked"), by=owner)
    yield Asks("revoked key", browser(None), None, {"Authorization": f"Bearer {text}"}, "revoked")


def everything(people: list[Asks], rows: dict[str, dict[str, Any]]) -> Iterator[Asked]:
    """Each route, by each method, by each person; those that name a row once more with the rows one may not see."""
    for name, path, _view in routes():
        for about in (OWN, ELSEWHERE, RESTRICTED) if kind_of(path) else ("",):
            for method in METHODS if about in (OWN, "") else ("GET", "POST"):
                for who in people:
                    if not who.scope or (path.startswith("api/") and not ROUTES[name].is_public):
                        yield Asked(who, name, address(name, path, rows.get(about, {})), method, about)


def ask(asked: Asked) -> Any:
    """The answer; whatever it did is undone, a login that it ended too."""
    client = asked.who.client
    kept = client.cookies.output()
    with transaction.atomic():
        given = {"content_type": "application/json"} if asked.path.startswith("/api/") else {}
        if asked.method in ("GET", "HEAD"):
            given = {}
        answer = getattr(client, asked.method.lower())(asked.path, headers=asked.who.headers, **given)
        answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    if client.cookies.output() != kept:
        client.cookies.load(kept.replace("Set-Cookie: ", ""))
    return answer


def wrong_with(asked: Asked, answer: Any) -> str:
    """What the table would not have said; "" where all is well."""
    status, who = answer.status_code, asked.who
    verdict, _lacking = answer_to(asked.route, asked.method, who.held)
    is_api = asked.path.startswith("/api/")
    body = answer.body.decode(errors="replace")
    for marker in (ELSEWHERE, RESTRICTED):
        if marker in body:
            return f"{marker} was told"
    if OWN in body and (who.is_from_elsewhere or Permission.CASE_READ not in (who.held or ())):
        return "clinical text was told"
    if who.scope:
        expected = expected_of_key(asked, verdict)
    elif verdict is Answer.GO_ON:
        return wrong_when_let_in(asked, status)
    else:
        expected = {
            Answer.LOG_IN: {401} if is_api else {302},
            Answer.NO_SUCH_METHOD: {405},
            Answer.NOT_FOUND: {404},
            Answer.NOT_ALLOWED: {403},
        }[verdict]
    if verdict is Answer.LOG_IN and status == 302 and not answer["Location"].startswith("/account/login/"):
        return f"sent to {answer['Location']}"
    return "" if status in expected else f"{status} where the table says {sorted(expected)}"


def expected_of_key(asked: Asked, verdict: Answer) -> set[int]:
    if asked.who.scope == "revoked":
        return {401}
    if verdict is not Answer.GO_ON:
        return {403, 404, 405}
    return {403, 404, 422} if asked.about in (ELSEWHERE, RESTRICTED) else {200, 400, 403, 404, 409, 412, 422, 428}


def wrong_when_let_in(asked: Asked, status: int) -> str:
    """Of who may: not refused, no defect; and nothing found of a row that is not theirs to see."""
    also = ALSO.get(asked.route, set())
    is_shut = asked.about in (ELSEWHERE, RESTRICTED) or (asked.about == OWN and asked.who.is_from_elsewhere)
    if status >= 500 or status == 405 or (status == 403 and 403 not in also):
        return f"{status} to somebody who may"
    if is_shut and status != 404 and asked.route not in HAS_NO_ROW:
        return f"{status} for a row that is shut to them"
    return ""


# An admin keeps the list of restricted records, reads of all openings, and so knows of these rows without their patient.
HAS_NO_ROW = {"restriction", "lift_restriction", "see_opening", "patient_import"}
