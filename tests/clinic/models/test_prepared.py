from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext

from cases.models import Patient
from clinic.models import ApiKey
from clinic.models.prepared import prepared, written
from tests.factories.records import a_patient, a_physio, site_of

pytestmark = pytest.mark.django_db


def at_or_called(sites: Sequence[UUID], also: UUID) -> QuerySet[Any, Any]:
    return Patient.objects.filter(Q(site__in=sites, sex="MALE") | Q(pk=also)).values("pk")


def found(*values: Any) -> set[UUID]:
    return set(Patient.objects.filter(pk__in=prepared(at_or_called, *values)).values_list("pk", flat=True))


def test_it_finds_what_the_query_finds_for_each_values() -> None:
    by, other = a_physio(), a_physio()
    patients = [a_patient(by, sex="MALE"), a_patient(other, sex="MALE"), a_patient(other, sex="FEMALE")]
    here, there = site_of(by).pk, site_of(other).pk
    for sites in ([here], [there], [here, there], [there, here], [uuid4()], []):
        for also in (patients[2].pk, uuid4()):
            assert found(sites, also) == set(at_or_called(sites, also).values_list("pk", flat=True))
    assert found([here, there], patients[2].pk) == {patient.pk for patient in patients}


def test_its_sql_is_written_once_for_each_length() -> None:
    written.cache_clear()
    for _each in range(3):
        found([uuid4(), uuid4()], uuid4())
    assert (written.cache_info().misses, written.cache_info().hits) == (1, 2)


def test_a_key_comes_with_its_owner_and_their_sites_in_one_statement() -> None:
    from clinic import clock
    from clinic.actions.api_keys import create_api_key
    from clinic.models.api_keys import digest_of

    by = a_physio()
    row, text = create_api_key(owner=by, name="Gait lab", scopes=["patients:read"], by=by)
    sites = by.site_ids
    with CaptureQueriesContext(connection) as asked:
        key = ApiKey.objects.presented(digest_of(text), clock.now())
        assert key is not None
        assert (key, key.owner, key.owner.site_ids) == (row, by, sites)
    assert len(asked) == 1
    assert {f.attname: getattr(key, f.attname) for f in ApiKey._meta.concrete_fields} == ApiKey.objects.values().get(
        pk=row.pk
    )
    assert {f.attname: getattr(key.owner, f.attname) for f in by._meta.concrete_fields} == type(
        by
    ).objects.values().get(pk=by.pk)
    assert ApiKey.objects.presented(digest_of("another"), clock.now()) is None
