"""How people get an account: they are invited, nobody signs up. How they log in: with a password, or with a passkey."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from clinic.actions.logins import change_password, refuse_login
from clinic.models import StaffMember
from clinic.views import standing


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]
    """Finds who is logged in together with the sites at which they work, in one statement."""

    def get_user(self, user_id: Any) -> StaffMember | None:
        person = StaffMember.objects.with_sites().filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None


class InvitationsOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up that allauth would offer; notes when each login was, and why one was refused."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        standing.begin(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            refuse_login(means="password", code="too_many", address=credentials.get("email") or "")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """No password fits: neither of somebody who works here, nor of somebody who did."""
        address = str(credentials.get("email") or "")
        is_known = StaffMember.objects.filter(email=address.strip().lower()).exists()
        refuse_login(means="password", code="password" if is_known else "unknown", address=address)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        refuse_login(means="password", code="inactive", person=user)
        return super().respond_user_inactive(request, user)

    def set_password(self, user: Any, password: str) -> None:
        change_password(password=password, by=user)

    def get_login_stages(self) -> list[str]:
        """A passkey stands in for the password. It is no second step after it: the login in place has only one."""
        return [stage for stage in super().get_login_stages() if not stage.startswith("allauth.mfa.")]
