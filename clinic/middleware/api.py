"""What each answer of the REST interface has, whichever part of the site gave it."""

from django.http import HttpRequest, HttpResponse

from clinic.api.limits import TooManyRequests, allowance_of
from clinic.api.problems import answer_to_framework, problem
from clinic.middleware.requests import Answer, is_api

SECRETS = frozenset({"key", "api_key", "apikey", "access_token", "token"})


class ApiMiddleware:
    """Counts what no view counted, says on each answer what is left of the allowance, and refuses keys in addresses:
    those stand in the logs of every machine on the way.

    Faults of ours are not counted; when the database is away there is nothing to count with.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_api(request):
            return self.get_response(request)
        response = key_in_address(request) or self.get_response(request)
        if response.status_code >= 500:
            return response
        left = allowance_of(request)
        if left.is_spent and response.status_code != 429:
            response = answer_to_framework(TooManyRequests(left)) or response
        for name, value in left.headers.items():
            response[name] = value
        return response


def key_in_address(request: HttpRequest) -> HttpResponse | None:
    if not any(name.lower() in SECRETS for name in request.GET):
        return None
    told = "Send a key as “Authorization: Bearer <key>”, never in the address. Revoke this one: logs have kept it."
    return problem(400, "key_in_address", "A key does not belong in the address.", told)
