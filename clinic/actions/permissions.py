"""The first line of each action."""

from clinic import audit
from clinic.errors import NotAllowed
from clinic.models.staff import StaffMember
from clinic.rules.permissions import Permission


def require(by: StaffMember, permission: Permission) -> None:
    """Raises NotAllowed unless this person may, and, where a key was used, its scopes allow it too."""
    if not allows(by, permission):
        raise NotAllowed(permission)


def allows(by: StaffMember, permission: Permission) -> bool:
    limits = audit.origin.get().limits
    return by.may(permission) and (limits is None or permission in limits)
