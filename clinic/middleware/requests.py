"""What a request is: of whom, and of which door."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def is_scripted(request: HttpRequest) -> bool:
    """Sent by our own script: it cannot follow a redirect to the login page."""
    return request.headers.get("X-Requested-With") == "fetch"


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
