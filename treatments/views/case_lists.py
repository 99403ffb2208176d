"""Every case that one may see, as a list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from clinic import audit, clock
from clinic.actions.permissions import require
from clinic.queries import UnknownMark
from clinic.rules.permissions import Permission
from treatments.forms.case_lists import CaseListForm
from treatments.queries import cases_listed


def cases(request: HttpRequest) -> HttpResponse:
    """Of those who treat their own, unless they ask for everybody's."""
    require(request.user, Permission.CASE_READ)
    usual = "mine" if request.user.may(Permission.SESSION_LOG) else "all"
    form = CaseListForm({"who": usual, **request.GET.dict()})
    chosen = form.chosen()
    mine = (chosen["who"] or usual) == "mine"
    try:
        page = cases_listed(
            request.user,
            mine=mine,
            status=chosen["state"],
            text=chosen["q"],
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
    except UnknownMark:
        return redirect("cases")
    audit.listed("cases", by=request.user)
    context = {
        "form": form,
        "cases": page.rows,
        "everybody": not mine,
        "is_narrowed": bool(chosen["q"] or chosen["state"]),
        "next_url": beside(chosen, after=page.after),
        "previous_url": beside(chosen, before=page.before),
        "today": clock.today(),
    }
    return render(request, "treatments/cases/cases.html", context)


def beside(chosen: dict[str, str], **mark: str) -> str:
    """The address of the page that starts at a mark; "" where there is none."""
    if not any(mark.values()):
        return ""
    return f"{reverse('cases')}?{urlencode({name: value for name, value in {**chosen, **mark}.items() if value})}"
