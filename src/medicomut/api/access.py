"""Who asks, and may they: the seam between the doors and `medicomut.identity`.

Every route names its scope (`authorise`), and the server does not start with one that names none. Who shows
nothing is `PUBLIC` and costs no look-up. A page asks `principal(request)` who has signed in.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import OperationalError
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from medicomut.api import cookies, csrf, limits
from medicomut.api.settings import Settings
from medicomut.errors import Problems
from medicomut.identity.desk import Desk
from medicomut.identity.roles import ROLES, Role, Scope, scopes_of
from medicomut.identity.secrets import hashed
from medicomut.identity.sessions import Session

log = logging.getLogger("medicomut.api")

BELIEVED_SECONDS: Final = 5
"""How long a token is believed without looking again: a revoked one may be taken that long."""

MOST_BELIEVED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: `account:NAME`, `token:NAME` or `PROVIDER:SUBJECT`, and what they may; `session` in a browser."""

    name: str
    scopes: frozenset[Scope]
    roles: tuple[Role, ...] = ()
    session: Session | None = None


PUBLIC: Final = Principal("public", ROLES["public"])

OPEN: Final = Principal("public", ROLES["software"])
"""Everybody, where the server is open to whoever is on its machine (`medicomut serve --open`)."""


class Entrance:
    """What one server knows of who may enter: its desk (None where no store is set) and its limits."""

    def __init__(self, settings: Settings, desk: Desk | None) -> None:
        self.desk = desk
        self.anyone = OPEN if settings.open else PUBLIC
        self.limits = limits.Limits(settings.rates)
        # A password takes 64 MiB and a core to check: who waits for it waits here, in no thread that others need.
        self.hashing = CapacityLimiter(2)
        self._believed: dict[str, tuple[Principal, float]] = {}

    async def bearer(self, request: Request, header: str) -> Principal:
        """Return who sent an Authorization header; raises HTTPException (401) where it proves nothing."""
        kind, _, secret = header.partition(" ")
        secret = secret.strip()
        if kind.lower() != "bearer" or not secret or self.desk is None:
            raise _unproven()
        number = hashed(secret)
        known, until = self._believed.get(number, (None, 0.0))
        if known is not None and time.monotonic() < until:
            return known
        who = limits.address(request)
        self.limits.check("sign_in", who)
        found = await self._holder(self.desk, secret)
        if found is None:
            self._believed.pop(number, None)
            self.limits.take("sign_in", who)
            raise _unproven()
        if len(self._believed) >= MOST_BELIEVED:
            self._believed.clear()
        self._believed[number] = (found, time.monotonic() + BELIEVED_SECONDS)
        return found

    async def signed_in(self, request: Request) -> Principal:
        """Return who a cookie belongs to; a session that has ended is nobody's."""
        cookie = cookies.get(request, cookies.SESSION)
        if not cookie or self.desk is None:
            return self.anyone
        session = await to_thread.run_sync(self.desk.sessions.find, cookie)
        if session is None:
            return self.anyone
        # Who has yet to choose a password may do that, and what everybody may.
        roles: tuple[Role, ...] = () if session.must_change_password else session.roles
        return Principal(session.principal, scopes_of(roles) | {"account"}, roles, session)

    @staticmethod
    async def _holder(desk: Desk, secret: str) -> Principal | None:
        token = await to_thread.run_sync(desk.tokens.find, secret)
        if token is not None:
            return Principal(token.principal, token.scopes, token.roles)
        if secret.count(".") != 2:  # a JWT has three parts
            return None
        for provider in desk.providers.values():
            if provider.provider.audience:
                try:
                    person = await provider.holder(secret)
                except Problems:
                    continue
                return Principal(person.principal, scopes_of(person.roles), person.roles)
        return None


def entrance_of(request: Request) -> Entrance:
    """Return the entrance of this server."""
    entrance: Entrance = request.app.state.entrance
    return entrance


