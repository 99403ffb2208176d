"""Files of a picture: read in a child, kept as they came, and asked about where they speak of somebody else.

A file is written before its row, so that no row lacks one; a job writes its frames as they are shown.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.actions.documents import documents, shown_name, write
from cases.actions.imaging_frames import render_frames
from cases.intake import Archive, Read, Unread, read_files
from cases.intake.disk import on_disk
from cases.models import IdentityAnswer, ImagingFile, ImagingResult, Patient
from cases.models.imaging_files import Identity
from cases.rules.picture_facts import Known, differences
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import StaffMember
from clinic.models.records import new_id
from clinic.rules.permissions import Permission

MOST_FILES = 200  # sent at once; a disc as one archive may hold more
NOT_PICTURES = "not_a_picture"
WORDS = {
    "empty": gettext_lazy("The file is empty."),
    "too_large": gettext_lazy("It is too large: a picture has at most 256 MB, an archive 512 MB."),
    "other_type": gettext_lazy("This is no picture that is kept here. DICOM, JPEG, PNG, PDF, and ZIP of them are."),
    "heic": gettext_lazy("This is a HEIC photograph, which browsers cannot show. Save it as JPEG, and add it again."),
    "two_things": gettext_lazy("This file is two things at once (a page, a program, an archive), and is not kept."),
    "strange_preamble": gettext_lazy("Before the DICOM picture the file begins as something else, and is not kept."),
    "strange_syntax": gettext_lazy("This DICOM file is packed in a way that cannot be read here (a video, perhaps)."),
    "not_a_picture": gettext_lazy("This DICOM file holds no picture."),
    "damaged": gettext_lazy("The file is damaged, or did not arrive whole, or cannot be read here."),
    "moving": gettext_lazy("This PNG moves. Add its frames one by one."),
    "too_many_pixels": gettext_lazy("It has too many pixels: at most 50 megapixels a frame, 500 in all."),
    "too_many_frames": gettext_lazy("It has more than 2,000 frames."),
    "too_deep": gettext_lazy("This DICOM file is nested too deeply, and is not kept."),
    "explodes": gettext_lazy("Unpacked, this DICOM file would be far larger than it may be."),
    "too_much": gettext_lazy("Reading it took more time or memory than a file may take."),
    "bomb": gettext_lazy("Unpacked, this archive would be far larger than it may be."),
    "too_many_files": gettext_lazy("This archive has more than 5,000 files."),
    "encrypted": gettext_lazy("This archive is locked. Unlock it, and add what is in it."),
    "strange_archive": gettext_lazy("This archive is packed in a way that is not read here. Pack it as a plain ZIP."),
    "nothing_inside": gettext_lazy("There is no picture and no report in this archive."),
}


@dataclass(frozen=True)
class Sent:
    """A file as it was sent: its bytes, and what it was called."""

    file: IO[bytes] | File
    name: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one file: `file` is its row, new or known before; None where it was refused, for `code`."""

    name: str
    file: ImagingFile | None = None
    is_new: bool = False
    code: str = ""

    @property
    def status(self) -> str:
        return "REFUSED" if self.file is None else "KEPT" if self.is_new else "KNOWN"

    @property
    def message(self) -> str:
        return in_words(self.code) if self.code else ""


@dataclass(frozen=True)
class Received:
    """What became of all files that were sent at once, and how many of a disc’s own were left out."""

    outcomes: tuple[Outcome, ...]
    left_out: int = 0


def keep_files(*, result: ImagingResult, sent: Sequence[Sent], by: StaffMember) -> Received:
    """Reads each file and keeps what is a picture or a report, each of them for itself: one that is refused keeps no
    other from being kept. Outside a transaction: it may take minutes.
    """
    require(by, Permission.CASE_START)
    if not sent:
        raise RuleBroken("missing", _("Choose a file first."), field="file")
    if len(sent) > MOST_FILES:
        raise RuleBroken("too_many", _("At most 200 files at once. Send a disc as one ZIP."), field="file")
    outcomes: list[Outcome] = []
    left_out = 0
    with ExitStack() as open_files:
        places = [open_files.enter_context(on_disk(each.file)) for each in sent]
        for place, each, answer in zip(places, sent, open_files.enter_context(read_files(places)), strict=True):
            if isinstance(answer, Archive):
                of_disc, more = keep_archive(result, answer, by)
                outcomes += of_disc
                left_out += more
            else:
                outcomes.append(keep_answer(result, place, each.name, answer, by))
    return Received(tuple(outcomes), left_out)


def keep_archive(result: ImagingResult, archive: Archive, by: StaffMember) -> tuple[list[Outcome], int]:
    """What of a disc is no picture (a report of its machine, an index) is left out, like its viewer."""
    places = [Path(member.path) for member in archive.members]
    with read_files(places) as answers:
        found = [
            keep_answer(result, place, member.name, answer, by)
            for place, member, answer in zip(places, archive.members, answers, strict=True)
        ]
    kept = [each for each in found if each.code != NOT_PICTURES]
    return kept, archive.left_out + len(found) - len(kept)


