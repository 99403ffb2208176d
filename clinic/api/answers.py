"""What each status means, and which headers come with it, for the description of the interface."""

from typing import Any

ALWAYS = (400, 401, 403, 406, 429, 503)  # whatever is asked
UNCHANGED, LED_ON = 304, 308
WHY = {
    308: "The row was merged into another: Location says where it is read.",
    400: "Unreadable, or members or parameters that are unknown, missing or of another type.",
    401: "No key, or one that is unknown, expired or revoked.",
    403: "The key's scopes or its owner's roles do not allow this.",
    404: "Not there, or not yours to see: the answer is the same.",
    406: "Nothing that Accept names is spoken here.",
    409: "The state forbids it; or the request with this Idempotency-Key is being answered at this moment.",
    410: "The mark leads nowhere any more: start again with an empty one.",
    412: "Somebody changed it since the version that you name.",
    413: "A body of more than two megabytes, with a file of more than 64.",
    415: "Another content type than JSON.",
    422: "Readable, and refused: `errors` name each place.",
    428: "If-Match is missing.",
    429: "Too many requests: wait as long as Retry-After says.",
    503: "The database is away: Retry-After says when to ask again.",
}

# Names of headers, and in which answers they always are.
ALLOWANCE = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
ALWAYS_IN: dict[int, tuple[str, ...]] = {
    308: ("Location",),
    401: ("WWW-Authenticate",),
    429: ("Retry-After", *ALLOWANCE),
    503: ("Retry-After",),
}


def whole_number(said: str) -> dict[str, Any]:
    return {"required": True, "description": said, "schema": {"type": "integer", "minimum": 0}}


def text(said: str) -> dict[str, Any]:
    return {"required": True, "description": said, "schema": {"type": "string"}}


HEADERS = {
    "ETag": text("The version of the row: it goes back as If-Match with a change."),
    "Location": text("Where the row is read."),
    "RateLimit-Limit": whole_number("Requests a minute."),
    "RateLimit-Remaining": whole_number("What is left of them."),
    "RateLimit-Reset": whole_number("Seconds until there are new ones."),
    "Retry-After": whole_number("Seconds to wait."),
    "WWW-Authenticate": text("How to say who calls."),
}
