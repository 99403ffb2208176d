"""Where a request came from, for the audit log."""

from django.http import HttpRequest, HttpResponse

from clinic import audit
from clinic.middleware.requests import Answer


class OriginMiddleware:
    """Notes for the audit log where a request came from; keeps answers out of caches and search engines."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = "api" if request.path.startswith("/api/") else "page"
        token = audit.origin.set(audit.Origin())
        try:
            came = audit.came_by(door, request.META.get("REMOTE_ADDR") or None)
            response = self.get_response(request)
            response["X-Request-ID"] = str(came.request_id)
            if not response.has_header("Cache-Control"):
                response["Cache-Control"] = "no-store"
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response
        finally:
            audit.origin.reset(token)
