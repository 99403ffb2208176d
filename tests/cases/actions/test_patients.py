from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from cases.actions.patients import (
    LikelyDuplicate,
    Lookalike,
    archive_patient,
    change_patient,
    register_patient,
    restore_patient,
)
from cases.models import Patient
from cases.queries import nearly_called
from cases.rules.identity import Reason, dialled
from clinic import clock
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, a_site, site_of, staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.CLINIC_ADMIN, Role.PHYSIOTHERAPIST])
def test_who_registers(role: Role) -> None:
    by = staff(role)
    patient = a_patient(by, given_names=" Zoë ", family_name="Brontë", nhs_number="999 100 1018", sport="Running")
    assert (patient.given_names, patient.nhs_number, patient.sport) == ("Zoë", "9991001018", "Running")
    event = AuditEvent.objects.get(action="patient.registered")
    assert (event.row_id, event.patient_id, event.staff) == (patient.pk, patient.pk, by)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CLINICAL_LEAD])
def test_who_does_not(role: Role) -> None:
    with pytest.raises(NotAllowed):
        a_patient(staff(role))
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"born_on": clock.today() + timedelta(days=1)}, "in_the_future"),
        ({"born_on": date(1879, 12, 31)}, "too_long_ago"),
        ({"nhs_number": "9991001019"}, "nhs_number_wrong"),
        ({"nhs_number": "12"}, "nhs_number_wrong"),
        ({"nhs_number": "none"}, "nhs_number_wrong"),
    ],
)
def test_what_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as no:
        a_patient(a_physio(), **change)
    assert no.value.code == code
    assert not Patient.objects.exists()


def test_a_site_of_others() -> None:
    by = a_physio()
    with pytest.raises(RuleBroken) as no:
        register_patient(by=by, site=a_site(), given_names="A", family_name="B", born_on=date(1990, 1, 1))
    assert no.value.code == "not_your_site"


def test_a_taken_number_names_whom_one_may_see_and_nobody_else() -> None:
    by, stranger = a_physio(), a_physio()
    a_patient(by, family_name="Ellery", nhs_number="9991001018")
    with pytest.raises(RuleBroken) as mine:
        a_patient(by, nhs_number="9991001018")
    assert "Ellery" in mine.value.message
    with pytest.raises(RuleBroken) as theirs:
        a_patient(stranger, nhs_number="9991001018")
    assert theirs.value.message == "A match exists. Ask your clinic admin."


def test_who_sees_whom() -> None:
    here, elsewhere = a_physio(), a_physio()
    patient = a_patient(here)
    assert Patient.objects.visible_to(here).get() == patient
    assert not Patient.objects.visible_to(elsewhere).exists()
    assert not Patient.objects.visible_to(staff(Role.AUDITOR)).exists()
    a_case(elsewhere, patient)
    assert Patient.objects.visible_to(elsewhere).get() == patient


@pytest.mark.parametrize(
    "query",
    ["bront", "BRONTË", "zoe bro", "999 100 1018", "1018", "12/05/1985", "1985-05-12", "7946 0018", "zozo"],
)
def test_search_finds(query: str) -> None:
    by = a_physio()
    told = {
        "given_names": "Zoë",
        "family_name": "Brontë",
        "known_as": "Zozo",
        "nhs_number": "9991001018",
        "phone": "020 7946 0018",
    }
    wanted = a_patient(by, **told)
    a_patient(by, given_names="Ann", family_name="Other", born_on=date(1990, 1, 1))
    assert list(Patient.objects.visible_to(by).matching(query)) == [wanted]


@pytest.mark.parametrize("query", ["brontosaurus", "%", "_", "zoë%", "\\"])
def test_search_takes_no_pattern(query: str) -> None:
    by = a_physio()
    a_patient(by, given_names="Zoë", family_name="Brontë")
    assert not Patient.objects.matching(query).exists()