def keep_answer(
    result: ImagingResult, place: Path, name: str, answer: Read | Archive | Unread, by: StaffMember
) -> Outcome:
    if isinstance(answer, Read):
        return keep_file(result=result, place=place, name=name, read=answer, by=by)
    return Outcome(shown_name(name), code=answer.refused if isinstance(answer, Unread) else "damaged")


def keep_file(*, result: ImagingResult, place: Path, name: str, read: Read, by: StaffMember) -> Outcome:
    """Writes a file, then its row; the same bytes, or the same instance of DICOM, are kept once in a study."""
    digest = digest_of(place)
    if known := known_as(result, digest, read.instance_uid):
        return Outcome(shown_name(name), known)
    row = row_of(result, read, digest, place.stat().st_size, shown_name(name), by)
    with place.open("rb") as original:
        write(row.stored_as("original"), File(original))
    try:
        with transaction.atomic():
            ImagingResult.objects.select_for_update(no_key=True, of=("self",)).get(pk=result.pk)  # one at a time
            known = known_as(result, digest, read.instance_uid)
            if known is None:
                row.save(force_insert=True)
                about = {"kind": row.kind, "identity": row.identity}
                audit.record("imaging_file.added", by=by, about=row, patient_id=result.case.patient_id, details=about)
                if read.frames:
                    render_frames.enqueue(str(row.pk))
    except (RuleBroken, NotAllowed):  # where the database fails, it may have kept the row: then the file stays
        documents().delete(row.stored_as("original"))
        raise
    if known:
        documents().delete(row.stored_as("original"))
    return Outcome(row.file_name, known or row, is_new=known is None)


def known_as(result: ImagingResult, digest: str, instance_uid: str) -> ImagingFile | None:
    same = Q(sha256=digest) | (Q(instance_uid=instance_uid) if instance_uid else Q(pk__in=[]))
    return ImagingFile.objects.filter(same, result=result).first()


def row_of(result: ImagingResult, read: Read, digest: str, size: int, name: str, by: StaffMember) -> ImagingFile:
    person = result.case.patient.survivor
    differs, speaks = differences(read.facts, known_of(person, result.side))
    identity = Identity.MISMATCH if differs else Identity.MATCHES if speaks else Identity.NOT_IN_FILE
    plain = read.model_dump(exclude={"facts", "scale", "bits"})
    return ImagingFile(
        id=new_id(),
        result=result,
        size_bytes=size,
        sha256=digest,
        file_name=name,
        bits=read.bits or None,
        facts=read.facts,
        identity=identity,
        differs=list(differs),
        uploaded_by=by,
        **plain,
    )


def known_of(person: Patient, side: str) -> Known:
    givens = [name for name in (person.given_names, person.known_as) if name]
    families = [person.family_name, *person.former_names]
    names = tuple((given, family) for given in givens for family in families)
    return Known(names, person.born_on, person.sex, side)


def digest_of(place: Path) -> str:
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@transaction.atomic
def answer_identity(*, result: ImagingResult, is_ours: bool, reason: str, by: StaffMember) -> list[IdentityAnswer]:
    """Says of all files that speak of another person or side whether they are this patient’s all the same; what is not
    is set aside, and counts nowhere.
    """
    require(by, Permission.CASE_START)
    if not reason.strip():
        raise RuleBroken("missing", _("Say why."), field="reason")
    if len(reason.strip()) > 500:
        raise RuleBroken("too_long", _("At most 500 letters."), field="reason")
    ImagingResult.objects.select_for_update(no_key=True, of=("self",)).get(pk=result.pk)
    asked = list(ImagingFile.objects.unanswered().filter(result=result))
    if not asked:
        raise RuleBroken("answered", _("Nothing is asked about these files any more."), conflict=True)
    rows = [
        IdentityAnswer.objects.create(file=file, is_ours=is_ours, reason=reason.strip(), answered_by=by)
        for file in asked
    ]
    action = "imaging_file.confirmed" if is_ours else "imaging_file.set_aside"
    for row in rows:
        audit.record(action, by=by, about=row, patient_id=result.case.patient_id)
    return rows


def in_words(code: str) -> str:
    """Why a file is not kept, and what to do."""
    return str(WORDS.get(code, WORDS["damaged"]))


def stray_imaging_files(*, older_than: timedelta) -> list[str]:
    """The names of files of pictures that belong to no row. A young one may still get its row."""
    storage, until = documents(), timezone.now() - older_than
    folders = sorted(storage.listdir("imaging")[0]) if storage.exists("imaging") else []
    names = [
        f"imaging/{folder}/{name}" for folder in folders for name in sorted(storage.listdir(f"imaging/{folder}")[1])
    ]
    known = set(map(str, ImagingFile.objects.values_list("pk", flat=True)))
    old: Iterable[Any] = (name for name in names if storage.get_modified_time(name) < until)
    return [name for name in old if name.rsplit("/", 1)[1].split(".")[0] not in known]
