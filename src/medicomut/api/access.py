"""Who asks, and may they: the seam where identity enters.

Everything served today is either public (agreements, fees, prices) or known only to who holds its address (a
job's number cannot be guessed). So everybody is `PUBLIC`, and a route still names the scope it needs: the day
`principal` reads a token, nothing else changes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import HTTPException, Request

from medicomut.identity.roles import ROLES, Scope


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, and the scopes they hold."""

    name: str
    scopes: frozenset[Scope]


PUBLIC = Principal("public", ROLES["software"])


async def principal(request: Request) -> Principal:
    """Return who asks."""
    del request  # a token would be read from it
    return PUBLIC


def authorise(scope: Scope) -> Callable[[Request], Awaitable[Principal]]:
    """Return a dependency that gives who asks, and refuses with 403 who does not hold the scope."""

    async def allowed(request: Request) -> Principal:
        who = await principal(request)
        if scope not in who.scopes:
            raise HTTPException(403)
        return who

    return allowed
