"""`/v1/accounts` and `/v1/tokens`: who may enter, kept by the secretariat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from medicomut.api import describe
from medicomut.api.access import authorise
from medicomut.api.answers import json_answer
from medicomut.api.bodies import json_object
from medicomut.api.problems import fault
from medicomut.api.room import refuse_unknown_query
from medicomut.api.sign_in import desk_of
from medicomut.api.trail import note, note_later
from medicomut.errors import Problems
from medicomut.identity.accounts import Account
from medicomut.identity.tokens import ServiceToken
from medicomut.store.audit import Interaction

T = TypeVar("T")

DAYS: Final = 365

router = APIRouter(prefix="/v1", tags=["admin"], dependencies=[Depends(authorise("admin")),
                                                               Depends(refuse_unknown_query)])  # fmt: skip
Name = Annotated[str, Path(max_length=50, description="Name of the account")]
Id = Annotated[str, Path(max_length=50, description="Id of the token, not its secret")]

_TEXT = {"type": "string"}
_LIST = {"type": "array", "items": _TEXT}
_ACCOUNT: dict[str, Any] = {
    "type": "object",
    "required": ["name", "roles"],
    "additionalProperties": False,
    "properties": {"name": _TEXT, "roles": _LIST},
}
_TOKEN: dict[str, Any] = _ACCOUNT | {
    "properties": {"name": _TEXT, "roles": _LIST, "scopes": _LIST, "days": {"type": "integer"}},
}


@router.get("/accounts", summary="Local accounts", response_class=Response, responses=describe.answers(describe.OBJECT))
async def accounts(request: Request) -> Response:
    """List every account by name, with its roles and whether one can sign in with it."""
    desk = desk_of(request)
    found = await to_thread.run_sync(desk.accounts.all)
    return json_answer({"items": [_account(one, desk.accounts.clock()) for one in found]})


@router.post(
    "/accounts",
    status_code=201,
    summary="Make an account",
    response_class=Response,
    responses=describe.answers(describe.OBJECT, status=201),
    openapi_extra=describe.body(_ACCOUNT),
)
async def add_account(request: Request) -> Response:
    """Make an account and give its one-time password, this once: to be changed at the first sign-in."""
    desk, given = desk_of(request), await json_object(request, _ACCOUNT["properties"])
    name, roles = _text(given, "name"), _texts(given, "roles")
    password = await done(request, "create", f"account/{name}", lambda: desk.accounts.add(name, roles))
    return json_answer({"name": name, "one_time_password": password}, 201)


@router.post("/accounts/{name}/reset", summary="Give an account a new password", response_class=Response,
             responses=describe.answers(describe.OBJECT))  # fmt: skip
async def reset_account(request: Request, name: Name) -> Response:
    """Give a new one-time password, open the account again, and end its sessions."""
    desk = desk_of(request)
    password = await done(request, "update", f"account/{name}", lambda: desk.accounts.reset(name))
    return json_answer({"name": name, "one_time_password": password})


@router.post("/accounts/{name}/disable", summary="Close an account", response_class=Response,
             responses=describe.answers(describe.OBJECT))  # fmt: skip
async def disable_account(request: Request, name: Name) -> Response:
    """Let nobody sign in with it any more, and end its sessions."""
    desk = desk_of(request)
    await done(request, "delete", f"account/{name}", lambda: desk.accounts.disable(name))
    return json_answer({"name": name, "state": "disabled"})


@router.get("/tokens", summary="Service tokens", response_class=Response, responses=describe.answers(describe.OBJECT))
async def tokens(request: Request) -> Response:
    """List every token by name, without its secret: what it may, until when, and when it was used last."""
    desk = desk_of(request)
    found = await to_thread.run_sync(desk.tokens.all)
    return json_answer({"items": [_token(one, desk.tokens.clock()) for one in found]})


@router.post("/tokens", status_code=201, summary="Issue a service token", response_class=Response,
             responses=describe.answers(describe.OBJECT, status=201), openapi_extra=describe.body(_TOKEN))  # fmt: skip
async def issue_token(request: Request) -> Response:
    """Make a token and give its secret, this once; `days` is how long it is good, a year where it is left out."""
    desk, given = desk_of(request), await json_object(request, _TOKEN["properties"])
    name, roles, days = _text(given, "name"), _texts(given, "roles"), given.get("days", DAYS)
    scopes = _texts(given, "scopes") if given.get("scopes") is not None else None
    if type(days) is not int:
        raise fault("wrong_kind", f"days {str(days)[:100]!r} is not a whole number", "write a number", "days")
    number, secret = await done(
        request, "create", f"token/{name}", lambda: desk.tokens.issue(name, roles, days, scopes)
    )
    return json_answer({"id": number, "name": name, "token": secret, "days": days}, 201)


@router.delete("/tokens/{number}", status_code=204, summary="Revoke a service token", response_class=Response,
               responses={key: said for key, said in describe.answers(describe.OBJECT).items() if key != 200}
               | {204: {"description": "Revoked"}})  # fmt: skip
async def revoke_token(request: Request, number: Id) -> Response:
    """End a token for good; every worker believes it for five seconds more at most."""
    desk = desk_of(request)
    await done(request, "delete", f"token/{number}", lambda: desk.tokens.revoke(number))
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


async def done(request: Request, interaction: Interaction, entity: str, act: Callable[[], T]) -> T:
    """Record something and then do it; where it cannot be done, a second record of the same request says so.

    Raises `Problems`: `not_recorded`, and those of `act`.
    """
    await note(request, interaction, "success", entity)
    try:
        return await to_thread.run_sync(act)
    except Problems as refused:
        note_later(request, interaction, "minor failure", entity, reason=refused.problems[0].code)
        raise


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise fault("wrong_kind", f"{name} is not text", "write text", name)
    return value


def _texts(given: dict[str, Any], name: str) -> list[str]:
    value = given.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise fault("wrong_kind", f"{name} is not a list of texts", 'write ["software"]', name)
    return value


def _account(one: Account, now: int) -> dict[str, Any]:
    return {"name": one.name, "roles": list(one.roles), "state": one.state(now), "created_at": one.created_at}


def _token(one: ServiceToken, now: int) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "roles": list(one.roles), "scopes": sorted(one.scopes),
            "state": one.state(now), "created_at": one.created_at, "expires_at": one.expires_at,
            "used_at": one.used_at}  # fmt: skip
