"""What happens to each request before and after our own code."""

from clinic.middleware.bodies import CompressionMiddleware, LineEndMiddleware, WholeBodyMiddleware
from clinic.middleware.logins import LoginMiddleware, ProofMiddleware
from clinic.middleware.origins import OriginMiddleware
from clinic.middleware.refusals import RefusalMiddleware, WhoMayMiddleware
from clinic.middleware.repeats import RepeatMiddleware
from clinic.middleware.requests import is_scripted

__all__ = [
    "CompressionMiddleware",
    "LineEndMiddleware",
    "LoginMiddleware",
    "OriginMiddleware",
    "ProofMiddleware",
    "RefusalMiddleware",
    "RepeatMiddleware",
    "WhoMayMiddleware",
    "WholeBodyMiddleware",
    "is_scripted",
]
