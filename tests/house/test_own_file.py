"""The patient's own file is whole: every table that leads to a patient is in it, and every word of each row."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from html import unescape
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cases.models import Classification, Patient
from clinic import clock
from clinic.models.shelves import shelf
from tests.factories.planted import plant
from tests.factories.records import a_case, a_patient, a_physio, a_signed_session, site_of
from tests.house.test_house import OURS
from treatments.actions.addenda import mark_in_error
from treatments.models import Measure, Modality
from treatments.queries import own_files
from treatments.queries.own_file_nouns import HIDDEN, LEFT_OUT, NOUNS, TOLD_OTHERWISE, Noun, path_to_patient
from treatments.queries.own_files import sections_of
from treatments.rules.own_files import found_in, walked
from treatments.views.own_file_papers import pieces, rows_by_kind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
# Personal, and in the data alone: digests, codes beside what they name, and what the database works out of the names.
ONLY_IN_DATA = {
    "cases.patient": {"sort_name", "search_text"},
    "cases.document": {"sha256"},
    "cases.imagingfile": {"sha256"},
    "treatments.measurement": {"measure_code", "context", "side"},
    "treatments.screeninganswer": {"question_code"},
    "cases.redflagnote": {"kind_code"},
    "cases.keymeasure": {"measure_code"},
}


def leads_to_a_patient(model: Any, seen: frozenset[Any] = frozenset()) -> bool:
    """By a foreign key, or by naming a patient or any row without one."""
    if model is Patient or {"patient_id", "row_id"} & {f.name for f in model._meta.concrete_fields}:
        return True
    keys = [f.related_model for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]
    return any(leads_to_a_patient(key, seen | {model}) for key in keys if key not in seen | {model})


def test_every_table_that_leads_to_a_patient_is_in_the_file_or_says_why_not() -> None:
    leading = {m._meta.label_lower for m in OURS if leads_to_a_patient(m)}
    listed = {noun.kind for noun in NOUNS}
    assert leading == listed | set(LEFT_OUT) | TOLD_OTHERWISE
    assert listed.isdisjoint(LEFT_OUT)
    assert len(NOUNS) == len(listed) > 50
    assert all(len(why) > 20 for why in LEFT_OUT.values())


@pytest.mark.parametrize("noun", NOUNS, ids=lambda n: n.kind)
def test_what_a_row_belongs_to_comes_before_it(noun: Noun) -> None:
    if noun.parent:
        parent = noun.model._meta.get_field(noun.parent).related_model
        kinds = [each.kind for each in NOUNS]
        assert kinds.index(parent._meta.label_lower) < kinds.index(noun.kind)


tokens = count(1)


def planted_row(noun: Noun, ids: dict[str, UUID], placed: dict[tuple[str, str], str]) -> dict[str, Any]:
    """A row of a table in which each text is one that stands nowhere else."""
    row: dict[str, Any] = {"id": ids[noun.kind]}
    for field in noun.model._meta.concrete_fields:
        if field.attname == "id" or field.generated:
            continue
        token = f"Zq{next(tokens)}x"
        if field.is_relation:
            related = field.related_model._meta.label_lower
            row[field.attname] = ids[related] if field.name == noun.parent else None
            continue
        row[field.attname] = value_for(field, token)
        if token in str(row[field.attname]) and field.name in noun.model.PERSONAL:  # type: ignore[attr-defined]
            placed[noun.kind, field.name] = token
    if noun.model._meta.label == "treatments.Measurement":
        row["measure_id"] = shelf(Measure).in_use["NPRS"].key
        row["value"] = Decimal(3)
    if noun.model._meta.label == "treatments.Application":
        row["modality_id"] = shelf(Modality).in_use["RSWT"].key
    if noun.model._meta.label == "cases.ImagingGrade":
        row["classification_id"] = shelf(Classification).in_use["MOLE"].key
    if noun.model._meta.label == "cases.Document":
        row["content_type"] = "image/jpeg"
    return row


def value_for(field: Any, token: str) -> Any:
    if isinstance(field, models.JSONField):
        return {"words": [token]}
    if isinstance(field, ArrayField):
        return [token]
    if field.flatchoices:
        return field.flatchoices[0][0]
    for kind, value in (
        (models.BooleanField, True),
        (models.DateTimeField, clock.now()),
        (models.DateField, date(2026, 1, 2)),
        (models.TimeField, None),
        (models.DecimalField, Decimal(1)),
        (models.IntegerField, 1),
        (models.UUIDField, uuid4()),
    ):
        if isinstance(field, kind):
            return value
    return token


def test_each_personal_text_of_each_row_is_on_the_page_and_in_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    patient = a_patient(a_physio())
    ids = {noun.kind: uuid4() for noun in NOUNS}
    placed: dict[tuple[str, str], str] = {}
    rows = {noun.kind: [planted_row(noun, ids, placed)] for noun in NOUNS}
    real = own_files.rows_of

    def rows_of(noun: Noun, records: Sequence[UUID]) -> list[dict[str, Any]]:
        real(noun, records)  # each statement is asked all the same
        return rows[noun.kind]

    monkeypatch.setattr(own_files, "rows_of", rows_of)
    monkeypatch.setattr(own_files, "one_side_of_merges", lambda *_told: set())
    sections = sections_of(patient)
    page, data = unescape("".join(pieces(sections, patient))), str(rows_by_kind(sections))
    assert len(placed) > 100
    assert {where for where, token in placed.items() if token not in data} == set()
    missing: dict[str, set[str]] = {}
    for (kind, name), token in placed.items():
        if token not in page:
            missing.setdefault(kind, set()).add(name)
    assert missing == {kind: found for kind, names in ONLY_IN_DATA.items() if (found := names & in_texts(placed, kind))}
    assert {name for names in ONLY_IN_DATA.values() for name in names} - {"context", "side"} <= HIDDEN


def in_texts(placed: dict[tuple[str, str], str], kind: str) -> set[str]:
    return {name for each, name in placed if each == kind}


def test_every_row_of_the_patient_is_an_entry() -> None:
    by = a_physio()
    ids = plant(by, "Zyzzyva", registered=True)
    plant(a_physio(site=site_of(by)), "Somebody-else")
    patient = Patient.objects.get(pk=ids["patient"])
    sections = sections_of(patient)
    entries = {(entry.kind, entry.id) for entry in walked(sections)}
    expected = set()
    for noun in NOUNS:
        if noun.kind in ("cases.merge", "cases.unmerge"):
            continue
        path = path_to_patient(noun.model)
        rows = noun.model._base_manager.filter(**{path or "pk": patient.pk})
        expected |= {(noun.kind, str(pk)) for pk in rows.values_list("pk", flat=True)}
    assert entries == expected
    assert len({kind for kind, _id in entries}) > 30
    assert "Somebody-else" not in "".join(pieces(sections, patient))


def test_what_was_entered_in_error_says_so_first() -> None:
    by = a_physio()
    session = a_signed_session(a_case(by), by)
    mark_in_error(session=session, error="WRONG_PATIENT", reason="Mixed up", by=by)
    entry = found_in(sections_of(session.case.patient), "treatments.session", str(session.pk))
    assert entry is not None
    assert any("in error" in mark for mark in entry.marks)
