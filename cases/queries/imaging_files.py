"""Questions about files of pictures: what there is, what is asked about them, what was set aside."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.models import BodyRegion, Case, ImagingFile, ImagingResult, Term
from cases.models.imaging_files import Identity
from cases.rules.picture_facts import BIRTH_DATE, NAME, SEX, SIDE, day, offered, side_of
from clinic.models import StaffMember

TYPES = {"DICOM": "application/dicom", "JPEG": "image/jpeg", "PNG": "image/png", "PDF": "application/pdf"}
ENDINGS = {"DICOM": "dcm", "JPEG": "jpg", "PNG": "png", "PDF": "pdf"}
SAID = {"M": "male", "F": "female", "O": "other"}


@dataclass(frozen=True)
class Difference:
    """What a file says, and what the record says instead."""

    what: str
    in_file: str
    in_record: str


@dataclass(frozen=True)
class FilesOf:
    """The files of a study: those that count or may count, those of which it is asked whose they are, what differs in
    them, and those that were set aside. `said` is what files say of the picture itself and the record does not.
    """

    files: list[ImagingFile]
    asked: list[ImagingFile]
    differences: list[Difference]
    set_aside: list[ImagingFile]
    said: list[Difference]


def files_of(result: ImagingResult) -> FilesOf:
    """In the same number of queries, however many there are."""
    rows = list(result.files.select_related("answer__answered_by", "rendering", "uploaded_by"))
    answers = {row.pk: getattr(row, "answer", None) for row in rows}
    set_aside = [row for row in rows if (answer := answers[row.pk]) and not answer.is_ours]
    asked = [row for row in rows if row.identity == Identity.MISMATCH and answers[row.pk] is None]
    told = dict.fromkeys(each for row in asked for each in differences(row, result))
    files = [row for row in rows if row not in set_aside]
    return FilesOf(files, asked, list(told), set_aside, said_of(files, result))


def said_of(files: list[ImagingFile], result: ImagingResult) -> list[Difference]:
    """Of which day, part and kind files say to be, where the record says something else."""
    if not files:
        return []
    regions = BodyRegion.objects.filter(retired_on=None).values_list("content", "code", "label")
    words = dict(
        Term.objects.filter(list__in=["IMAGING_MODALITY", "VIEW"], retired_on=None).values_list("code", "label")
    )
    codes = {}
    for content, code, label in regions:
        words[code] = label
        codes[content.get("codes", {}).get("dicom", "")] = code
    found: dict[Difference, None] = {}
    for told in (offered(row.facts, codes) for row in files):
        day_ = f"{told.taken_on:%d %b %Y}" if told.taken_on and told.taken_on != result.taken_on else ""
        found[Difference(_("Taken"), day_, str(result.taken))] = None
        for what, code, mine in (
            (_("Kind"), told.modality, result.modality),
            (_("Part"), told.region, result.region),
            (_("View"), told.view, result.view),
        ):
            is_other = bool(code) and (mine is None or code != mine.code)
            found[Difference(what, words.get(code, "") if is_other else "", mine.label if mine else "")] = None
    return [each for each in found if each.in_file]


def differences(row: ImagingFile, result: ImagingResult) -> list[Difference]:
    person, facts = result.case.patient.survivor, row.facts
    born = day(facts.get("birth_date"))
    told = {
        NAME: Difference(_("Name"), str(facts.get("name", "")).replace("^", " ").strip(), str(person)),
        BIRTH_DATE: Difference(_("Date of birth"), f"{born:%d %b %Y}" if born else "", f"{person.born_on:%d %b %Y}"),
        SEX: Difference(_("Sex"), SAID.get(str(facts.get("sex")), ""), person.get_sex_display()),
        SIDE: Difference(_("Side"), side_of(facts).lower(), result.get_side_display()),
    }
    return [told[name] for name in row.differs if name in told]


def visible_files(by: StaffMember) -> QuerySet[ImagingFile]:
    """Those of the cases that this person may see."""
    return ImagingFile.objects.filter(result__case__in=Case.objects.visible_to(by))


def offered_as(row: ImagingFile) -> str:
    """The name under which it is downloaded: says the day, and nothing of the patient."""
    number = f"-{row.number}" if row.number is not None else ""
    return f"picture-{row.result.taken_on.isoformat()}{number}.{ENDINGS[row.kind]}"
