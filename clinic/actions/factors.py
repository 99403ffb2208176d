"""The second factor of a person: codes of an authenticator app, and recovery codes for when it is lost."""

import time
from dataclasses import dataclass
from datetime import datetime

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions.passkeys import IS_FACTOR, JUST_NOW, drop_codes_without_factor
from clinic.actions.proofs import require_proof
from clinic.errors import RuleBroken
from clinic.models.staff import StaffMember
from clinic.rules.factors import fresh_step, sees_patients

Type = Authenticator.Type
STEP = "used_step"  # in the data of an app: the last time step whose code was used


@dataclass(frozen=True)
class Factors:
    """What a person has: since when an app, how many passkeys, how many recovery codes are left."""

    app_since: datetime | None
    passkeys: int
    codes_left: int

    @property
    def is_any(self) -> bool:
        return self.app_since is not None or self.passkeys > 0


def factors_of(person: StaffMember) -> Factors:
    rows = list(Authenticator.objects.filter(user=person))
    app = next((row for row in rows if row.type == Type.TOTP), None)
    codes = next((row for row in rows if row.type == Type.RECOVERY_CODES), None)
    return Factors(
        app_since=app.created_at if app else None,
        passkeys=sum(row.type == Type.WEBAUTHN for row in rows),
        codes_left=app_settings.RECOVERY_CODE_COUNT - codes.data["used_mask"].bit_count() if codes else 0,
    )


def owes_second_factor(person: StaffMember) -> bool:
    """Whether this person does nothing before they set one up. Asks the database nothing: StaffBackend read it."""
    if person.has_second_factor:
        return False
    return person.factor_was_reset or must_have_second_factor(person)


def must_have_second_factor(person: StaffMember) -> bool:
    return settings.SECOND_FACTOR == "required" and sees_patients(person.roles)


def is_code_wanted(person: StaffMember) -> bool:
    """Whether a login with the password goes on to a code. Where nobody must have one, a passkey is no second step."""
    kinds = IS_FACTOR if must_have_second_factor(person) else (Type.TOTP,)
    return Authenticator.objects.filter(user=person, type__in=kinds).exists()


@transaction.atomic
def add_app(*, secret: str, code: str, by: StaffMember) -> list[str]:
    """Turns the codes of an app on; `code` shows that the app has the secret. Answers with the recovery codes that are
    made with it, which are told this once; with none where the person has some.
    """
    require_proof(good_for=JUST_NOW)
    lock(by)
    if Authenticator.objects.filter(user=by, type=Type.TOTP).exists():
        raise RuleBroken("there_already", _("You have an authenticator app already."), conflict=True)
    step = fresh_step(steps_of(secret, code), 0)
    if step is None:
        told = _("That is not the code. Type the one that the app shows now; check the clock of the device.")
        raise RuleBroken("wrong_code", told, field="code")
    app = TOTP.activate(by, secret).instance
    app.data[STEP] = step
    app.save(update_fields=["data"])
    audit.record("factor.added", by=by, about=by, details={"factor": "app"})
    if Authenticator.objects.filter(user=by, type=Type.RECOVERY_CODES).exists():
        return []
    return make_codes(by)


@transaction.atomic
def remove_app(*, by: StaffMember) -> None:
    """Turns the codes of the app off; recovery codes go with the last factor."""
    require_proof(good_for=JUST_NOW)
    lock(by)
    if not Authenticator.objects.filter(user=by, type=Type.TOTP).delete()[0]:
        raise RuleBroken("not_there", _("You have no authenticator app."), conflict=True)
    audit.record("factor.removed", by=by, about=by, details={"factor": "app"})
    drop_codes_without_factor(by)


@transaction.atomic
def renew_recovery_codes(*, by: StaffMember) -> list[str]:
    """New recovery codes, told this once; the old ones stop working."""
    require_proof(good_for=JUST_NOW)
    lock(by)
    if not Authenticator.objects.filter(user=by, type__in=IS_FACTOR).exists():
        raise RuleBroken(
            "no_factor", _("Recovery codes stand in for a second factor: set one up first."), conflict=True
        )
    return make_codes(by)


@transaction.atomic
def use_code(*, code: str, by: StaffMember) -> str:
    """Uses a code of the app, or a recovery code, up. Answers with "app" or "recovery"; with "" where it does not hold.

    `by` is the person who logs in: their password held already.
    """
    rows = {row.type: row for row in Authenticator.objects.select_for_update().filter(user=by)}
    kind = ""
    if Type.TOTP in rows and is_code_of_app(rows[Type.TOTP], code):
        kind = "app"
    elif Type.RECOVERY_CODES in rows and is_recovery_code(rows[Type.RECOVERY_CODES], code):
        kind = "recovery"
    if kind:
        audit.record("factor.used_code", by=by, about=by, details={"factor": kind})
    return kind


@transaction.atomic
def refuse_code(*, because: str, by: StaffMember) -> None:
    """Records that a code did not hold, or that too many were tried."""
    audit.record("factor.refused", by=by, about=by, details={"code": because})


def is_code_of_app(app: Authenticator, code: str) -> bool:
    try:
        secret = decrypt(app.data["secret"])
    except InvalidToken:  # made under another CASEBOOK_SECRET_KEY: no code of it can be known any more
        return False
    step = fresh_step(steps_of(secret, code), app.data.get(STEP, 0))
    if step is None:
        return False
    app.data[STEP] = step
    app.last_used_at = datetime.fromtimestamp(time.time(), tz=app.created_at.tzinfo)
    app.save(update_fields=["data", "last_used_at"])
    return True


def is_recovery_code(codes: Authenticator, code: str) -> bool:
    try:
        return bool(RecoveryCodes(codes).validate_code(code))
    except InvalidToken:
        return False


def steps_of(secret: str, code: str) -> list[int]:
    """The time steps about now whose code this is."""
    steps = yield_hotp_counters_from_time()
    return [n for n in steps if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, n)))]


def make_codes(by: StaffMember) -> list[str]:
    Authenticator.objects.filter(user=by, type=Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(by).generate_codes()
    audit.record("factor.made_codes", by=by, about=by, details={"codes": len(codes)})
    return list(codes)


def lock(person: StaffMember) -> None:
    """One change of a person's factors after the other."""
    StaffMember.objects.select_for_update(of=("self",)).get(pk=person.pk)
