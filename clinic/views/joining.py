"""The link of somebody who was invited: they set their password."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from clinic import clock
from clinic.actions.invitations import accept_invitation
from clinic.errors import RuleBroken
from clinic.forms.joining import PasswordForm
from clinic.models import Invitation
from clinic.models.api_keys import digest_of
from clinic.views.faults import place


@login_not_required
@sensitive_post_parameters()
def join(request: HttpRequest, token: str) -> HttpResponse:
    """A form for a password, as long as the link is good; says so where it is not."""
    invitation = Invitation.objects.usable(clock.now()).filter(digest=digest_of(token)).select_related("staff").first()
    form = PasswordForm(request.POST or None)
    status = 200
    if invitation is None:
        status = 404
    elif request.method == "POST" and form.is_valid():
        try:
            accept_invitation(token=token, password=form.cleaned_data["password"])
            messages.success(request, _("Your password is set. Log in with your e-mail address."))
            return redirect("account_login")
        except RuleBroken as no:
            place(no, form)
    if form.errors:
        status = 422
    response = render(request, "clinic/joining/join.html", {"invitation": invitation, "form": form}, status=status)
    response["Cache-Control"] = "no-store"
    return response
