"""Which rows are a patient's own, in the order in which a person reads them; and how each leads to its patient."""

from collections import deque
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases import models as c
from cases.models import Patient
from treatments import models as t


@dataclass(frozen=True)
class Noun:
    """One table: the heading of its rows, what one is called, the column that tells one from another, and the row that
    it belongs to ("" where it stands by itself).
    """

    model: type[models.Model]
    heading: Any
    title: Any
    day: str = "created_at"
    parent: str = ""

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower


NOUNS = (
    Noun(c.Patient, _("Registration"), _("Registration"), "site"),
    Noun(c.Merge, _("Records that were merged"), _("Merge")),
    Noun(c.Unmerge, _("Taken apart again"), _("Taken apart"), parent="merge"),
    Noun(c.PatientIdentifier, _("Numbers in other systems"), _("Number"), "system"),
    Noun(c.PatientAlert, _("Alerts"), _("Alert")),
    Noun(c.Consent, _("Consents"), _("Consent"), "given_on"),
    Noun(c.ConsentWithdrawal, _("Withdrawn"), _("Withdrawn"), "withdrawn_on", "consent"),
    Noun(c.Appointment, _("Appointments"), _("Appointment"), "starts_at"),
    Noun(c.Case, _("Cases"), _("Case"), "number"),
    Noun(c.CaseStep, _("How the case stood"), _("Step"), "on", "case"),
    Noun(c.Goal, _("Goals"), _("Goal"), parent="case"),
    Noun(c.KeyMeasure, _("Asked at each visit"), _("Measure"), "position", "case"),
    Noun(c.Injury, _("What is wrong, and where"), _("Injury"), "position", "case"),
    Noun(c.InjuryPhase, _("Phases"), _("Phase"), "noted_on", "injury"),
    Noun(c.PriorTreatment, _("Treated before or elsewhere"), _("Treatment elsewhere"), parent="case"),
    Noun(c.EarlierVisit, _("Visits entered in another system"), _("Visit elsewhere"), "occurred_on", "case"),
    Noun(c.RedFlagNote, _("Signs of something serious"), _("Sign"), "noted_on", "case"),
    Noun(c.RedFlagCheck, _("Asked for signs of something serious"), _("Asked"), "asked_on", "case"),
    Noun(t.Screening, _("Questions before treatment"), _("Questions"), "asked_on", "case"),
    Noun(t.ScreeningAnswer, _("Answers"), _("Answer"), "", "screening"),
    Noun(t.WaiverRequest, _("Asked to treat against a rule"), _("Request"), "asked_on", "case"),
    Noun(t.Waiver, _("Answered"), _("Answer"), "", "request"),
    Noun(t.WaiverWithdrawal, _("Withdrawn"), _("Withdrawn"), "withdrawn_on", "waiver"),
    Noun(t.WaiverSeen, _("Read"), _("Read"), parent="waiver"),
    Noun(t.Plan, _("Plans"), _("Plan"), "started_on", "case"),
    Noun(t.PlanAuthorisation, _("Who authorised a treatment"), _("Authorisation"), "noted_on", "plan"),
    Noun(t.Block, _("Blocks"), _("Block"), "number", "plan"),
    Noun(t.Review, _("Reviews"), _("Review"), "decided_on", "block"),
    Noun(t.PlannedPicture, _("Pictures planned"), _("Planned picture"), "", "plan"),
    Noun(t.Session, _("Visits"), _("Visit"), "occurred_on", "case"),
    Noun(t.SinceLast, _("Since the last visit"), _("Since then"), "", "session"),
    Noun(t.Measurement, _("Measured"), _("Measurement"), "", "session"),
    Noun(t.Application, _("Treated with"), _("Treatment"), "", "session"),
    Noun(t.GivenAgainst, _("Given against a rule"), _("Against a rule"), "", "application"),
    Noun(t.HomeExercise, _("Exercises for home"), _("Exercise"), "", "session"),
    Noun(t.SessionDocument, _("Photographs of this visit"), _("Photograph"), "", "session"),
    Noun(t.Addendum, _("Added or corrected later"), _("Addendum"), parent="session"),
    Noun(t.AdverseEvent, _("Adverse events"), _("Adverse event"), "onset_on", "case"),
    Noun(c.ImagingRequest, _("Pictures asked for"), _("Request for a picture"), "due_on", "case"),
    Noun(c.ImagingResult, _("Pictures and their reports"), _("Picture"), "taken_on", "case"),
    Noun(c.ImagingFile, _("Files of pictures"), _("File"), parent="result"),
    Noun(c.IdentityAnswer, _("Whose picture it is"), _("Answer"), "", "file"),
    Noun(c.Calibration, _("How pixels became millimetres"), _("Calibration"), "", "file"),
    Noun(c.ImagingReading, _("Read"), _("Reading"), "read_on", "result"),
    Noun(c.DepositMeasurement, _("Sizes of deposits"), _("Size"), "", "reading"),
    Noun(c.Outline, _("Edges that were drawn"), _("Edge"), "", "measurement"),
    Noun(c.ImagingGrade, _("Grades"), _("Grade"), "", "reading"),
    Noun(c.Deposit, _("Deposits"), _("Deposit"), "label", "case"),
    Noun(c.Document, _("Photographs"), _("Photograph"), "taken_on", "case"),
    Noun(c.DocumentWithdrawal, _("Taken away"), _("Taken away"), parent="document"),
    Noun(t.Letter, _("Letters"), _("Letter"), parent="case"),
    Noun(c.Restriction, _("Restrictions of the record"), _("Restriction")),
    Noun(c.RestrictionName, _("On its list, or taken off it"), _("Person"), "", "restriction"),
    Noun(c.Opening, _("Opened under break glass"), _("Opening"), "opened_at"),
    Noun(c.OpeningClosing, _("Closed"), _("Closed"), parent="opening"),
    Noun(c.OpeningReview, _("Seen by an admin"), _("Seen"), parent="opening"),
    Noun(t.OwnFileRequest, _("Asked for this file"), _("Request"), "asked_on"),
    Noun(t.OwnFileRelease, _("Released"), _("Released"), parent="request"),
)
# Leads to a patient and is not in the file, and why.
LEFT_OUT = {
    "treatments.ownfileomission": "says what was left out of a file, and about whom",
    "cases.imagingrendering": "the window in which a picture is shown first: made from the file, and from nothing else",
    "clinic.seal": "a copy of signed rows that are all in the file, to prove that nobody changed them",
    "clinic.auditlink": "the chain of digests over the log: numbers without a word",
    "clinic.patienttouch": "a number of a transaction, for programs that ask what changed",
    "clinic.rowmark": "a number of a transaction, for programs that ask what changed",
    "clinic.sentrequest": "an answer to a program, kept for a day: what it says is in the file",
}
# Not as a chapter of its own: told in the log and beside the rows that were changed.
TOLD_OTHERWISE = {"clinic.auditevent", "clinic.rowchange"}
# Written by the machine for itself: in the data, not on the page.
# fmt: off
HIDDEN = frozenset({
    "id", "updated_at", "version", "made_in", "content_sha256", "sha256", "draft_version", "draft_saved_at",
    "hard_min", "hard_max", "position", "measure_code", "question_code", "kind_code",
    "size_bytes", "width_px", "height_px", "content_type", "sort_name", "search_text", "patient",
    "brought_by",
})
# fmt: on


@cache
def path_to_patient(model: type[models.Model]) -> str:
    """The shortest way from a row to its patient, by foreign keys that are never empty: "case__patient"; "" of a
    patient. Raises LookupError where there is none.
    """
    waiting: deque[tuple[type[models.Model], tuple[str, ...]]] = deque([(model, ())])
    seen = set()
    while waiting:
        at, path = waiting.popleft()
        if at is Patient:
            return "__".join(path)
        for field in at._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and not field.null and (at, field.name) not in seen:
                seen.add((at, field.name))
                waiting.append((field.related_model, (*path, field.name)))
    raise LookupError(model._meta.label)
