"""Photographs of a case: kept on file, taken away. Files are written before their row, so that no row lacks one."""

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.consents import NewConsent, give_consent
from cases.actions.faults import Faults
from cases.models import Case, Consent, ConsentForm, ConsentKind, Document, DocumentWithdrawal, Injury, Patient
from cases.rules.photographs import LARGEST_BYTES, Photograph, Unfit, read_photograph
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import StaffMember
from clinic.models.records import new_id
from clinic.rules.permissions import Permission

NO_CONSENT = "no_photo_consent"
FOLDER = re.compile(r"[0-9a-f]{2}")  # of photographs; what is kept beside them lies in folders with a name
WORDS = {
    "empty": gettext_lazy("The file is empty. Take the photograph again."),
    "too_large": gettext_lazy("It is too large: at most %(n)s MB. Choose a smaller size in the camera’s settings."),
    "heic": gettext_lazy(
        "This is a HEIC photograph, which browsers cannot show. Set the camera to “Most compatible” (JPEG), or save "
        "it as JPEG, and add it again."
    ),
    "other_type": gettext_lazy("This is not a photograph. JPEG, PNG and WebP can be kept."),
    "more_than_a_picture": gettext_lazy(
        "This file holds more than a picture (a page, a program or an archive) and is not kept. Take the photograph "
        "again, or save it anew as JPEG."
    ),
    "too_many_pixels": gettext_lazy("It has more than 50 megapixels. Choose a smaller size in the camera’s settings."),
    "damaged": gettext_lazy("The photograph is damaged or did not arrive whole. Add it again, or take it again."),
}


@dataclass(frozen=True)
class NewPhotograph:
    """What it shows in words, of which injury or of none, when it was taken, and what its file was called."""

    title: str
    injury: Injury | None = None
    taken_on: date | None = None
    file_name: str = ""


@dataclass(frozen=True)
class Kept:
    """A photograph whose files are written, and that has no row yet."""

    id: UUID
    photograph: Photograph
    size_bytes: int
    sha256: str


def documents() -> Storage:
    return storages["documents"]


def photo_consent(case: Case) -> Consent | None:
    """The consent to photographs that is in force for a case."""
    mine = Q(case=None) | Q(case=case.pk)
    return Consent.objects.counting_for(case.patient).filter(mine, kind=ConsentKind.PHOTO).first()


def require_photo_consent(case: Case) -> None:
    if photo_consent(case) is None:
        told = _("There is no consent to photographs. Ask first, note that it was agreed, then take it.")
        raise RuleBroken(NO_CONSENT, told, conflict=True)


def agree_to_photographs(*, case: Case, by: StaffMember) -> Consent:
    """Keeps that the patient agreed, verbally and today, to photographs in this case; the one there is, if so."""
    require(by, Permission.CASE_START)
    found = photo_consent(case)
    told = NewConsent(ConsentKind.PHOTO, ConsentForm.VERBAL)
    return found or give_consent(patient=case.patient, case=case, told=told, by=by)


def write_files(data: bytes) -> Kept:
    """Decodes a photograph in full and writes its three files. Raises RuleBroken where it is none.

    Outside a transaction: it may take a second, and what a crash leaves behind are files without a row.
    """
    try:
        photograph = read_photograph(data)
    except Unfit as no:
        raise RuleBroken(no.code, in_words(no.code), field="file") from None
    kept = Kept(new_id(), photograph, len(data), hashlib.sha256(data).hexdigest())
    row = Document(pk=kept.id)
    for which, content in (("original", data), ("shown", photograph.shown), ("thumbnail", photograph.thumbnail)):
        write(row.stored_as(which), content)
    return kept


def write(name: str, content: bytes | File) -> None:
    """Writes a file so that it is there after a crash, under exactly this name."""
    storage = documents()
    if storage.save(name, ContentFile(content) if isinstance(content, bytes) else content) != name:
        raise FileExistsError(name)
    with storage.open(name, "rb") as stored:
        if settled := getattr(stored, "fileno", None):
            os.fsync(settled())


