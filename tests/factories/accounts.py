"""People who log in with a second factor, as a browser does it."""

import time
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from clinic.models import StaffMember
from tests.factories.records import PASSWORD


def code_now(secret: str, steps: int = 0) -> str:
    """What the app shows, so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def an_app(person: StaffMember) -> str:
    """An authenticator app whose codes were not used yet; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def type_password(client: Client, person: Any, password: str = PASSWORD, **more: Any) -> Any:
    email = person if isinstance(person, str) else person.email
    return client.post("/account/login/", {"login": email, "password": password}, **more)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
