"""The words in which what is signed was shown: names and labels that somebody may change later."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cases.models import Case
from cases.models.sealed import CONSENT, WITHDRAWAL
from clinic.models import SealedKind, shelves
from treatments.models import Device, Measure, Modality, Session, Waiver
from treatments.models.plans import Block
from treatments.models.sealed import ADDENDUM, SCREENING, SESSION
from treatments.rules import dosage

Words = dict[str, Any]
SPOKEN_OF = ("case__patient", "case__site", "site", "author", "signed_by")
APPLICATIONS, MEASUREMENTS, AGAINST = (
    "treatments.application",
    "treatments.measurement",
    "treatments.givenagainst",
)


def words_of_session(session: Session, document: dict[str, Any]) -> Words:
    """Takes a session with its case, patient, site, author and signer."""
    since = next(iter(document["parts"]["treatments.sincelast"]), None)
    about = Session.objects.filter(pk=since["about_id"]).values_list("occurred_on", flat=True) if since else ()
    return {
        **words_of_case(session.case),
        "site": session.site.name,
        "time_zone": session.site.time_zone,
        "author": session.author.name,
        "contact": session.signed_by.email,
        "place": place_of(session),
        "since_on": next(iter(about), None),
        **words_of_values(session.case, document),
    }


def words_of(kind: SealedKind, row: Any, document: dict[str, Any]) -> Words:
    """The words for a row of any kind, as they are now."""
    if kind is SESSION:
        return words_of_session(Session.objects.select_related(*SPOKEN_OF).get(pk=row.pk), document)
    if kind is ADDENDUM:
        return words_of_values(row.case, document)
    who = {CONSENT.label: "taken_by", WITHDRAWAL.label: "noted_by", SCREENING.label: "asked_by"}.get(kind.label)
    return {who: getattr(row, who).name} if who else {}


def words_of_case(case: Case) -> Words:
    patient = case.patient
    return {
        "patient": {"name": patient.full_name, "born_on": patient.born_on, "nhs_number": patient.nhs_number},
        "case": {"number": case.number, "title": case.title},
    }


def place_of(session: Session) -> dict[str, int] | None:
    """Where in the plan it stood: session `number` of `planned`, block `block`."""
    if session.block_id is None:
        return None
    block = Block.objects.get(pk=session.block_id)
    return {"number": session.number, "planned": block.planned, "block": block.number}


def words_of_values(case: Case, document: dict[str, Any]) -> Words:
    """Of applications their sentences and injuries, of measurements their names and values with unit."""
    parts = document["parts"]
    modalities, measures = shelves(Modality, Measure)
    injuries = {str(i.pk): str(i) for i in case.injuries.select_related("pathology")} if parts[APPLICATIONS] else {}
    used = {row["device_id"] for row in parts[APPLICATIONS] if row["device_id"]}
    devices = {str(device.pk): str(device) for device in Device.objects.filter(pk__in=used)} if used else {}
    return {
        "applications": {
            row["id"]: {
                "sentence": sentence(modalities.all_rules[row["modality_id"]], row),
                "injury": injuries.get(row["injury_id"] or "", ""),
                "device": devices.get(row["device_id"] or "", ""),
            }
            for row in parts[APPLICATIONS]
        },
        "measurements": {
            row["id"]: measured(measures.all_rules[row["measure_id"]], row) for row in parts[MEASUREMENTS]
        },
        "waivers": waivers_of(row["waiver_id"] for row in parts[AGAINST]),
    }


def sentence(rule: Any, row: dict[str, Any]) -> str:
    if not row["was_given"]:
        return f"{rule.label}: not given ({row['not_given_because']})"
    return dosage.sentence(rule, row["parameters"])


def measured(rule: Any, row: dict[str, Any]) -> dict[str, Any]:
    value = row["value"]
    return {
        "name": rule.name(row["context"], row["side"]),
        "shown": None if value is None else rule.shown(Decimal(value)),
        "unit": rule.unit,
        "grade": rule.grades[int(Decimal(value))].code if rule.grades and value is not None else None,
    }


def waivers_of(ids: Iterable[str | None]) -> dict[str, Any]:
    wanted = {each for each in ids if each}
    rows = Waiver.objects.filter(pk__in=wanted) if wanted else ()
    return {
        str(row.pk): {
            "request_id": row.request_id,
            "answered_name": row.answered_name,
            "valid_until": row.valid_until,
        }
        for row in rows
    }
