"""Proof of the person: asked for where something is signed, given with a password or a passkey."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clinic import audit, clock
from clinic.errors import RuleBroken
from clinic.models.staff import StaffMember
from clinic.rules.proofs import GOOD_FOR, Standing, Why, why_needed

PROOF_NEEDED = "proof_needed"
SAID = {
    Why.LOCKED: _("This browser is locked."),
    Why.ANOTHER_PERSON: _("Somebody else used this browser since you last proved that it is you."),
    Why.IDLE: _("Nothing was done here for a quarter of an hour."),
    Why.OLD: _("You last proved some time ago that it is you."),
}


@dataclass
class Held:
    """What the browser of the present request knows of its person; and whether an action asked for a proof."""

    standing: Standing
    asked: Why | None = None


# Set by the middleware for requests of a browser. Commands and API keys have none: they prove nothing anew.
held: ContextVar[Held | None] = ContextVar("held", default=None)


def require_proof(*, good_for: timedelta = GOOD_FOR) -> None:
    """The second line of each action that signs. Raises RuleBroken (PROOF_NEEDED) where the last proof is not enough.

    A page need not handle it: the middleware asks for the proof, and sends again what was sent.
    """
    present = held.get()
    if present is None or audit.origin.get().api_key_id is not None:
        return
    why = why_needed(present.standing, clock.now(), good_for=good_for)
    if why is not None:
        present.asked = why
        raise RuleBroken(PROOF_NEEDED, f"{SAID[why]} {_('Confirm that it is you.')}", conflict=True)


@transaction.atomic
def give_proof(*, means: str, because: str, by: StaffMember) -> None:
    """Records that a person proved who they are: by `means` ("login", "password", "passkey"), and why it was asked."""
    audit.record("proof.given", by=by, about=by, details={"means": means, "because": because}, writes=False)


@transaction.atomic
def refuse_proof(*, means: str, code: str, by: StaffMember) -> None:
    """Records that a proof did not hold, or that too many were tried."""
    audit.record("proof.refused", by=by, about=by, details={"means": means, "code": code}, writes=False)


@transaction.atomic
def lock_browser(*, by: StaffMember) -> None:
    """Records that a person locked their browser."""
    audit.record("browser.locked", by=by, about=by, writes=False)
