from datetime import timedelta

import pytest

from clinic import clock
from clinic.errors import RuleBroken
from clinic.models import AuditEvent
from tests.factories.records import a_physio
from tests.treatments.actions.test_visits import visit
from treatments.actions.adverse_events import resolve_event
from treatments.models import AdverseEvent

pytestmark = pytest.mark.django_db


def test_resolving_an_adverse_event() -> None:
    visit()
    event, by = AdverseEvent.objects.get(), a_physio()
    assert resolve_event(event=event, by=by).resolved_on == clock.today()
    assert AuditEvent.objects.filter(action="adverse_event.resolved").count() == 1
    with pytest.raises(RuleBroken, match="already"):
        resolve_event(event=event, by=by)


def test_it_is_not_over_before_it_began_nor_tomorrow() -> None:
    visit()
    event, by = AdverseEvent.objects.get(), a_physio()
    for day in (event.onset_on - timedelta(days=1), clock.today() + timedelta(days=1)):
        with pytest.raises(RuleBroken, match="Between"):
            resolve_event(event=event, by=by, on=day)