class TestLookalikes:
    def told(self, no: LikelyDuplicate) -> list[tuple[str, tuple[Reason, ...]]]:
        return [(each.patient.family_name if each.patient else "", each.reasons) for each in no.found]

    def test_somebody_alike_is_shown_first(self) -> None:
        by = staff(Role.RECEPTIONIST)
        known = {"given_names": "Marcus", "family_name": "Ellery", "born_on": date(1985, 5, 12)}
        a_patient(by, **known, phone="07700 900123")
        a_patient(by, family_name="Somebody")
        with pytest.raises(LikelyDuplicate) as no:
            register_patient(
                by=by, site=site_of(by), **{**known, "given_names": "Markus", "born_on": date(1985, 12, 5)}
            )
        assert self.told(no.value) == [("Ellery", (Reason.SIMILAR_NAME, Reason.TRANSPOSED_BIRTH_DATE))]
        assert no.value.conflict
        assert Patient.objects.filter(given_names="Markus").count() == 0
        made = register_patient(by=by, site=site_of(by), is_another=True, **{**known, "given_names": "Markus"})
        assert made.pk

    @pytest.mark.parametrize(
        ("known", "new", "reasons"),
        [
            ({"family_name": "New", "former_names": ["Old"]}, {"family_name": "Old"}, (Reason.FORMER_NAME, Reason.SAME_BIRTH_DATE)),
            ({"phone": "+44 7700 900123"}, {"born_on": date(1990, 1, 1), "phone": "07700900123"}, (Reason.SAME_NAME, Reason.SAME_PHONE)),
            ({}, {"given_names": "Ellery", "family_name": "Marcus"}, (Reason.SWAPPED_NAMES, Reason.SAME_BIRTH_DATE)),
        ],
    )  # fmt: skip
    def test_why(self, known: dict[str, Any], new: dict[str, Any], reasons: tuple[Reason, ...]) -> None:
        by = staff(Role.RECEPTIONIST)
        plain = {"given_names": "Marcus", "family_name": "Ellery", "born_on": date(1985, 5, 12)}
        a_patient(by, **{**plain, **known})
        with pytest.raises(LikelyDuplicate) as no:
            register_patient(by=by, site=site_of(by), **{**plain, **new})
        assert no.value.found[0].reasons == reasons

    def test_of_somebody_elsewhere_only_that_there_is_one(self) -> None:
        by, other = staff(Role.RECEPTIONIST), staff(Role.RECEPTIONIST)
        a_patient(other, given_names="Marcus", family_name="Ellery")
        with pytest.raises(LikelyDuplicate) as no:
            register_patient(
                by=by, site=site_of(by), given_names="Marcus", family_name="Ellery", born_on=date(1985, 5, 12)
            )
        assert no.value.found == (Lookalike(None, ()),)

    def test_an_archived_one_is_found_too(self) -> None:
        admin = staff(Role.CLINIC_ADMIN)
        patient = a_patient(admin, given_names="Marcus", family_name="Ellery")
        archive_patient(patient=patient, by=admin)
        with pytest.raises(LikelyDuplicate) as no:
            register_patient(
                by=admin, site=site_of(admin), given_names="Marcus", family_name="Ellery", born_on=date(1985, 5, 12)
            )
        assert no.value.found[0].patient == patient


class TestChanging:
    def test_what_is_corrected_is_told_by_name_only(self) -> None:
        by = staff(Role.RECEPTIONIST)
        patient = a_patient(by)
        changed = change_patient(
            patient=patient, version=1, changes={"phone": "020 7946 0000", "sport": "Judo", "email": ""}, by=by
        )
        assert (changed.phone, changed.sport, changed.version) == ("020 7946 0000", "Judo", 2)
        event = AuditEvent.objects.get(action="patient.changed", row_id=patient.pk)
        assert event.details == {"fields": ["phone", "sport"]}

    def test_nothing_new_is_no_change(self) -> None:
        by = staff(Role.RECEPTIONIST)
        patient = a_patient(by, nhs_number="999 100 1018")
        assert change_patient(patient=patient, version=1, changes={"nhs_number": "9991001018"}, by=by).version == 1
        assert not AuditEvent.objects.filter(action="patient.changed").exists()

    def test_the_second_of_two_is_told(self) -> None:
        by = staff(Role.RECEPTIONIST)
        patient = a_patient(by)
        change_patient(patient=patient, version=1, changes={"sport": "Judo"}, by=by)
        with pytest.raises(Stale):
            change_patient(patient=patient, version=1, changes={"sport": "Chess"}, by=by)
        patient.refresh_from_db()
        assert patient.sport == "Judo"

    @pytest.mark.parametrize(
        ("changes", "code", "field"),
        [
            ({"born_on": date(2999, 1, 1)}, "in_the_future", "born_on"),
            ({"born_on": date(1879, 1, 1)}, "too_long_ago", "born_on"),
            ({"died_on": date(2999, 1, 1)}, "in_the_future", "died_on"),
            ({"died_on": date(1980, 1, 1)}, "before_the_birth", "died_on"),
            ({"nhs_number": "1"}, "nhs_number_wrong", "nhs_number"),
            ({"site": None}, "unknown_field", ""),
            ({"version": 9}, "unknown_field", ""),
        ],
    )
    def test_what_cannot_be(self, changes: dict[str, Any], code: str, field: str) -> None:
        by = staff(Role.RECEPTIONIST)
        with pytest.raises(RuleBroken) as no:
            change_patient(patient=a_patient(by), version=1, changes=changes, by=by)
        assert (no.value.code, no.value.field) == (code, field)

    def test_a_number_of_somebody_else_is_refused(self) -> None:
        by = staff(Role.RECEPTIONIST)
        a_patient(by, nhs_number="999 100 1018")
        with pytest.raises(RuleBroken) as no:
            change_patient(patient=a_patient(by), version=1, changes={"nhs_number": "9991001018"}, by=by)
        assert no.value.code == "nhs_number_taken"

    def test_clinical_text_is_for_those_who_read_cases(self) -> None:
        reception = staff(Role.RECEPTIONIST)
        patient = a_patient(reception)
        for name in Patient.CLINICAL:
            with pytest.raises(NotAllowed):
                change_patient(patient=patient, version=1, changes={name: "Warfarin"}, by=reception)
        physio = a_physio(site_of(reception))
        assert change_patient(patient=patient, version=1, changes={"medicines": "Warfarin"}, by=physio).medicines

    @pytest.mark.parametrize("role", [Role.AUDITOR, Role.CLINICAL_LEAD])
    def test_who_corrects_nothing(self, role: Role) -> None:
        patient = a_patient(staff(Role.RECEPTIONIST))
        with pytest.raises(NotAllowed):
            change_patient(patient=patient, version=1, changes={"sport": "x"}, by=staff(role))


