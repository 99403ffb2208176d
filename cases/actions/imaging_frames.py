"""The frames of a picture as a viewer shows them, written by a job: whatever became of it before, it can begin anew."""

import logging
from pathlib import Path
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django_tasks import task

from cases.actions.documents import documents, write
from cases.intake import Rendered, render_file
from cases.intake.disk import on_disk
from cases.intake.limits import Unfit
from cases.models import ImagingFile, ImagingRendering

log = logging.getLogger("casebook.jobs")


@task()
def render_frames(file_id: str) -> str:
    """The job: what is written in full already is left alone."""
    row = ImagingFile.objects.get(pk=UUID(file_id))
    if row.frames == 0 or ImagingRendering.objects.filter(file=row).exists():
        return "done"
    try:
        original = documents().open(row.stored_as("original"), "rb")
        with original, on_disk(original) as place, render_file(place) as done:
            write_frames(row, done)
    except (Unfit, FileNotFoundError) as fault:
        log.error("the frames of a picture could not be written (%s: %s)", type(fault).__name__, row.pk)
        return "failed"
    return "done"


def write_frames(row: ImagingFile, done: Rendered) -> None:
    """The row comes last: while there is none, no frame is shown."""
    for number, place in enumerate(done.frames, start=1):
        replace(row.stored_as(f"frame-{number}"), place)
    replace(row.stored_as("preview"), done.preview)
    scale = done.read.scale
    with transaction.atomic():
        ImagingRendering.objects.get_or_create(
            file=row,
            defaults={
                "is_signed": bool(scale and scale.is_signed),
                "low": scale.low if scale else 0,
                "high": scale.high if scale else 255,
                "centre": scale.centre if scale else 127.5,
                "width": scale.width if scale else 255,
            },
        )


def replace(name: str, place: Path) -> None:
    documents().delete(name)  # of a job that was cut off
    with place.open("rb") as file:
        write(name, File(file))
