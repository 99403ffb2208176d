"""Changing one's password: says beforehand what ends with it."""

from typing import Any

from allauth.account.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse

from clinic import clock
from clinic.models import ApiKey, BrowserLogin
from clinic.views.attempts import proof_tried, too_many


class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """allauth's, with our count of attempts; what ends is ended by clinic/actions/passwords.py."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tried = proof_tried(request.user.pk)
        if tried.until is not None:
            return too_many(request, tried.until)
        response = super().post(request, *args, **kwargs)
        if response.status_code == 302:
            tried.succeeded()
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person, now = self.request.user, clock.now()
        others = BrowserLogin.objects.filter(person=person, expire_date__gt=now)
        ends = {
            "keys": ApiKey.objects.usable(now).filter(owner=person).count(),
            "browsers": others.exclude(session_key=self.request.session.session_key).count(),
        }
        return super().get_context_data(**kwargs) | ends


change_password = ChangePassword.as_view()
