"""The second factor: who must have one, and which codes of an authenticator app hold."""

from collections.abc import Iterable

from clinic.rules.permissions import Permission, permitted

SEES_PATIENTS = frozenset({Permission.PATIENT_READ, Permission.CASE_READ, Permission.LOOKS_READ})


def sees_patients(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles can see a patient, or who looked at one."""
    return not SEES_PATIENTS.isdisjoint(permitted(roles))


def fresh_step(matching: Iterable[int], last_used: int) -> int | None:
    """The first of the time steps whose code was typed that comes after the last one used; None where none does.

    A code holds once: neither it nor an older one is taken again (RFC 6238, 5.2).
    """
    return next((step for step in sorted(matching) if step > last_used), None)
