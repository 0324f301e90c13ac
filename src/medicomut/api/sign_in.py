"""`/auth`: signing in, at a provider of identity or with a local account, and out again."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import quote

from anyio import from_thread, to_thread
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from medicomut.api import cookies, csrf, describe
from medicomut.api.access import Principal, authorise, entrance_of, seldom
from medicomut.api.answers import json_answer
from medicomut.api.bodies import json_object
from medicomut.api.problems import fault
from medicomut.api.room import refuse_unknown_query
from medicomut.api.trail import note, note_later, note_question
from medicomut.errors import Problems
from medicomut.identity.desk import Desk
from medicomut.identity.openid import OpenId
from medicomut.identity.roles import Role
from medicomut.identity.sessions import derived
from medicomut.identity.sign_ins import SECONDS
from medicomut.store.audit import Agent

ENTITY: Final = "/auth/session"
"""What the audit trail calls a session: each has no other name than its secret."""

_HERE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")

router = APIRouter(prefix="/auth", tags=["sign-in"])
ANYBODY = [Depends(authorise("read"))]
Asker = Annotated[Principal, Depends(authorise("account"))]
Where = Annotated[str, Path(max_length=40, description="One of /auth/providers")]
ReturnTo = Annotated[str, Query(max_length=500, description="An address of this server to come back to")]


def _body(*names: str, also: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what OpenAPI says of a body: the same fields as JSON or as a form."""
    schema = {"type": "object", "required": list(names), "additionalProperties": False,
              "properties": {name: {"type": "string"} for name in (*names, *also)}}  # fmt: skip
    kinds = ("application/json", "application/x-www-form-urlencoded")
    return {"requestBody": {"required": bool(names), "content": {kind: {"schema": schema} for kind in kinds}}}


def desk_of(request: Request) -> Desk:
    """Return who keeps accounts and sessions; raises `Problems` (`no_store_here`) where nobody does."""
    desk = entrance_of(request).desk
    if desk is None:
        raise fault("no_store_here", "nobody can sign in here: the server has no store", "start it with --store URL")
    return desk


@router.get("/providers", summary="Where one can sign in", response_class=Response, dependencies=ANYBODY,
            responses=describe.answers(describe.OBJECT))  # fmt: skip
async def providers(request: Request) -> Response:
    """List the providers of identity this server was given, and say whether local accounts are taken."""
    desk = entrance_of(request).desk
    known = [one.provider for one in desk.providers.values()] if desk else []
    listed = [{"id": one.id, "label": one.label, "href": f"/auth/login/{one.id}"} for one in known]
    return json_answer({"providers": listed, "local": desk is not None})


@router.get("/login/{provider}", summary="Sign in at a provider", response_class=Response, status_code=303,
            dependencies=[*ANYBODY, Depends(seldom), Depends(refuse_unknown_query)],
            responses=describe.leads_on())  # fmt: skip
async def login(request: Request, provider: Where, return_to: ReturnTo = "/") -> Response:
    """Lead the browser to the provider (authorization code with PKCE); it comes back to `/auth/callback`."""
    desk, there = desk_of(request), local_path(return_to)
    openid = _provider(desk, provider)
    back = _callback(request, provider)
    cookie = await to_thread.run_sync(desk.sign_ins.begin, provider, there)
    url = await openid.authorization_url(back, **_secrets(cookie))
    answer = RedirectResponse(url, 303, {"Cache-Control": "no-store"})
    cookies.put(request, answer, cookies.SIGN_IN, cookie, SECONDS)
    return answer


@router.get("/callback/{provider}", summary="Come back from a provider", response_class=Response, status_code=303,
            dependencies=ANYBODY, responses=describe.leads_on())  # fmt: skip