class TestArchiving:
    def test_away_and_back(self) -> None:
        admin = staff(Role.CLINIC_ADMIN)
        patient = a_patient(admin)
        away = archive_patient(patient=patient, by=admin)
        assert (away.archived_by, away.archived_at is None) == (admin, False)
        with pytest.raises(RuleBroken) as no:
            archive_patient(patient=patient, by=admin)
        assert (no.value.code, no.value.conflict) == ("archived", True)
        back = restore_patient(patient=patient, by=admin)
        assert (back.archived_by, back.archived_at, back.version) == (None, None, 3)
        with pytest.raises(RuleBroken) as no:
            restore_patient(patient=patient, by=admin)
        assert (no.value.code, no.value.conflict) == ("not_archived", True)
        told = AuditEvent.objects.filter(row_id=patient.pk, action__in=("patient.archived", "patient.restored"))
        assert told.count() == 2

    def test_not_with_an_open_case(self) -> None:
        by = a_physio()
        case = a_case(by)
        with pytest.raises(RuleBroken) as no:
            archive_patient(patient=case.patient, by=staff(Role.CLINIC_ADMIN, site=site_of(by)))
        assert no.value.code == "open_cases"

    @pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.PHYSIOTHERAPIST, Role.CLINICAL_LEAD, Role.AUDITOR])
    def test_only_the_admin(self, role: Role) -> None:
        patient = a_patient(staff(Role.RECEPTIONIST))
        for act in (archive_patient, restore_patient):
            with pytest.raises(NotAllowed):
                act(patient=patient, by=staff(role))


@pytest.mark.parametrize(
    "typed",
    ["Marcus", "elerie oldname", "12/05/1985", "05/12/1985", "1985-05-12", "+44 7700 900123", "07700 900123", "020 7946 0000",
     "OLDNAME", "999 100 1018", "marcus 12/05/1985"],
)  # fmt: skip
def test_one_is_found_by_whatever_is_known(typed: str) -> None:
    by = staff(Role.RECEPTIONIST)
    wanted = a_patient(
        by, given_names="Marcus", family_name="Elérie", former_names=["Oldname"], nhs_number="9991001018",
        phone="+44 (0)7700 900123", other_phone="0044 20 7946 0000",
    )  # fmt: skip
    a_patient(by, born_on=date(1960, 1, 1), phone="07700 900999")
    assert list(Patient.objects.matching(typed)) == [wanted]


@pytest.mark.parametrize("typed", ["Markus", "Elery", "Marcus Elery", "Ellary", "oldnam"])
def test_one_is_found_in_spite_of_a_slip(typed: str) -> None:
    by = staff(Role.RECEPTIONIST)
    wanted = a_patient(by, given_names="Marcus", family_name="Ellery", former_names=["Oldname"])
    a_patient(by, given_names="Zoë", family_name="Quist")
    assert nearly_called(Patient.objects.visible_to(by), typed) == [wanted]


@pytest.mark.parametrize(
    ("written", "digits"),
    [("+44 7700 900123", "07700900123"), ("+44 (0)7700 900123", "07700900123"), ("0044 7700 900 123", "07700900123"),
     ("07700-900123", "07700900123"), ("4477", "4477"), (" +44 20", "020"), ("+33 1 23", "33123"), ("", "")],
)  # fmt: skip
def test_the_database_dials_as_the_rule_does(written: str, digits: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_dialled(%s)", [written])
        assert cursor.fetchone()[0] == digits == dialled(written)
