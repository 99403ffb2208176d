"""How people get an account: they are invited, nobody signs up. How they log in: with a password, or with a passkey."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from clinic.models import StaffMember
from clinic.views import standing


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]
    """Finds who is logged in together with the sites at which they work, in one statement."""

    def get_user(self, user_id: Any) -> StaffMember | None:
        person = StaffMember.objects.with_sites().filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None


class InvitationsOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up that allauth would offer; notes at each login when it was."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        standing.begin(request)

    def get_login_stages(self) -> list[str]:
        """A passkey stands in for the password. It is no second step after it: the login in place has only one."""
        return [stage for stage in super().get_login_stages() if not stage.startswith("allauth.mfa.")]
