"""How people get an account: they are invited, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationsOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes the sign-up that allauth would offer."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
