"""The clinic's machines and applicators, beside its sites."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.corrections import Correction
from clinic.views.faults import place, told
from treatments.actions import devices as actions
from treatments.forms.devices import ChangeDeviceForm, DeviceForm
from treatments.models import Device


def add_device(request: HttpRequest) -> HttpResponse:
    """One more machine or applicator."""
    require(request.user, Permission.STAFF_MANAGE)
    form = DeviceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_device(by=request.user, **form.cleaned_data)
            return redirect("staff")
        except RuleBroken as no:
            place(no, form)
    context = {"form": form, "faults": told(form)}
    return render(request, "treatments/staff/device.html", context, status=422 if form.errors else 200)


def device(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A machine or an applicator, corrected or retired; a change in the meantime is told, and nothing is lost."""
    require(request.user, Permission.STAFF_MANAGE)
    found = get_object_or_404(Device.objects.select_related("site"), pk=pk)
    correction = Correction(request, found, device_form)
    if correction.is_ready():
        try:
            actions.change_device(device=found, by=request.user, **correction.form.cleaned_data)
            return redirect("staff")
        except RuleBroken as no:
            correction.refuse(no)
    context = {"device": correction.row, **correction.context()}
    return render(request, "treatments/staff/device.html", context, status=correction.status())


def device_form(device: Device, typed: QueryDict | None = None) -> ChangeDeviceForm:
    known = {name: getattr(device, name) for name in ChangeDeviceForm.base_fields if name != "version"}
    return ChangeDeviceForm(typed, initial={**known, "site": device.site_id, "version": device.version})