def forget_files(kept: Kept) -> None:
    """Removes the files of a photograph that got no row."""
    row = Document(pk=kept.id)
    for which in ("original", "shown", "thumbnail"):
        documents().delete(row.stored_as(which))


@transaction.atomic
def keep_photograph(*, case: Case, kept: Kept, told: NewPhotograph, by: StaffMember) -> Document:
    """Makes a written photograph part of a case. Raises RuleBroken without a consent to photographs."""
    require(by, Permission.SESSION_LOG)
    Patient.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.patient_id)  # no withdrawal meanwhile
    require_photo_consent(case)
    today = clock.today(case.site.time_zone)
    taken_on, title = told.taken_on or today, told.title.strip()
    check(title, taken_on, case, today)
    document = Document.objects.create(
        id=kept.id,
        case=case,
        title=title,
        region=told.injury.region if told.injury else None,
        side=told.injury.side if told.injury else "",
        taken_on=taken_on,
        content_type=kept.photograph.content_type,
        width_px=kept.photograph.width_px,
        height_px=kept.photograph.height_px,
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        file_name=shown_name(told.file_name),
        uploaded_by=by,
    )
    audit.record("photograph.added", by=by, about=document, patient_id=case.patient_id)
    return document


def check(title: str, taken_on: date, case: Case, today: date) -> None:
    faults = Faults()
    if not title:
        faults.add("/title", "missing", _("Say in a few words what it shows."))
    if len(title) > 200:
        faults.add("/title", "too_long", _("At most 200 letters."))
    if "\x00" in title:
        faults.add("/title", "unreadable_character", _("This holds a character that cannot be stored."))
    if taken_on > today:
        faults.add("/taken_on", "in_the_future", _("This is in the future."))
    if taken_on < case.patient.survivor.born_on:
        faults.add("/taken_on", "before_the_birth", _("This is before the date of birth."))
    faults.stop()


def shown_name(name: str) -> str:
    """The name of a file as it may be shown: its last part, without what does not print."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:200]


@transaction.atomic
def withdraw_document(*, document: Document, reason: str, by: StaffMember) -> DocumentWithdrawal:
    """Takes a document away: its files stay where they are, and no page shows them any more."""
    require(by, Permission.SESSION_LOG)
    if not reason.strip():
        raise RuleBroken("reason_missing", _("Say why the photograph is taken away."), field="reason")
    Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=document.case_id)  # once, not twice
    if DocumentWithdrawal.objects.filter(document=document).exists():
        raise RuleBroken("taken_away", _("This photograph was taken away already."), conflict=True)
    row = DocumentWithdrawal.objects.create(document=document, reason=reason.strip()[:500], withdrawn_by=by)
    audit.record("photograph.taken_away", by=by, about=row, patient_id=document.case.patient_id)
    return row


def in_words(code: str) -> str:
    """What is wrong with a file, and what to do."""
    return str(WORDS[code]) % {"n": LARGEST_BYTES // 1024 // 1024}


def stray_files(*, older_than: timedelta) -> list[str]:
    """The names of photographs’ files that belong to no row. A young one may still get its row."""
    storage, until = documents(), timezone.now() - older_than
    folders = [name for name in (storage.listdir("")[0] if storage.exists("") else []) if FOLDER.fullmatch(name)]
    names = [f"{folder}/{name}" for folder in sorted(folders) for name in sorted(storage.listdir(folder)[1])]
    known = set(map(str, Document.objects.values_list("pk", flat=True)))
    old = (name for name in names if storage.get_modified_time(name) < until)
    return [name for name in old if name.split("/")[1].split(".")[0] not in known]


def remove_files(names: Iterable[str]) -> None:
    for name in names:
        documents().delete(name)
