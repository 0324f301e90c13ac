"""The secretariat: what somebody who signed in has here, who may enter, and which machines may."""

from __future__ import annotations

from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from medicomut.api import admin, jobs
from medicomut.api.access import authorise
from medicomut.api.problems import STATUS
from medicomut.api.sign_in import Asker, desk_of
from medicomut.errors import Problems
from medicomut.identity.roles import GIVEN
from medicomut.web.languages import Language
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.standing import standing
from medicomut.web.told import told

router = pages()
ADMIN: Final = [Depends(authorise("admin"))]
Name = Annotated[str, Path(max_length=50)]
LATEST: Final = 5


@router.get("/secretariat")
async def overview(request: Request, lang: Language, who: Asker) -> Response:
    """Show who has signed in, their latest files, and what else they may."""
    reader = standing(request)
    if reader.must_change:
        return RedirectResponse(f"/{lang}/password?to=/{lang}/secretariat", 303)
    mine = jobs.rooms(request)[0].all(who.name)[:LATEST] if reader.takes_files and reader.may("jobs") else []
    return show(request, lang, "secretariat.html", cache_control=KEPT_BY_NOBODY, mine=mine)


@router.get("/accounts", dependencies=ADMIN)
async def accounts(request: Request, lang: Language) -> Response:
    """List the local accounts."""
    return await _accounts(request, lang)


async def _accounts(request: Request, lang: Language, status: int = 200, **content: Any) -> Response:
    desk = desk_of(request)
    found = await to_thread.run_sync(desk.accounts.all)
    shown = {"problems": [], "made": "", "password": "", "name": "", "chosen": []} | content
    return show(request, lang, "accounts.html", status=status, cache_control=KEPT_BY_NOBODY,
                accounts=[(one, one.state(desk.accounts.clock())) for one in found], roles=GIVEN,
                **shown)  # fmt: skip


@router.post("/accounts", dependencies=ADMIN)
async def add_account(request: Request, lang: Language) -> Response:
    """Make an account and show its one-time password, this once."""
    desk, sent = desk_of(request), await request.form()
    name, roles = str(sent.get("name", "")).strip(), [str(role) for role in sent.getlist("role")]
    try:
        password = await admin.done(request, "create", f"account/{name}", lambda: desk.accounts.add(name, roles))
    except Problems as refused:
        return await _accounts(request, lang, STATUS.get(refused.problems[0].code, 422), name=name, chosen=roles,
                               problems=told(refused.problems))  # fmt: skip
    return await _accounts(request, lang, made=name, password=password)


@router.post("/accounts/{name}/reset", dependencies=ADMIN)
async def reset_account(request: Request, lang: Language, name: Name) -> Response:
    """Give an account a new one-time password and show it, this once."""
    desk = desk_of(request)
    password = await admin.done(request, "update", f"account/{name}", lambda: desk.accounts.reset(name))
    return await _accounts(request, lang, made=name, password=password)


@router.post("/accounts/{name}/disable", dependencies=ADMIN)
async def disable_account(request: Request, lang: Language, name: Name) -> Response:
    """Close an account and end its sessions."""
    desk = desk_of(request)
    await admin.done(request, "delete", f"account/{name}", lambda: desk.accounts.disable(name))
    return RedirectResponse(f"/{lang}/accounts", 303)


@router.get("/tokens", dependencies=ADMIN)
async def tokens(request: Request, lang: Language) -> Response:
    """List the service tokens."""
    return await _tokens(request, lang)


async def _tokens(request: Request, lang: Language, status: int = 200, **content: Any) -> Response:
    desk = desk_of(request)
    found = await to_thread.run_sync(desk.tokens.all)
    shown = {"problems": [], "made": "", "secret": "", "name": "", "chosen": ["software"],
             "days": str(admin.DAYS)} | content  # fmt: skip
    return show(request, lang, "tokens.html", status=status, cache_control=KEPT_BY_NOBODY,
                tokens=[(one, one.state(desk.tokens.clock())) for one in found], roles=GIVEN, **shown)  # fmt: skip


@router.post("/tokens", dependencies=ADMIN)
async def issue_token(request: Request, lang: Language) -> Response:
    """Issue a token and show its secret, this once."""
    desk, sent = desk_of(request), await request.form()
    name, roles = str(sent.get("name", "")).strip(), [str(role) for role in sent.getlist("role")]
    given = str(sent.get("days", "")).strip()
    days = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0
    try:
        _, secret = await admin.done(request, "create", f"token/{name}", lambda: desk.tokens.issue(name, roles, days))
    except Problems as refused:
        return await _tokens(request, lang, STATUS.get(refused.problems[0].code, 422), name=name, chosen=roles,
                             days=given[:10], problems=told(refused.problems))  # fmt: skip
    return await _tokens(request, lang, made=name, secret=secret)


@router.post("/tokens/{number}/revoke", dependencies=ADMIN)
async def revoke_token(request: Request, lang: Language, number: Name) -> Response:
    """End a token for good."""
    desk = desk_of(request)
    await admin.done(request, "delete", f"token/{number}", lambda: desk.tokens.revoke(number))
    return RedirectResponse(f"/{lang}/tokens", 303)
