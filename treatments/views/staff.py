"""The people and the places of the clinic: who works here, as what, where; inviting, changing, letting go."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.actions.case_steps import hand_over_cases
from cases.forms.appointments import those_who_treat
from cases.models import Patient
from clinic import clock
from clinic.actions import staff as actions
from clinic.actions.invitations import invite_staff_member, renew_invitation
from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.models import FactorReset, Site, StaffMember, StaffSite
from clinic.models.shelves import shelf
from clinic.rules.permissions import Permission
from clinic.views.asked import whole_number
from clinic.views.corrections import Correction
from clinic.views.faults import place, told
from treatments.actions.training import set_training
from treatments.forms.staff import ROLES, ChangePersonForm, ChangeSiteForm, InviteForm, SiteForm
from treatments.models import Device, Modality, Training
from treatments.queries import left_by

NAMES = {str(role): name for role, name in ROLES}


def staff(request: HttpRequest) -> HttpResponse:
    """Who works here, and where."""
    require(request.user, Permission.STAFF_MANAGE)
    now = Prefetch("postings", StaffSite.objects.filter(ended_at=None).select_related("site"))
    waits = Exists(FactorReset.objects.waiting(clock.now()).filter(person=OuterRef("pk")))
    rows = StaffMember.objects.annotate(reset_waits=waits).prefetch_related(now).order_by("name")
    people = [(person, roles_of(person)) for person in rows]
    context = {
        "active": [pair for pair in people if pair[0].is_active],
        "gone": [pair for pair in people if not pair[0].is_active],
        "sites": list(Site.objects.all()),
        "devices": devices_listed(),
    }
    return render(request, "treatments/staff/staff.html", context)


def devices_listed() -> list[tuple[Device, str]]:
    """Each with what it gives, in words."""
    known, rows = shelf(Modality).in_use, Device.objects.select_related("site")
    return [(row, ", ".join(known[code].label if code in known else code for code in row.modalities)) for row in rows]


def roles_of(person: StaffMember) -> str:
    return ", ".join(NAMES[role] for role in person.roles)


def invite(request: HttpRequest) -> HttpResponse:
    """Somebody new; then their link, shown once."""
    require(request.user, Permission.STAFF_MANAGE)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, token = invite_staff_member(by=request.user, **form.cleaned_data)
            return show_link(request, person, token)
        except RuleBroken as no:
            place(no, form)
    context = {"form": form, "faults": told(form)}
    return render(request, "treatments/staff/invite.html", context, status=422 if form.errors else 200)


def show_link(request: HttpRequest, person: StaffMember, token: str) -> HttpResponse:
    """The link to hand over; it is not kept, so it cannot be shown again."""
    link = request.build_absolute_uri(reverse("join", args=[token]))
    response = render(request, "treatments/staff/link.html", {"person": person, "link": link})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def renew_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new link for somebody who lost theirs, or their password."""
    require(request.user, Permission.STAFF_MANAGE)
    person = get_object_or_404(StaffMember, pk=pk)
    try:
        return show_link(request, person, renew_invitation(person=person, by=request.user))
    except RuleBroken as no:
        messages.error(request, no.message)
        return redirect("staff_member", pk)


def staff_member(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One person: name, roles, sites, training; a change in the meantime is told, and nothing is lost."""
    require(request.user, Permission.STAFF_MANAGE)
    person = get_object_or_404(StaffMember, pk=pk)
    correction = Correction(request, person, person_form)
    if correction.is_ready():
        given = dict(correction.form.cleaned_data)
        modalities = given.pop("modalities")
        try:
            actions.change_staff_member(person=person, by=request.user, **given)
            set_training(person=person, modalities=modalities, by=request.user)
            messages.success(request, _("Saved."))
            return redirect("staff")
        except RuleBroken as no:
            correction.refuse(no)
    context = {"person": correction.row, "is_me": person.pk == request.user.pk, **correction.context()}
    return render(request, "treatments/staff/staff_member.html", context, status=correction.status())


def person_form(person: StaffMember, typed: QueryDict | None = None) -> ChangePersonForm:
    known = {
        "name": person.name,
        "hcpc_number": person.hcpc_number,
        "roles": person.roles,
        "sites": person.site_ids,
        "version": person.version,
        "modalities": list(Training.objects.in_force().filter(staff=person).values_list("modality_code", flat=True)),
    }
    return ChangePersonForm(typed, initial=known)


def deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a person leaves; then nobody logs in as them any more. An inactive person is activated again."""
    require(request.user, Permission.STAFF_MANAGE)
    person = get_object_or_404(StaffMember, pk=pk)
    if request.method == "POST":
        version = request.POST.get("version", "")
        verb = actions.deactivate_staff_member if person.is_active else actions.reactivate_staff_member
        try:
            verb(person=person, version=whole_number(version), by=request.user)
            return redirect("staff")
        except RuleBroken as no:
            messages.error(request, no.message)
            return redirect("deactivate_staff_member", pk)
    heirs = [p for p in those_who_treat(request.user) if p.pk != person.pk]
    left = left_by(person, clock.now())
    named = {c.patient_id for c in left.cases} | {d.case.patient_id for d in left.drafts}
    seen = set(Patient.objects.visible_to(request.user).filter(pk__in=named).values_list("pk", flat=True))
    context = {"person": person, "left": left, "heirs": heirs, "seen": seen}
    return render(request, "treatments/staff/deactivate.html", context)


@require_POST
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All open cases of a person to another, in one step."""
    require(request.user, Permission.STAFF_MANAGE)
    leaver = get_object_or_404(StaffMember, pk=pk)
    heir = StaffMember.objects.filter(pk__in=[p.pk for p in those_who_treat(request.user)])
    chosen = next((p for p in heir if str(p.pk) == request.POST.get("heir")), None)
    try:
        if chosen is None:
            raise RuleBroken("missing", _("Choose who takes the cases over."))
        count = hand_over_cases(leaver=leaver, heir=chosen, by=request.user)
        messages.success(request, _("%(count)s cases are with %(who)s now.") % {"count": count, "who": chosen.name})
    except RuleBroken as no:
        messages.error(request, no.message)
    return redirect("deactivate_staff_member", pk)


def add_site(request: HttpRequest) -> HttpResponse:
    """One more place of the clinic."""
    require(request.user, Permission.STAFF_MANAGE)
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_site(by=request.user, **form.cleaned_data)
            return redirect("staff")
        except RuleBroken as no:
            place(no, form)
    context = {"form": form, "faults": told(form)}
    return render(request, "treatments/staff/site.html", context, status=422 if form.errors else 200)


def site(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A place of the clinic, corrected; a change in the meantime is told, and nothing is lost."""
    require(request.user, Permission.STAFF_MANAGE)
    found = get_object_or_404(Site, pk=pk)
    correction = Correction(request, found, site_form)
    if correction.is_ready():
        try:
            actions.change_site(site=found, by=request.user, **correction.form.cleaned_data)
            return redirect("staff")
        except RuleBroken as no:
            correction.refuse(no)
    context = {"site": correction.row, **correction.context()}
    return render(request, "treatments/staff/site.html", context, status=correction.status())


def site_form(site: Site, typed: QueryDict | None = None) -> ChangeSiteForm:
    known = {name: getattr(site, name) for name in ChangeSiteForm.base_fields}
    return ChangeSiteForm(typed, initial=known)
