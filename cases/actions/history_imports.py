"""A clinic’s history from its former system: a job checks all of it, then writes all of it or nothing."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _
from django_tasks import task

from cases.actions.history_checks import FAULTS, Checked, check_history
from cases.actions.history_rows import Writer
from cases.actions.imports import UNREADABLE
from cases.models import FileForm, HistoryImport, ImportStatus
from cases.rules.history_files import History, LineFault, read_csv, read_ndjson
from cases.rules.patient_files import Unreadable, decoded
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.database import attempts
from clinic.errors import NotAllowed, RuleBroken
from clinic.models import Site, StaffMember
from clinic.rules.permissions import Permission

LARGEST = 32 * 1024 * 1024
MOST_FAULTS = 200
TICK = 50  # lines between two notes of how far it is
log = logging.getLogger("casebook.jobs")


@transaction.atomic
def start_history_import(
    *,
    file_name: str,
    content: bytes,
    form: str,
    site: Site,
    system: str,
    lead: StaffMember,
    with_lookalikes: bool = False,
    by: StaffMember,
) -> HistoryImport:
    """Keeps a file and leaves it to a job. `system` is the name of the system that it comes from: under it rows are
    known again when the file, or a later one, is sent once more. `lead` becomes the lead of cases that name none.
    """
    require(by, Permission.PATIENT_IMPORT)
    if site.pk not in by.site_ids:
        raise RuleBroken("not_your_site", _("You do not work at this site."), field="site")
    if not (lead.is_active and lead.may(Permission.SESSION_LOG) and site.pk in lead.site_ids):
        raise RuleBroken("cannot_treat", _("Choose somebody who treats at this site."), field="lead")
    if not system.strip():
        raise RuleBroken("missing", _("Name the system that the file comes from."), field="system")
    if form not in FileForm.values:
        raise RuleBroken("not_a_choice", _("Say what kind of file this is."), field="form")
    row = HistoryImport.objects.create(
        site=site,
        made_by=by,
        lead=lead,
        file_name=file_name[:200],
        form=form,
        system=system.strip()[:100],
        with_lookalikes=with_lookalikes,
        text=text_of(content),
    )
    row.job = UUID(carry_out.enqueue(str(row.pk)).id)
    row.save_change("job")
    audit.record("history_import.started", by=by, about=row)
    return row


def text_of(content: bytes) -> str:
    """Raises RuleBroken for a file that is no text, is empty, or is too large."""
    if len(content) > LARGEST:
        raise RuleBroken("too_large", _("The file is larger than 32 MB. Split it: patients first."), field="file")
    try:
        text = decoded(content)
    except Unreadable as no:
        raise RuleBroken(str(no), str(UNREADABLE[str(no)]), field="file") from no
    if not text.strip():
        raise RuleBroken("empty", str(UNREADABLE["empty"]), field="file")
    if "\x00" in text:
        raise RuleBroken("not_text", str(UNREADABLE["not_text"]), field="file")
    return text


@transaction.atomic
def give_up_history_import(*, import_: HistoryImport, by: StaffMember) -> HistoryImport:
    """Throws the file away, where the job has not begun to write it."""
    require(by, Permission.PATIENT_IMPORT)
    rows = HistoryImport.objects.select_for_update(of=("self",), nowait=True)
    try:
        locked = rows.get(pk=import_.pk)
    except OperationalError as no:
        raise RuleBroken("at_work", _("It is being written at this moment."), conflict=True) from no
    if locked.status != ImportStatus.WAITING:
        raise RuleBroken("done", _("This import has ended."), conflict=True)
    return ended(locked, ImportStatus.GIVEN_UP, {}, by)


def ended(import_: HistoryImport, status: ImportStatus, outcome: dict[str, Any], by: StaffMember) -> HistoryImport:
    import_.status, import_.ended_at, import_.text, import_.outcome = status, clock.now(), "", outcome
    import_.save_change("status", "ended_at", "text", "outcome")
    audit.record(f"history_import.{status.lower()}", by=by, about=import_, details=told_in_log(outcome))
    return import_


def told_in_log(outcome: dict[str, Any]) -> dict[str, Any]:
    """Numbers alone."""
    return {name: outcome[name] for name in ("counts", "faulty") if name in outcome}


@task()
def carry_out(import_id: str) -> str:
    """The job: what has ended is left alone, so that it can be taken up again whatever became of it before."""
    try:
        return str(carry_out_import(UUID(import_id)).status)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the worker takes it up again
    except Exception as fault:
        log.error("an import could not be carried out (%s)", type(fault).__name__)  # its words may name a patient
        with transaction.atomic():
            row = HistoryImport.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=import_id)
            if row.status == ImportStatus.WAITING:
                ended(row, ImportStatus.REFUSED, {"failed": type(fault).__name__}, row.made_by)
        return str(row.status)
    finally:
        attempts.close()


def carry_out_import(import_id: UUID) -> HistoryImport:
    """Checks, without a lock, so that it can be given up meanwhile; then writes all of it in one transaction."""
    with_people = HistoryImport.objects.select_related("site")
    job = with_people.get(pk=import_id)
    if job.status != ImportStatus.WAITING:
        return job
    job.made_by = StaffMember.objects.with_sites().get(pk=job.made_by_id)
    job.lead = StaffMember.objects.with_sites().get(pk=job.lead_id)
    history = read(job)
    total = len(history.lines)
    checked = check_history(history, job, ticking(job, "CHECK", total))
    with transaction.atomic():
        locked = with_people.select_for_update(of=("self",)).get(pk=import_id)
        if locked.status != ImportStatus.WAITING:
            return locked
        locked.lead = job.lead
        locked.made_by = StaffMember.objects.with_sites().get(pk=job.made_by_id)  # as they are now
        if not allowed(locked):
            return refuse(locked, [LineFault(0, "", "no_longer_allowed")])
        if checked.faults:
            return refuse(locked, checked.faults)
        return write(history, checked, locked, total)


def read(job: HistoryImport) -> History:
    if job.form == FileForm.NDJSON:
        return read_ndjson(job.text)
    try:
        return read_csv(job.text)
    except Unreadable as no:
        return History(faults=[LineFault(1, "", str(no))])


def allowed(job: HistoryImport) -> bool:
    """Whether whoever sent the file may do at this moment what it does."""
    if not job.made_by.is_active or job.site_id not in job.made_by.site_ids:
        return False
    try:
        require(job.made_by, Permission.PATIENT_IMPORT)
    except NotAllowed:
        return False
    return True


def refuse(job: HistoryImport, faults: list[LineFault]) -> HistoryImport:
    first = sorted(faults, key=lambda fault: (fault.line, fault.pointer))[:MOST_FAULTS]
    told = [[fault.line, fault.pointer, fault.code] for fault in first]
    return ended(job, ImportStatus.REFUSED, {"faults": told, "faulty": len(faults)}, job.made_by)


def write(history: History, checked: Checked, job: HistoryImport, total: int) -> HistoryImport:
    writer = Writer(history, checked, job, clock.today(job.site.time_zone).year)
    try:
        with transaction.atomic():
            writer.write(ticking(job, "WRITE", total))
    except RuleBroken as no:  # somebody was quicker since the check
        return refuse(job, [LineFault(writer.at, f"/{no.field}" if no.field else "", no.code)])
    counts = {kind: dict(counted) for kind, counted in writer.counts.items()}
    return ended(job, ImportStatus.DONE, {"counts": counts}, job.made_by)


def ticking(job: HistoryImport, phase: str, total: int) -> Callable[[int], None]:
    """Notes now and then how far it is, beside the transaction."""

    def tick(done: int) -> None:
        if done % TICK == 0 or done == total:
            with attempts.beside().cursor() as cursor:
                cursor.execute(
                    "INSERT INTO cases_importprogress (import_id, phase, done, total) VALUES (%s, %s, %s, %s) "
                    "ON CONFLICT (import_id) DO UPDATE "
                    "SET phase = excluded.phase, done = excluded.done, total = excluded.total",
                    [str(job.pk), phase, done, total],
                )

    return tick


def in_words(code: str) -> str:
    """What a fault says to a person."""
    return str(FAULTS.get(code) or UNREADABLE.get(code) or _("This was refused."))
