"""Pictures to test with, made on the spot; and photographs kept by the same actions as everything else."""

import io
from typing import Any

from PIL import Image

from cases.actions.documents import NewPhotograph, agree_to_photographs
from cases.models import Case
from clinic.models import StaffMember
from treatments.actions.photographs import add_photograph
from treatments.models import Session, SessionDocument

PLACE = "51.5074"


def a_picture_file(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **told: Any) -> bytes:
    """A picture whose upper half is red and whose lower half is blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, size[1] // 2, size[0], size[1]))
    made = io.BytesIO()
    image.convert(told.pop("mode", "RGB")).save(made, kind, **told)
    return made.getvalue()


def with_a_place() -> bytes:
    """As a telephone writes it: lying on its side, with where it was taken and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "Ann Example"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 26.0)
    exif.get_ifd(0x8825)[1] = "N"
    return a_picture_file(exif=exif, comment=b"at home")


def agreed(case: Case, by: StaffMember) -> Case:
    agree_to_photographs(case=case, by=by)
    return case


def a_photograph(session: Session, by: StaffMember, title: str = "Right ankle", **told: Any) -> SessionDocument:
    agreed(session.case, by)
    return add_photograph(session=session, data=a_picture_file(), told=NewPhotograph(title, **told), by=by)
