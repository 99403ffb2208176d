"""How people get an account: they are invited, nobody signs up. How they log in: with a password and a code, or with a
passkey, which is both.
"""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import authenticate
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from clinic.actions.factors import is_code_wanted
from clinic.actions.login_refusals import refuse_login
from clinic.actions.passkeys import IS_FACTOR
from clinic.actions.passwords import change_password
from clinic.models import FactorReset, StaffMember
from clinic.views import standing
from clinic.views.attempts import login_tried, too_many


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]
    """Finds who is logged in together with their sites and whether they have a second factor, in one statement."""

    def get_user(self, user_id: Any) -> StaffMember | None:
        factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=IS_FACTOR)
        reset = FactorReset.objects.filter(person=OuterRef("pk"), confirmed_at__isnull=False)
        people = StaffMember.objects.with_sites().annotate(
            has_second_factor=Exists(factor), factor_was_reset=Exists(reset)
        )
        person = people.filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None


class InvitationsOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up that allauth would offer; counts attempts; notes at each login when it was and where."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> StaffMember | None:
        """None for a wrong password, an unknown address and somebody who left alike: allauth would tell the last."""
        tried = login_tried(request, credentials.get("email") or "")
        address = str(credentials.get("email") or "")
        if tried.until is not None:
            refuse_login(means="password", code="too_many", address=address)
            raise ImmediateHttpResponse(too_many(request, tried.until))
        person = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if isinstance(person, StaffMember):
            tried.succeeded()
            return person
        refuse_login(means="password", code=why_refused(address), address=address)
        return None

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        standing.begin(request)

    def set_password(self, user: Any, password: str) -> None:
        change_password(password=password, this=self.request.session.session_key or "", by=user)

    def get_login_stages(self) -> list[str]:
        return ["clinic.accounts.CodeStage"]


def why_refused(address: str) -> str:
    """For the audit log alone: who tries is told the same in each case."""
    found = StaffMember.objects.filter(email=address.strip().lower()).values_list("is_active", flat=True).first()
    return {True: "password", False: "inactive", None: "unknown"}[found]


class CodeStage(AuthenticateStage):  # type: ignore[misc]
    """The step after the password. Nobody is logged in before it is done; the key of the session is a new one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        person = self.login.user
        if person is None or did_use_passwordless_login(request, person) or not is_code_wanted(person):
            return False
        request.session.cycle_key()
        return True


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second factors encrypted: a stolen backup of the database makes no codes."""

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises InvalidToken where it was encrypted under another CASEBOOK_SECRET_KEY."""
        return cipher().decrypt(encrypted_text.encode()).decode()


def cipher() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    made = [hashlib.sha256(b"casebook second factor " + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])
