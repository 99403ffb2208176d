from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from cases.actions.merges import merge_patients, unmerge_patient
from cases.actions.patients import archive_patient
from cases.models import Patient
from clinic.errors import NotAllowed, RuleBroken, Stale
from clinic.models import AuditEvent, StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_case, a_patient, a_physio, site_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> StaffMember:
    return staff(Role.CLINIC_ADMIN)


def test_two_records_become_one_and_two_again(admin: StaffMember) -> None:
    kept, other = a_patient(admin), a_patient(admin)
    merged = merge_patients(kept=kept, other=other, version=1, by=admin)
    assert (merged.merged_into, merged.survivor) == (kept, kept)
    assert list(Patient.objects.current()) == [kept]
    assert AuditEvent.objects.filter(action="patient.merged", row_id__in=[kept.pk, other.pk]).count() == 2
    apart = unmerge_patient(patient=merged, by=admin)
    assert (apart.merged_into, apart.survivor) == (None, apart)
    with pytest.raises(RuleBroken, match="is not merged"):
        unmerge_patient(patient=apart, by=admin)


def test_what_is_not_merged(admin: StaffMember) -> None:
    a, b, c = (a_patient(admin) for _ in range(3))
    with pytest.raises(RuleBroken, match="one record already"):
        merge_patients(kept=a, other=a, version=1, by=admin)
    with pytest.raises(Stale):
        merge_patients(kept=a, other=b, version=5, by=admin)
    merge_patients(kept=a, other=b, version=1, by=admin)
    for kept, other in ((b, c), (c, b)):
        with pytest.raises(RuleBroken, match="merged into another"):
            merge_patients(kept=kept, other=other, version=Patient.objects.get(pk=other.pk).version, by=admin)
    with pytest.raises(RuleBroken, match="take them apart first"):
        merge_patients(kept=c, other=a, version=1, by=admin)
    archive_patient(patient=c, by=admin)
    with pytest.raises(RuleBroken, match="archived"):
        merge_patients(kept=c, other=a_patient(admin), version=1, by=admin)


def test_nothing_new_begins_on_a_merged_record(admin: StaffMember) -> None:
    by = a_physio(site_of(admin))
    merged = merge_patients(kept=a_patient(admin), other=a_patient(admin), version=1, by=admin)
    with pytest.raises(RuleBroken, match="Use that one"):
        a_case(by, merged)


def test_who_sees_the_one_sees_the_other() -> None:
    here, there = a_physio(), a_physio()
    both = staff(Role.CLINIC_ADMIN, site=site_of(here))
    mine, theirs = a_patient(here), a_patient(there, born_on=date(1970, 1, 1))
    assert not Patient.objects.visible_to(here).filter(pk=theirs.pk).exists()
    merge_patients(kept=theirs, other=mine, version=1, by=both)
    assert Patient.objects.visible_to(here).filter(pk=theirs.pk).exists()
    assert not Patient.objects.visible_to(there).filter(pk=mine.pk).exists()


def test_only_admins_merge(admin: StaffMember) -> None:
    by = a_physio()
    with pytest.raises(NotAllowed):
        merge_patients(kept=a_patient(admin), other=a_patient(admin), version=1, by=by)
    with pytest.raises(NotAllowed):
        unmerge_patient(patient=a_patient(admin), by=by)


def test_the_database_refuses_a_circle_and_a_chain(admin: StaffMember) -> None:
    a, b, c = (a_patient(admin) for _ in range(3))
    merge_patients(kept=a, other=b, version=1, by=admin)
    for row, into in ((a, b), (c, b), (a, c)):
        with (
            pytest.raises(DatabaseError, match="not merged itself"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "UPDATE cases_patient SET merged_into_id = %s, version = version + 1 WHERE id = %s", [into.pk, row.pk]
            )
