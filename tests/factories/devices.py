"""Machines of a site, added by the action."""

from typing import Any

from clinic.models import Site
from tests.factories.records import manager
from treatments.actions.devices import add_device
from treatments.models import Device


def a_device(site: Site, **told: Any) -> Device:
    return add_device(by=manager(), site=site, **{"name": "Radial shockwave unit", "modalities": ["RSWT"], **told})
