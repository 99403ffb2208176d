"""Who is calling, and what their key allows."""

from typing import Any

from django.http import Http404
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from clinic import audit, clock
from clinic.actions.login_refusals import refuse_login
from clinic.api.limits import require_allowance, require_allowance_of_network
from clinic.errors import NotAllowed
from clinic.models import ApiKey, StaffMember
from clinic.models.api_keys import digest_of
from clinic.rules.permissions import SCOPES, Permission
from clinic.rules.routes import Answer, answer_to

ANY_KEY = "*"  # for what tells of nobody


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. Never in the address, where it would be logged."""

    def authenticate(self, request: Request) -> tuple[StaffMember, ApiKey] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = ApiKey.objects.presented(digest_of(text.strip()), clock.now())
        if key is None:
            require_allowance_of_network(request)
            refused(text.strip())
            raise exceptions.AuthenticationFailed("This key is unknown, expired or revoked.")
        limits: frozenset[Permission] = frozenset().union(*(SCOPES.get(s, frozenset()) for s in key.scopes))
        audit.with_key(key.pk, limits)
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Physio Casebook"'


def refused(text: str) -> None:
    """Notes whose key it was, if it was one: expired, revoked, or of somebody who does not work here any more."""
    known = ApiKey.objects.select_related("owner").filter(digest=digest_of(text)).first()
    if known is None:
        refuse_login(means="key", code="unknown", address=text)
    else:
        code = "inactive" if not known.owner.is_active else "revoked" if known.revoked_at else "expired"
        refuse_login(means="key", code=code, person=known.owner)


class BrowserAuthentication(SessionAuthentication):
    """A person who is logged in with a browser; writes need the CSRF token."""

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Physio Casebook"'


def require_by_table(request: Request) -> None:
    """Raises what the table of routes says to who calls; a key's scopes leave no more than they name."""
    match = request.resolver_match
    verdict, lacking = answer_to(match.url_name if match else None, request.method, held_by(request))
    if verdict is Answer.NO_SUCH_METHOD:
        raise exceptions.MethodNotAllowed(request.method)
    if verdict is Answer.NOT_FOUND:
        raise Http404
    if verdict is not Answer.GO_ON:
        raise NotAllowed(lacking)


def held_by(request: Request) -> frozenset[Permission]:
    """What who calls may do; with a key, no more than its scopes leave of it."""
    held: frozenset[Permission] = request.user.permissions()
    if not isinstance(request.auth, ApiKey):
        return held
    limits = audit.origin.get().limits
    return held & limits if limits is not None else frozenset()


class HasScope(BasePermission):
    """Somebody is there; and where a key was used, it names the scope that the view asks for this method.

    A view says `scopes = {"GET": "patients:read"}`, or ANY_KEY. A method that it does not name is refused.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        require_allowance(request)
        if not isinstance(request.user, StaffMember):
            raise exceptions.NotAuthenticated()
        if isinstance(request.auth, ApiKey):
            self.require_scope(request, view)
        require_by_table(request)
        return True

    def require_scope(self, request: Request, view: Any) -> None:
        needed = scopes_of(view, str(request.method))
        if needed == (ANY_KEY,):
            return
        if not set(needed) & set(request.auth.scopes):
            raise exceptions.PermissionDenied(
                f"This key lacks the scope {' or '.join(needed)}." if needed else "No key may do this."
            )


def scopes_of(view: Any, method: str) -> tuple[str, ...]:
    """The scopes of which a key needs one; none where no key may."""
    needed = getattr(view, "scopes", {}).get("GET" if method == "HEAD" else method) or ()
    return (needed,) if isinstance(needed, str) else tuple(needed)
