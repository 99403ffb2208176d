"""The clinic's machines and applicators: listed, corrected, retired. What was given with one keeps its name."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from cases.actions.faults import Faults
from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.errors import Stale
from clinic.models import Site, StaffMember
from clinic.models.shelves import shelf
from clinic.rules.permissions import Permission
from treatments.models import Device, Modality

LENGTHS = {"name": 100, "serial_number": 60}


@transaction.atomic
def add_device(*, site: Site, name: str, modalities: Sequence[str], by: StaffMember, serial_number: str = "") -> Device:
    """Lists a machine or an applicator of a site, with the codes of the modalities that it gives."""
    require(by, Permission.STAFF_MANAGE)
    device = Device(site=site, name=name.strip(), serial_number=serial_number.strip())
    device.modalities = sorted(set(modalities))
    check(device, known=frozenset())
    device.save(force_insert=True)
    audit.record("device.added", by=by, about=device)
    return device


@transaction.atomic
def change_device(
    *,
    device: Device,
    site: Site,
    name: str,
    modalities: Sequence[str],
    version: int,
    by: StaffMember,
    serial_number: str = "",
    retired_on: date | None = None,
) -> Device:
    """Corrects what is known of a device; with `retired_on` it is offered until that day. Raises Stale."""
    require(by, Permission.STAFF_MANAGE)
    locked = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if locked.version != version:
        raise Stale
    known = frozenset(locked.modalities)
    locked.site, locked.name, locked.serial_number = site, name.strip(), serial_number.strip()
    locked.modalities, locked.retired_on = sorted(set(modalities)), retired_on
    check(locked, known)
    locked.save_change("site", "name", "serial_number", "modalities", "retired_on")
    audit.record("device.changed", by=by, about=locked)
    return locked


def check(device: Device, known: frozenset[str]) -> None:
    """Raises RuleBroken with every fault. `known` are the modalities that it had: one that left the catalogue stays."""
    faults = Faults()
    for field, length in LENGTHS.items():
        text = getattr(device, field)
        if "\x00" in text or len(text) > length:
            faults.add(f"/{field}", "too_long", _("At most %(n)s letters, none of them odd.") % {"n": length})
    if not device.name:
        faults.add("/name", "missing", _("Say what it is called."))
    offered = set(shelf(Modality).in_use) | known
    if not device.modalities:
        faults.add("/modalities", "missing", _("Say what is given with it."))
    elif unknown := [code for code in device.modalities if code not in offered]:
        told = _("This is not in the catalogue: %(codes)s.") % {"codes": ", ".join(unknown)}
        faults.add("/modalities", "unknown_modality", told)
    if device.retired_on and device.retired_on > clock.today(device.site.time_zone):
        faults.add("/retired_on", "in_the_future", _("This is in the future."))
    alike = Device.objects.filter(site=device.site, name=device.name, serial_number=device.serial_number)
    if not faults.found and alike.exclude(pk=device.pk).exists():
        told = _("This site has a device of this name and number already. Give its serial number.")
        faults.add("/serial_number", "device_exists", told)
    faults.stop()
