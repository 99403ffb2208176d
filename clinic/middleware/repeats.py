"""A form that is sent twice is done once."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clinic import audit
from clinic.actions import repeats
from clinic.middleware.requests import Answer, is_api


class RepeatMiddleware:
    """A form that is sent twice is done once, and both answers lead to the same place.

    What is sent is known by its bytes: the token against forged requests in it is another on each page that is made.
    Scripts of ours are left out: they save the same page many times, and say which version they change.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        came = audit.origin.get()
        if request.method != "POST" or is_api(request) or request.headers.get("X-Requested-With"):
            return self.get_response(request)
        if not request.user.is_authenticated or "csrfmiddlewaretoken" not in request.POST or came.request_id is None:
            return self.get_response(request)
        key = key_of(request)
        done = repeats.claim(key, came.request_id)
        if done is not None:
            return redirect(done.location or request.path)
        audit.with_form(key)
        response = self.get_response(request)
        if getattr(request, "is_done_elsewhere", False):
            return response
        if response.status_code < 400:
            repeats.settle(key, response.get("Location", request.path))
        else:
            repeats.release(key)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, audit.AlreadyDone):
            return None
        request.is_done_elsewhere = True  # type: ignore[attr-defined]
        return redirect(request.path)


def key_of(request: HttpRequest) -> str:
    """Of who sent what to where: the same bytes by the same person."""
    told = [
        str(request.user.pk),
        request.get_full_path(),
        *(f"{n}={v}" for n in request.POST for v in request.POST.getlist(n)),
    ]
    told += [f"{name}={file.name}/{file.size}" for name in request.FILES for file in request.FILES.getlist(name)]
    return hashlib.sha256("\x00".join(told).encode("utf-8", "surrogatepass")).hexdigest()
