"""Who takes files away, and whose cases they hold."""

import pytest

from clinic.models import StaffMember
from clinic.rules.permissions import Role
from tests.factories.records import a_physio, site_of, staff


@pytest.fixture
def by() -> StaffMember:
    return a_physio()


@pytest.fixture
def lead(by: StaffMember) -> StaffMember:
    """The lead at the site of this physiotherapist."""
    return staff(Role.CLINICAL_LEAD, site=site_of(by))
