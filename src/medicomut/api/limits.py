"""How often one may ask: a bucket of tokens for each who asks, which fills as time goes by."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final, Literal

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

Kind = Literal["ask", "jobs", "sign_in", "recorded"]

LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
MOST_KEPT: Final = 50_000
"""Buckets remembered; beyond them the one unused for longest is forgotten, full again as it mostly is by then."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many a second after that."""

    at_once: int
    a_second: float


RATES: Final[Mapping[Kind, Rate]] = {
    "ask": Rate(1_000, 200),
    "jobs": Rate(120, 10),
    "sign_in": Rate(10, 0.1),
    "recorded": Rate(60, 0.5),
}
"""What one client may ask: questions of every kind, requests about jobs, attempts to sign in or to use a token, and,
without having signed in, questions about somebody: each leaves an event in the ledger that nobody may erase."""


class Limits:
    """The buckets of one process: several workers count each for itself."""

    def __init__(self, rates: Mapping[Kind, Rate] = RATES, clock: Callable[[], float] = time.monotonic) -> None:
        self.rates, self.clock = rates, clock
        self._buckets: dict[tuple[Kind, str], tuple[float, float]] = {}

    def take(self, kind: Kind, who: str) -> None:
        """Count one; raises HTTPException (429, with Retry-After) where none is left."""
        left, now = self._left(kind, who)
        buckets, bucket = self._buckets, (kind, who)
        # Put back last: the first is then the one unused for longest.
        buckets.pop(bucket, None)
        buckets[bucket] = (left - 1, now)
        if len(buckets) > MOST_KEPT:
            del buckets[next(iter(buckets))]

    def check(self, kind: Kind, who: str) -> None:
        """Refuse as `take` does, without counting."""
        self._left(kind, who)

    def _left(self, kind: Kind, who: str) -> tuple[float, float]:
        """Return what a bucket holds now, and when that is; raises HTTPException (429) where that is less than one."""
        rate, now = self.rates[kind], self.clock()
        left, then = self._buckets.get((kind, who), (float(rate.at_once), now))
        left = min(rate.at_once, left + (now - then) * rate.a_second)
        if left < 1:
            raise _too_often(kind, rate, (1 - left) / rate.a_second)
        return left, now


def address(request: HTTPConnection) -> str:
    """Return the address of who asks; of IPv6 the network of a household or firm (/64), which one person may hold.

    Behind a proxy it is the proxy that says it (`medicomut serve --behind`).
    """
    host = _host(request)
    return _network(host) if ":" in host else host


@lru_cache(maxsize=MOST_KEPT)
def _network(host: str) -> str:
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(found, IPv6Address) or found.is_loopback:
        return host
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"


def from_this_machine(request: HTTPConnection) -> bool:
    """Say whether a program of this machine asks, and not a proxy for somebody else."""
    return (
        _host(request) in LOOPBACK and "x-forwarded-for" not in request.headers and "forwarded" not in request.headers
    )


def _host(request: HTTPConnection) -> str:
    client = request.scope.get("client")
    return client[0] if client else ""


def _too_often(kind: Kind, rate: Rate, wait: float) -> HTTPException:
    seconds = max(1, math.ceil(wait))
    window = max(1, math.ceil(rate.at_once / rate.a_second))
    # RateLimit fields as in draft-ietf-httpapi-ratelimit-headers.
    headers = {"Retry-After": str(seconds), "RateLimit-Policy": f'"{kind}";q={rate.at_once};w={window}',
               "RateLimit": f'"{kind}";r=0;t={seconds}'}  # fmt: skip
    return HTTPException(429, headers=headers)
