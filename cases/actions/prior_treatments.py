"""What was tried before us, or elsewhere during our course."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults, check_possible
from cases.models import Benefit, Case, PriorTreatment, PriorTreatmentKind, imprecise
from cases.rules.imprecise_dates import ImpreciseDate, ends_before
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import Fault
from clinic.models import StaffMember
from clinic.rules.permissions import Permission


@dataclass(frozen=True)
class NewPriorTreatment:
    """What was tried: a code of the catalogue, and what is known of it."""

    kind: str
    detail: str = ""
    sessions: int | None = None
    dose: str = ""
    started: ImpreciseDate | None = None
    ended: ImpreciseDate | None = None
    provider: str = ""
    benefit: str = "UNKNOWN"
    benefit_pain: str = ""
    benefit_range: str = ""
    benefit_flexibility: str = ""


@transaction.atomic
def add_prior_treatment(*, case: Case, prior: NewPriorTreatment, by: StaffMember) -> PriorTreatment:
    """Adds what was tried before, or an operation or injection elsewhere during our course."""
    require(by, Permission.CASE_START)
    faults = Faults()
    check_prior_treatments(faults, [prior], case.patient.survivor.born_on, clock.today(case.site.time_zone))
    faults.found = [Fault(f.pointer.removeprefix("/prior_treatments/0"), f.code, f.message) for f in faults.found]
    faults.stop()
    (row,) = write_prior_treatments(case, [prior])
    audit.record("prior_treatment.added", by=by, about=row, patient_id=case.patient_id)
    return row


def offered() -> dict[str, PriorTreatmentKind]:
    return {row.code: row for row in PriorTreatmentKind.objects.filter(retired_on=None)}


def check_prior_treatments(
    faults: Faults, prior_treatments: Sequence[NewPriorTreatment], born_on: date, today: date
) -> None:
    """Everything that is wrong with them: kinds, numbers, dates that cannot be."""
    known = offered() if prior_treatments else {}
    for place, prior in enumerate(prior_treatments):
        where = f"/prior_treatments/{place}"
        check_prior_treatment(faults, where, prior, known)
        check_possible(faults, f"{where}/started", prior.started, born_on, today)
        check_possible(faults, f"{where}/ended", prior.ended, born_on, today)
        if prior.started and prior.ended and ends_before(prior.ended, prior.started):
            faults.add(f"{where}/ended", "ends_first", _("This is before the treatment began."))


def check_prior_treatment(faults: Faults, where: str, prior: NewPriorTreatment, known: Container[str]) -> None:
    if prior.kind not in known:
        faults.add(f"{where}/kind", "unknown_kind", _("Choose a treatment of the list."))
    if prior.sessions is not None and not 1 <= prior.sessions <= 500:
        faults.add(f"{where}/sessions", "out_of_range", _("Between 1 and 500 sessions."))
    for name in ("benefit_pain", "benefit_range", "benefit_flexibility"):
        if getattr(prior, name) not in ("", *Benefit.values):
            faults.add(f"{where}/{name}", "not_a_choice", _("Choose a benefit of the list."))
    if prior.benefit not in Benefit.values:
        faults.add(f"{where}/benefit", "not_a_choice", _("Choose a benefit of the list."))


def write_prior_treatments(case: Case, prior_treatments: Sequence[NewPriorTreatment]) -> list[PriorTreatment]:
    """Writes treatments that were checked."""
    found = offered() if prior_treatments else {}
    return [write_prior_treatment(case, prior, found[prior.kind]) for prior in prior_treatments]


def write_prior_treatment(case: Case, prior: NewPriorTreatment, kind: PriorTreatmentKind) -> PriorTreatment:
    return PriorTreatment.objects.create(
        case=case,
        kind=kind,
        detail=prior.detail,
        sessions=prior.sessions,
        dose=prior.dose,
        provider=prior.provider,
        benefit=prior.benefit,
        benefit_pain=prior.benefit_pain,
        benefit_range=prior.benefit_range,
        benefit_flexibility=prior.benefit_flexibility,
        **imprecise.columns("started", prior.started),
        **imprecise.columns("ended", prior.ended),
    )
