from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from cases.models import DepositMeasurement, ImagingGrade
from tests.factories.pictures import a_calcified_case, a_picture, measured
from tests.factories.records import a_physio


def test_parts_come_with_their_reading_or_not_at_all(own_database: None) -> None:
    by = a_physio()
    result = a_picture(a_calcified_case(by), by)
    reading = measured(result, by, grades=[("MORRIS", "MORRIS_3A")])
    deposit = result.case.deposits.get()
    with pytest.raises(DatabaseError, match="this reading is signed"), transaction.atomic():
        DepositMeasurement.objects.create(reading=reading, deposit=deposit, is_calibrated=True, length_mm=Decimal(5))
    scheme = reading.grades.get().classification
    with pytest.raises(DatabaseError, match="this reading is signed"), transaction.atomic():
        ImagingGrade.objects.create(reading=reading, classification=scheme, grade="MORRIS_1", deposit=deposit)
