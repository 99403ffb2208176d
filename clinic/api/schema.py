"""The OpenAPI description, and how it names our two ways to come in."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

WRITTEN: dict[str, HttpResponse] = {}


class Schema(SpectacularAPIView):
    """As YAML or JSON. It is the same for everybody and takes seconds to write: each process writes it once."""

    schema = None  # it is not among what it describes

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        media = request.accepted_renderer.media_type
        if media not in WRITTEN:
            answer = super().get(request, *args, **kwargs)
            WRITTEN[media] = HttpResponse(
                request.accepted_renderer.render(answer.data, media, {}),
                headers={**answer.headers, "Content-Type": f"{media}; charset=utf-8"},
            )
        written = WRITTEN[media]
        return HttpResponse(written.content, headers=dict(written.headers))


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A key in the Authorization header."""

    target_class = "clinic.api.keys.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key, made under “My keys” or by `manage.py create_api_key`.",
        }


class BrowserScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The cookie of a browser that is logged in; writes need the CSRF token beside it."""

    target_class = "clinic.api.keys.BrowserAuthentication"
    name = "browser"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
