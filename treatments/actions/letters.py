"""Letters about a case: filled in from the record, edited as drafts, signed once, or discarded with a reason."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.actions.proofs import require_proof
from clinic.actions.seals import seal_row
from clinic.errors import Fault, RuleBroken, Stale
from clinic.models import StaffMember
from clinic.rules.permissions import Permission
from treatments.actions.sessions import content_hash
from treatments.models import Letter, LetterKind, LetterStatus, Session
from treatments.models.sealed import LETTER
from treatments.queries import addressed_to, compose, consent_to_share, contact_of
from treatments.rules.letters import filled_again

LONGEST_TEXT = 10_000
OWN_FIELDS = ("recipient", "recipient_address", "contact", "copy_to_patient", "without_consent_because")


@dataclass(frozen=True)
class Written:
    """What is typed in a letter; `texts` are by the codes of its sections, and those not named stay."""

    recipient: str = ""
    recipient_address: str = ""
    contact: str = ""
    copy_to_patient: bool = False
    without_consent_because: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def start_letter(*, case: Case, kind: str, by: StaffMember) -> Letter:
    """A draft, filled in from what is signed of the case; the fields of decisions are empty."""
    require(by, Permission.CASE_START)
    if kind not in LetterKind.values:
        raise RuleBroken("not_a_choice", _("Say whom the letter is for."), field="kind")
    recipient, address = addressed_to(case, kind)
    letter = Letter.objects.create(
        case=case,
        kind=kind,
        author=by,
        recipient=recipient,
        recipient_address=address,
        contact=contact_of(by),
        copy_to_patient=kind != LetterKind.PATIENT,
        content=compose(case),
    )
    audit.record("letter.started", by=by, about=letter, patient_id=case.patient_id, details={"kind": kind})
    return letter


@transaction.atomic
def change_letter(*, letter: Letter, version: int, written: Written, by: StaffMember) -> Letter:
    """Keeps what is typed. Raises Stale where somebody saved since `version`, and leaves what they saved.

    Nothing is written where nothing differs.
    """
    require(by, Permission.CASE_START)
    letter = draft_of(letter, version)
    require_storable(written)
    own = {n: v if isinstance(v := getattr(written, n), bool) else tidy(v).strip() for n in OWN_FIELDS}
    sections = [{**s, "text": tidy(written.texts.get(s["code"], s["text"]))} for s in letter.sections]
    if sections == letter.sections and all(getattr(letter, name) == value for name, value in own.items()):
        return letter
    for name, value in own.items():
        setattr(letter, name, value)
    letter.content = {**letter.content, "sections": sections}
    letter.save_change(*OWN_FIELDS, "content")
    audit.record("letter.changed", by=by, about=letter, patient_id=letter.case.patient_id)
    return letter


@transaction.atomic
def fill_letter_again(*, letter: Letter, version: int, by: StaffMember) -> Letter:
    """Renews figures and untouched texts from the record; what the author edited stays. Raises Stale as above."""
    require(by, Permission.CASE_START)
    letter = draft_of(letter, version)
    fresh = compose(letter.case)
    letter.content = {**fresh, "sections": filled_again(letter.sections, fresh["sections"])}
    letter.save_change("content")
    audit.record(
        "letter.changed", by=by, about=letter, patient_id=letter.case.patient_id, details={"filled_again": True}
    )
    return letter


@transaction.atomic
def sign_letter(*, letter: Letter, version: int, by: StaffMember) -> Letter:
    """Closes the letter that the signer saw, for ever, in the signer's name.

    Raises RuleBroken where it says not to whom, or where no consent to share is in force and no reason is given.
    """
    require(by, Permission.SESSION_SIGN)
    require_proof()
    letter = draft_of(letter, version)
    require_addressed(letter)
    if not letter.shares or consent_to_share(letter.case) is not None:
        letter.without_consent_because = ""
    letter.status = LetterStatus.SIGNED
    letter.signed_at, letter.signed_by = clock.now(), by
    letter.signed_name, letter.signed_hcpc = by.name, by.hcpc_number
    letter.content_sha256 = content_hash(told_in(letter))
    letter.save_change(
        "status",
        "signed_at",
        "signed_by",
        "signed_name",
        "signed_hcpc",
        "content_sha256",
        "without_consent_because",
    )
    told = {"kind": letter.kind, "without_consent": bool(letter.without_consent_because)}
    told |= seal_row(LETTER, letter.pk, patient_id=letter.case.patient_id)
    audit.record("letter.signed", by=by, about=letter, patient_id=letter.case.patient_id, details=told)
    return letter


@transaction.atomic
def discard_letter(*, letter: Letter, reason: str, by: StaffMember) -> Letter:
    """Takes a draft off the list of what waits; what was written is kept."""
    require(by, Permission.CASE_START)
    letter = draft_of(letter)
    if not reason.strip():
        raise RuleBroken("reason_missing", _("Say why the letter is discarded."), field="reason")
    letter.status = LetterStatus.DISCARDED
    letter.discarded_at, letter.discarded_because = clock.now(), reason.strip()[:500]
    letter.save_change("status", "discarded_at", "discarded_because")
    audit.record("letter.discarded", by=by, about=letter, patient_id=letter.case.patient_id)
    return letter


@transaction.atomic
def print_exercise_sheet(*, session: Session, by: StaffMember) -> None:
    """Records that the exercises of a visit left the application as a file."""
    require(by, Permission.CASE_READ)
    audit.record("exercise_sheet.printed", by=by, about=session, patient_id=session.case.patient_id)


@transaction.atomic
def print_letter(*, letter: Letter, by: StaffMember) -> None:
    """Records that the letter left the application as a file."""
    require(by, Permission.CASE_READ)
    audit.record(
        "letter.printed", by=by, about=letter, patient_id=letter.case.patient_id, details={"status": letter.status}
    )


def draft_of(letter: Letter, version: int | None = None) -> Letter:
    """The letter as it stands, locked, if it is still a draft and, where one is named, of this version."""
    locked = (
        Letter.objects.select_for_update(of=("self",)).select_related("case__patient", "case__site").get(pk=letter.pk)
    )
    if locked.status == LetterStatus.SIGNED:
        raise RuleBroken("signed", _("This letter is signed. What is signed is not changed."), conflict=True)
    if locked.status == LetterStatus.DISCARDED:
        raise RuleBroken("discarded", _("This letter was discarded."), conflict=True)
    if version is not None and version != locked.version:
        raise Stale(_("This letter was saved in another tab or by somebody else in the meantime."))
    return locked


def require_addressed(letter: Letter) -> None:
    faults = []
    if not letter.recipient.strip():
        faults.append(Fault("/recipient", "missing", _("Say whom the letter is for.")))
    if letter.shares and consent_to_share(letter.case) is None and not letter.without_consent_because.strip():
        told = _("No consent to share is in force. Record one, or say why the letter goes out without it.")
        faults.append(Fault("/without_consent_because", "no_consent", told))
    if faults:
        raise RuleBroken(faults[0].code, faults[0].message, faults=faults)


def require_storable(written: Written) -> None:
    """Refuses what PostgreSQL cannot keep as it is, and what is longer than a letter has room for."""
    lengths = dict.fromkeys(("recipient", "contact"), 200) | {"without_consent_because": 500}
    typed = {n: v for n, v in asdict(written).items() if isinstance(v, str)}
    faults = [unfit(f"/{name}", text, lengths.get(name, LONGEST_TEXT)) for name, text in typed.items()]
    faults += [unfit(f"/section-{code}", text, LONGEST_TEXT) for code, text in written.texts.items()]
    found = [fault for fault in faults if fault]
    if found:
        raise RuleBroken(found[0].code, found[0].message, faults=found)


def unfit(pointer: str, text: str, longest: int) -> Fault | None:
    if "\x00" in text or (not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)):
        return Fault(pointer, "unreadable_character", _("This contains a character that cannot be stored."))
    if len(text) > longest:
        return Fault(pointer, "too_long", _("At most %(most)s characters.") % {"most": longest})
    return None


def tidy(text: str) -> str:
    """As it is stored: one kind of line end, nothing blank at the end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def told_in(letter: Letter) -> dict[str, Any]:
    """All that is printed of a letter: what its hash is of."""
    names = ("kind", "recipient", "recipient_address", "contact", "copy_to_patient", "signed_name", "signed_hcpc")
    return {**{name: getattr(letter, name) for name in names}, "content": letter.content}
