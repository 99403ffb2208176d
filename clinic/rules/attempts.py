"""How often one may try to get in, and ask as a program: counted until a window ends; a login that succeeds takes its
own attempt back.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=5)


@dataclass(frozen=True)
class Limit:
    """What is counted by itself under the name `of`, and how many attempts its window allows."""

    of: str
    most: int
    window: timedelta = WINDOW


NETWORK = Limit("network", 30)  # a whole clinic may share one address
ACCOUNT = Limit("account", 5)
DEVICE = Limit("device", 5)
CODE = Limit("code", 5)
PROOF = Limit("proof", 5)


@dataclass(frozen=True)
class Counter:
    """One count: of which limit, and of whom or what."""

    limit: Limit
    who: str


def network_of(address: str) -> str:
    """An IPv4 address; of IPv6 the /64 that one household or clinic is given."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)


def counters_of_login(*, email: str, address: str, device: str) -> list[Counter]:
    """What a login with a password counts on. `device` is that of a browser in which this account logged in before:
    what strangers try elsewhere does not stop it, and it may try no more than a stranger.
    """
    account = email.strip().lower()
    if device:
        return [Counter(DEVICE, f"{device} {account}")]
    return [Counter(NETWORK, network_of(address)), Counter(ACCOUNT, account)]


def again_at(ends_at: datetime) -> datetime:
    """The full minute from which on one may try again."""
    whole = ends_at.replace(second=0, microsecond=0)
    return whole if whole == ends_at else whole + timedelta(minutes=1)
