"""Letters about a case: the list, the draft, the signed letter and its PDF."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.models import Case
from cases.views.heads import case_head, patient_head
from clinic import audit
from clinic.actions.permissions import require
from clinic.errors import RuleBroken, Stale
from clinic.rules.permissions import Permission
from clinic.views.asked import whole_number
from clinic.views.faults import place, told
from treatments.actions import letters as actions
from treatments.forms.letters import LetterForm
from treatments.models import Letter, LetterKind
from treatments.queries import compose, consent_to_share
from treatments.queries.letter_parts import day
from treatments.rules.letters import is_edited, outdated, printed
from treatments.views.papers import as_pdf, attached


def letters(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letters of a case; a POST starts one and opens it."""
    rows = Case.objects.visible_to(request.user).select_related("patient__merged_into", "site", "lead")
    case = get_object_or_404(rows, pk=pk)
    refused = ""
    if request.method == "POST":
        try:
            started = actions.start_letter(case=case, kind=request.POST.get("kind", ""), by=request.user)
            return redirect("change_letter", started.pk)
        except RuleBroken as no:
            refused = no.message
    audit.seen("letters", by=request.user, about=case, patient_id=case.patient_id)
    context = {
        **heads(case, ""),
        "letters": list(case.letters.select_related("author")),
        "kinds": LetterKind.choices,
        "refused": refused,
        "may_write": request.user.may(Permission.CASE_START),
    }
    return render(request, "treatments/letters/letters.html", context, status=422 if refused else 200)


def letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A letter as it reads; nothing of it can be changed here."""
    found = letter_of(request, pk)
    audit.seen("letter", by=request.user, about=found, patient_id=found.case.patient_id)
    state = "" if found.is_signed else f" ({found.get_status_display()})"  # on each sheet, should it be printed
    context = {
        **heads(found.case, found.get_kind_display() + state),
        "letter": found,
        "paper": paper_of(found),
        "may_write": request.user.may(Permission.CASE_START),
    }
    return render(request, "treatments/letters/letter.html", context)


def change_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft, heading by heading: saved, filled in again from the record, or signed."""
    require(request.user, Permission.CASE_START)
    found = letter_of(request, pk)
    if request.method != "POST":
        if not found.is_draft:
            return redirect("letter", pk)
        audit.seen("letter", by=request.user, about=found, patient_id=found.case.patient_id)
        return draft_page(request, found, LetterForm(letter=found))
    form = LetterForm(request.POST, letter=found)
    if not form.is_valid():
        return draft_page(request, found, form)
    try:
        return redirect(keep(request, found, form), pk)
    except RuleBroken as no:
        saved = letter_of(request, pk)  # where the text was saved and the signing refused, it is one version further
        form.letter = saved
        place(no, form)
        return draft_page(request, saved, form, no)


def keep(request: HttpRequest, found: Letter, form: LetterForm) -> str:
    """Saves what is typed, then does what the button says; answers with the page to go to."""
    seen, by, asked = whole_number(request.POST.get("version", "")), request.user, request.POST.get("do", "")
    saved = actions.change_letter(letter=found, version=seen, written=form.written(), by=by)
    if asked == "sign":
        actions.sign_letter(letter=saved, version=saved.version, by=by)
        messages.success(request, _("The letter is signed."))
        return "letter"
    if asked == "fill":
        saved = actions.fill_letter_again(letter=saved, version=saved.version, by=by)
        kept = ", ".join(s["heading"] for s in saved.sections if is_edited(s))
        words = _("Filled in again. Your own text stays under: %(what)s.") % {"what": kept} if kept else ""
        messages.success(request, words or _("Filled in again from the record."))
    else:
        messages.success(request, _("Saved. The letter is not signed yet."))
    return "change_letter"


def draft_page(request: HttpRequest, found: Letter, form: LetterForm, no: RuleBroken | None = None) -> HttpResponse:
    is_stale = isinstance(no, Stale)
    context = {
        **heads(found.case, found.get_kind_display()),
        "letter": found,
        "form": form,
        "faults": told(form),
        "differences": LetterForm(form.data, letter=found).differences() if is_stale else [],
        "outdated": outdated(found.content, compose(found.case)) if found.is_draft else [],
        "lacks_consent": found.shares and consent_to_share(found.case) is None,
        "may_sign": request.user.may(Permission.SESSION_SIGN),
    }
    status = 412 if is_stale else 422 if form.errors else 200
    return render(request, "treatments/letters/change_letter.html", context, status=status)


def discard_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks why, then takes the draft off the list."""
    require(request.user, Permission.CASE_START)
    found = letter_of(request, pk)
    error = ""
    if request.method == "POST":
        try:
            actions.discard_letter(letter=found, reason=request.POST.get("reason", ""), by=request.user)
            return redirect("letters", found.case_id)
        except RuleBroken as no:
            error = no.message
    audit.seen("letter", by=request.user, about=found, patient_id=found.case.patient_id)
    context = {**heads(found.case, found.get_kind_display()), "letter": found, "error": error}
    return render(request, "treatments/letters/discard_letter.html", context, status=422 if error else 200)


def letter_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The letter as a file; a draft says on each sheet that it is one."""
    found = letter_of(request, pk)
    pdf = as_pdf("treatments/letters/letter.typ", paper_of(found), found.signed_at)
    actions.print_letter(letter=found, by=request.user)
    state = "" if found.is_signed else f"-{found.status.lower()}"
    return attached(pdf, f"letter-{found.kind.lower()}-{found.case.number}{state}.pdf")


def letter_of(request: HttpRequest, pk: UUID) -> Letter:
    rows = Letter.objects.visible_to(request.user).select_related(
        "case__patient__merged_into", "case__site", "case__lead", "author"
    )
    return get_object_or_404(rows, pk=pk)


def heads(case: Case, kind: str) -> dict[str, Any]:
    page = _("Letter %(kind)s") % {"kind": kind} if kind else _("Letters")
    return {"case": case, "head": patient_head(case.patient), "case_line": case_head(case), "page": page}


def paper_of(found: Letter) -> dict[str, Any]:
    """All that is printed of a letter, on the page and in the file."""
    head = found.content["head"]
    copies = [head["patient"]] if found.copy_to_patient and found.shares else []
    return {
        "title": _("Physiotherapy letter about %(patient)s") % {"patient": head["patient"]},
        "mark": "" if found.is_signed else _("Draft, not signed") if found.is_draft else _("Discarded, not signed"),
        "head": head,
        "to": [found.recipient, *found.recipient_address.splitlines()],
        "recipient": found.recipient,
        "date": day(localtime(found.signed_at).date()) if found.signed_at else "",
        "facts": found.content["facts"],
        "sections": printed(found.sections, _("None.")),
        "author": found.signed_name or found.author.name,
        "hcpc_number": found.signed_hcpc if found.is_signed else found.author.hcpc_number,
        "contact": found.contact,
        "copies": copies,
    }