async def principal(request: Request) -> Principal:
    """Return who asks; raises HTTPException (401) for a token that is not good."""
    entrance, found = entrance_of(request), None
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            found = await entrance.bearer(request, value.decode("latin-1"))
            break
        if name == b"cookie" and found is None:
            found = await entrance.signed_in(request)
    if found is None or found is entrance.anyone:
        return entrance.anyone
    request.state.principal = found
    return found


@cache
def authorise(scope: Scope, *, begins_session: bool = False) -> Callable[[Request], Awaitable[Principal]]:
    """Return a dependency that gives who asks.

    It refuses with 401 who would have to sign in first, with 403 who does not hold the scope or sends by another
    site's hand, with 429 who asks too often. A route that begins a session is asked by who may have one already,
    without its token: it looks itself where the request comes from (`csrf.refuse_cross_site`).
    """
    kind: limits.Kind = "jobs" if scope == "jobs" else "ask"

    async def allowed(request: Request) -> Principal:
        who = await _asker(request, scope)
        if not limits.from_this_machine(request):  # what is refused below was asked as well
            asking = limits.address(request) if who.name == PUBLIC.name else who.name
            entrance_of(request).limits.take(kind, asking)
        if scope not in who.scopes:
            raise HTTPException(403) if who.name != PUBLIC.name else _not_signed_in()
        if who.session is not None:
            if request.method not in csrf.SAFE and not begins_session:
                await csrf.check(request)
        elif who is OPEN and scope not in PUBLIC.scopes:
            _only_here(request)
        return who

    _NAMED[allowed] = scope
    return allowed


async def _asker(request: Request, scope: Scope) -> Principal:
    """Return who asks; while the store is away a browser reads what everybody may, as one that has not signed in."""
    try:
        return await principal(request)
    except OperationalError:
        if scope not in PUBLIC.scopes or request.method not in csrf.SAFE or "authorization" in request.headers:
            raise
        log.warning("the store does not answer: a session is not looked up id=%s", request.scope.get("request_id"))
        return entrance_of(request).anyone


async def seldom(request: Request) -> None:
    """Count an attempt to sign in: a dependency of routes that take a password or begin a sign-in."""
    entrance_of(request).limits.take("sign_in", limits.address(request))


_NAMED: Final[dict[Callable[..., Any], Scope]] = {}


def scopes_named(app: FastAPI) -> Iterator[tuple[str, frozenset[str], frozenset[Scope]]]:
    """Yield each route's path, methods, and the scopes it names; a folder of files is there to be read."""
    for found in iter_route_contexts(app.routes):
        route = found.original_route
        if isinstance(route, Mount) and isinstance(route.app, StaticFiles):
            yield route.path, frozenset({"GET"}), frozenset({"read"})
        else:
            dependant: Dependant | None = getattr(found, "dependant", None)
            scopes = frozenset(_NAMED[call] for call in _calls(dependant) if call in _NAMED)
            yield str(found.path), frozenset(found.methods or ()), scopes


def refuse_unnamed(app: FastAPI) -> None:
    """Raise RuntimeError where a route names no scope: what nobody thought of is open to nobody."""
    unnamed = [path for path, _, scopes in scopes_named(app) if not scopes]
    if unnamed:
        raise RuntimeError(f"these routes name no scope: {', '.join(unnamed)}")


def _calls(dependant: Dependant | None) -> Iterator[Callable[..., Any]]:
    for below in dependant.dependencies if dependant else ():
        if below.call is not None:
            yield below.call
        yield from _calls(below)


def _only_here(request: Request) -> None:
    """Where nobody signs in, let no page of another site use the browser of this machine to get in."""
    if request.url.hostname not in cookies.LOOPBACK:
        raise HTTPException(403)
    if request.method not in csrf.SAFE:
        csrf.refuse_cross_site(request)


def _not_signed_in() -> HTTPException:
    return HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


def _unproven() -> HTTPException:
    return HTTPException(401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
