"""My text snippets."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.actions.permissions import require
from clinic.errors import RuleBroken
from clinic.rules.permissions import Permission
from clinic.views.corrections import Correction
from clinic.views.faults import place, told
from treatments.actions import snippets as actions
from treatments.forms.snippets import ChangeSnippetForm, SnippetForm
from treatments.models import Snippet


def snippets(request: HttpRequest) -> HttpResponse:
    """One's own snippets, and a form for one more."""
    require(request.user, Permission.SESSION_LOG)
    form = SnippetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add_snippet(by=request.user, **form.cleaned_data)
            messages.success(request, _("Added: %(name)s.") % {"name": row})
            return redirect("snippets")
        except RuleBroken as no:
            place(no, form)
    context = {"snippets": list(Snippet.objects.of(request.user)), "form": form, "faults": told(form)}
    return render(request, "treatments/snippets/snippets.html", context, status=422 if form.errors else 200)


def change_snippet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another name or another text; a change in the meantime is told, and nothing is lost."""
    require(request.user, Permission.SESSION_LOG)
    found = get_object_or_404(Snippet.objects.of(request.user), pk=pk)
    correction = Correction(request, found, form_of)
    if correction.is_ready():
        try:
            actions.change_snippet(snippet=found, by=request.user, **correction.form.cleaned_data)
            return redirect("snippets")
        except RuleBroken as no:
            correction.refuse(no)
    context = {"snippet": found, **correction.context()}
    return render(request, "treatments/snippets/change_snippet.html", context, status=correction.status())


def form_of(snippet: Snippet, typed: QueryDict | None = None) -> ChangeSnippetForm:
    known = {"short": snippet.short, "text": snippet.text, "version": snippet.version}
    return ChangeSnippetForm(typed, initial=known)


@require_POST
def archive_snippet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Takes a snippet away."""
    require(request.user, Permission.SESSION_LOG)
    found = get_object_or_404(Snippet.objects.of(request.user), pk=pk)
    actions.archive_snippet(snippet=found, by=request.user)
    messages.success(request, _("Taken away: %(name)s.") % {"name": found})
    return redirect("snippets")
