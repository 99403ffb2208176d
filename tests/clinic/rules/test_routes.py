import pytest

from clinic.rules.permissions import Permission, Role, permitted
from clinic.rules.routes import ROUTES, Answer, answer_to


@pytest.mark.parametrize(
    ("name", "method", "role", "answer"),
    [
        ("case", "GET", Role.PHYSIOTHERAPIST, Answer.GO_ON),
        ("case", "HEAD", Role.PHYSIOTHERAPIST, Answer.GO_ON),
        ("case", "GET", Role.RECEPTIONIST, Answer.NOT_FOUND),
        ("case", "POST", Role.PHYSIOTHERAPIST, Answer.NO_SUCH_METHOD),
        ("case", "OPTIONS", Role.PHYSIOTHERAPIST, Answer.NO_SUCH_METHOD),
        ("start_case", "GET", Role.RECEPTIONIST, Answer.NOT_ALLOWED),
        ("letters", "POST", Role.CLINICAL_LEAD, Answer.NOT_ALLOWED),
        ("letters", "POST", Role.RECEPTIONIST, Answer.NOT_FOUND),
        ("no_such_route", "GET", Role.CLINIC_ADMIN, Answer.NOT_ALLOWED),
        (None, "GET", Role.CLINIC_ADMIN, Answer.NOT_ALLOWED),
        ("case", None, Role.PHYSIOTHERAPIST, Answer.NO_SUCH_METHOD),
    ],
)
def test_what_becomes_of_a_request(name: str, method: str, role: Role, answer: Answer) -> None:
    assert answer_to(name, method, permitted([role]))[0] is answer


@pytest.mark.parametrize(
    ("name", "answer"), [("case", Answer.LOG_IN), ("healthz", Answer.GO_ON), ("new", Answer.NOT_ALLOWED)]
)
def test_a_stranger(name: str, answer: Answer) -> None:
    assert answer_to(name, "GET", None)[0] is answer


def test_everything_is_for_somebody_and_public_is_little() -> None:
    for name, route in ROUTES.items():
        assert route.methods, name
        assert any(
            route.known_to | (route.get or route.post or frozenset()) <= permitted([role]) for role in Role
        ) or name.startswith("clinic"), name
    assert {n for n, r in ROUTES.items() if r.is_public} == {
        "account_login", "mfa_login_webauthn", "account_signup", "account_inactive", "join", "healthz", "api_schema",
        "cancel_login", "log_in_as_another", "mfa_authenticate", "api_docs",
    }  # fmt: skip


def test_who_lacks_is_told_what() -> None:
    assert answer_to("staff", "GET", frozenset()) == (Answer.NOT_ALLOWED, Permission.STAFF_MANAGE)