async def callback(
    request: Request,
    provider: Where,
    state: Annotated[str, Query(max_length=500)] = "",
    code: Annotated[str | None, Query(max_length=4000)] = None,
    iss: Annotated[str | None, Query(max_length=500)] = None,
    error: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """Take what the provider sent by the browser that began, once, and begin a session."""
    desk = desk_of(request)
    openid = _provider(desk, provider)
    cookie = cookies.get(request, cookies.SIGN_IN) or ""
    secrets = _secrets(cookie)
    try:
        # The state is compared before the sign-in is ended: another site cannot end it for somebody.
        if not cookie or not hmac.compare_digest(secrets.pop("state").encode(), state.encode()):
            raise _not_begun()
        there = await to_thread.run_sync(desk.sign_ins.take, cookie, provider)
        if there is None:
            raise _not_begun()
        if code is None or error is not None:
            raise fault("sign_in_refused", "the provider did not sign you in", "sign in again", why=(error or "")[:50])
        person = await openid.person(_callback(request, provider), code=code, iss=iss, **secrets)
    except Problems as refused:
        note_question(request, "create", "minor failure", ENTITY, reason=refused.problems[0].code)
        raise
    answer = RedirectResponse(there, 303, {"Cache-Control": "no-store"})
    cookies.drop(request, answer, cookies.SIGN_IN)
    begun = {"provider": provider, "id_token": person.id_token}
    await begin_session(request, answer, person.principal, person.roles, begun)
    return answer


@router.post(
    "/local",
    summary="Sign in with a local account",
    response_class=Response,
    dependencies=[Depends(authorise("read", begins_session=True)), Depends(seldom), Depends(refuse_unknown_query)],
    responses=describe.answers(describe.OBJECT),
    openapi_extra=_body("name", "password", also=("return_to",)),
)
async def local(request: Request) -> Response:
    """Begin a session; a form is led on to `return_to`. A one-time password opens nothing but `/auth/password`."""
    desk = desk_of(request)
    csrf.refuse_cross_site(request)
    fields, is_form = await _fields(request, "name", "password", "return_to")
    there, name = local_path(fields.get("return_to") or "/"), fields["name"]
    try:
        sign_in = partial(desk.accounts.sign_in, name, fields["password"])
        account = await to_thread.run_sync(sign_in, limiter=entrance_of(request).hashing)
    except Problems as refused:
        # A name nobody has may be a password typed into the wrong field: it is not recorded.
        entity = f"account/{name}" if await to_thread.run_sync(desk.accounts.has, name) else ENTITY
        note_later(request, "create", "minor failure", entity, reason=refused.problems[0].code)
        raise
    must_change = account.one_time_until is not None
    told = {"name": account.principal, "roles": list(account.roles), "must_change_password": must_change}
    answer = RedirectResponse(there, 303, {"Cache-Control": "no-store"}) if is_form else json_answer(told)
    begun = {"must_change_password": must_change, "password_hash": account.password_hash}
    await begin_session(request, answer, account.principal, account.roles, begun)
    return answer


@router.post("/password", summary="Change one's password", response_class=Response,
             dependencies=[Depends(seldom), Depends(refuse_unknown_query)],
             responses=describe.answers(describe.OBJECT),
             openapi_extra=_body("old_password", "new_password", also=("return_to",)))  # fmt: skip
async def password(request: Request, who: Asker) -> Response:
    """Set a new password for a local account; every session of it ends but the new one begun here."""
    desk = desk_of(request)
    if who.session is None or who.session.provider is not None:
        raise fault("no_password_here", "you did not sign in with a local account", "change it at your provider")
    fields, is_form = await _fields(request, "old_password", "new_password", "return_to")
    there = local_path(fields.get("return_to") or "/")
    name = who.name.partition(":")[2]
    entity = f"account/{name}"
    recorded = partial(from_thread.run, partial(note, request, "update", "success", entity))
    change = partial(desk.accounts.change_password, name, fields["old_password"], fields["new_password"], recorded)
    try:
        account = await to_thread.run_sync(change, limiter=entrance_of(request).hashing)
    except Problems as refused:
        note_later(request, "update", "minor failure", entity, reason=refused.problems[0].code)
        raise
    told = {"name": account.principal, "roles": list(account.roles), "must_change_password": False}
    answer = RedirectResponse(there, 303, {"Cache-Control": "no-store"}) if is_form else json_answer(told)
    await begin_session(request, answer, account.principal, account.roles, {"password_hash": account.password_hash})
    return answer


@router.post("/logout", summary="Sign out", response_class=Response, dependencies=[Depends(refuse_unknown_query)],
             responses=describe.answers(describe.OBJECT), openapi_extra=_body())  # fmt: skip
async def logout(request: Request, who: Asker) -> Response:
    """End the session here; `end_session` is where to end it at the provider too, and a form is led there."""
    desk = desk_of(request)
    cookie = cookies.get(request, cookies.SESSION)
    ended = await to_thread.run_sync(desk.sessions.end, cookie) if cookie else None
    await note(request, "delete", "success", ENTITY, agent=Agent(who.name, who.roles))
    there = None
    if ended and ended[0] in desk.providers:
        try:
            there = await desk.providers[ended[0]].end_url(ended[1], f"{cookies.base_of(request)}/")
        except Problems:
            there = None  # signed out here; the provider cannot be asked now
    is_form = "form" in request.headers.get("content-type", "")
    answer = RedirectResponse(there or "/", 303) if is_form else json_answer({"end_session": there})
    cookies.drop(request, answer, cookies.SESSION)
    return answer


@router.get("/me", summary="Who one is signed in as", response_class=Response,
            dependencies=[Depends(refuse_unknown_query)], responses=describe.answers(describe.OBJECT))  # fmt: skip
async def me(request: Request, who: Asker) -> Response:
    """Say who asks, what they may, until when, and the token that forms of this session carry."""
    session = who.session
    told = {"name": who.name, "roles": list(who.roles), "scopes": sorted(who.scopes),
            "provider": session.provider if session else None, "ends_at": session.ends_at if session else None,
            "must_change_password": bool(session and session.must_change_password),
            "csrf_token": csrf.token_of(request)}  # fmt: skip
    return json_answer(told)


async def begin_session(
    request: Request, answer: Response, who: str, roles: tuple[Role, ...], session: Mapping[str, Any]
) -> None:
    """Begin a session, recorded first, and put its cookie on an answer; the one before it ends.

    Raises `Problems` (`not_recorded`, `no_public_url`, `sign_in_refused` where the account was closed meanwhile).
    """
    sessions = desk_of(request).sessions
    cookies.base_of(request)
    await note(request, "create", "success", ENTITY, agent=Agent(who, roles))
    before = cookies.get(request, cookies.SESSION)
    if before:
        await to_thread.run_sync(sessions.end, before)
    try:
        cookie = await to_thread.run_sync(lambda: sessions.begin(who, roles, **session))
    except Problems as refused:
        note_later(request, "create", "minor failure", ENTITY, agent=Agent(who, roles), reason=refused.problems[0].code)
        raise
    cookies.put(request, answer, cookies.SESSION, cookie)


def local_path(there: str) -> str:
    """Return an address of this server, as it was given; raises `Problems` (`bad_return_to`) for any other."""
    if not _HERE.fullmatch(there):
        mend = "give a path that begins with one slash"
        raise fault("bad_return_to", f"return_to {there[:100]!r} is no address of this server", mend, "return_to")
    return quote(there, safe="/?&=#%:@!$'()*+,;~-._[]")


def _provider(desk: Desk, name: str) -> OpenId:
    if name not in desk.providers:
        mend = f"one of: {', '.join(desk.providers)}" if desk.providers else "none is set up here"
        raise fault("unknown_provider", f"there is no provider {name[:40]!r}", mend, "provider")
    return desk.providers[name]


def _callback(request: Request, provider: str) -> str:
    return f"{cookies.base_of(request)}/auth/callback/{provider}"


def _secrets(cookie: str) -> dict[str, str]:
    return {name: derived(cookie, name) for name in ("state", "nonce", "verifier")}


def _not_begun() -> Problems:
    what = "no sign-in that is under way in this browser belongs to this answer"
    why = "each answer of a provider counts once, within ten minutes"
    return fault("not_begun_here", what, "sign in again from the start", why=why)


async def _fields(request: Request, *names: str) -> tuple[dict[str, str], bool]:
    """Return the texts of a JSON object or a form, and whether it was a form; the first two must be there."""
    is_form = request.headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded")
    given: Mapping[str, Any] = await request.form() if is_form else await json_object(request, names)
    fields = {name: value for name in names if isinstance(value := given.get(name), str)}
    for name in names[:2]:
        if not fields.get(name):
            raise fault("missing_field", f"{name} is not given", f"add {name}", name)
    return fields, is_form
