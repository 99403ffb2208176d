"""The first line of each action."""

from clinic import audit
from clinic.errors import NotAllowed
from clinic.models.staff import StaffMember
from clinic.rules.permissions import Permission


def require(by: StaffMember, permission: Permission) -> None:
    """Raises NotAllowed unless this person may, and, where a key was used, its scopes allow it too."""
    limits = audit.origin.get().limits
    if not by.may(permission) or (limits is not None and permission not in limits):
        raise NotAllowed(permission)
