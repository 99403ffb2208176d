"""How a line of the tables of routes is written: what each method of a route needs."""

from dataclasses import dataclass
from enum import StrEnum

from clinic.rules.permissions import Permission

P = Permission
Needs = frozenset[Permission]
ANYONE: Needs = frozenset()  # who is logged in, whatever their roles


class Answer(StrEnum):
    """What becomes of a request before any view has seen it."""

    GO_ON = "go_on"
    LOG_IN = "log_in"
    NO_SUCH_METHOD = "no_such_method"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True)
class Route:
    """What each method needs: all of it. Without `known_to` one is told that there is nothing here."""

    get: Needs | None = None
    post: Needs | None = None
    patch: Needs | None = None
    put: Needs | None = None
    known_to: Needs = frozenset()
    is_public: bool = False  # a stranger may

    @property
    def methods(self) -> list[str]:
        """Which there are; HEAD goes with GET."""
        there = {"GET": self.get, "HEAD": self.get, "POST": self.post, "PATCH": self.patch, "PUT": self.put}
        return [method for method, needs in there.items() if needs is not None]

    def needed(self, method: str | None) -> Needs | None:
        """Beside `known_to`; None where there is no such method."""
        asked = {"GET": self.get, "HEAD": self.get, "POST": self.post, "PATCH": self.patch, "PUT": self.put}
        return asked.get(method or "")


def reads(*needs: Permission, known_to: Permission | None = None) -> Route:
    return Route(frozenset(needs), known_to=of(known_to))


def writes(*needs: Permission, known_to: Permission | None = None) -> Route:
    """A POST alone."""
    return Route(post=frozenset(needs), known_to=of(known_to))


def form(*needs: Permission, known_to: Permission | None = None) -> Route:
    """A page and its POST, for the same people."""
    return Route(frozenset(needs), frozenset(needs), known_to=of(known_to))


def both(get: Needs, post: Permission, known_to: Permission | None = None) -> Route:
    """A page that some read and fewer write."""
    return Route(get, frozenset({post}), known_to=of(known_to))


def noun(get: Permission, change: Permission | None = None) -> Route:
    """One row of the interface: read by some, changed by some of them."""
    return Route(ANYONE, patch=None if change is None else frozenset({change}), known_to=of(get))


def of(permission: Permission | None) -> Needs:
    return frozenset() if permission is None else frozenset({permission})


READ, START, LOG, SIGN, DESK = P.CASE_READ, P.CASE_START, P.SESSION_LOG, P.SESSION_SIGN, P.PATIENT_REGISTER
PUBLIC_FORM, PUBLIC_PAGE = Route(ANYONE, ANYONE, is_public=True), Route(ANYONE, is_public=True)
PUBLIC_POST = Route(None, ANYONE, is_public=True)
# A page of a case; a form on one of its pages.
CASE_PAGE, CASE_FORM = reads(known_to=READ), both(ANYONE, START, READ)
