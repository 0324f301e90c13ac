"""The page that asks somebody to sign in: at its own address, and in place of every page that needs it."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import HTMLResponse

from medicomut.api.access import entrance_of
from medicomut.errors import Problem
from medicomut.money import Lang
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.told import told


def ask_to_sign_in(
    request: Request,
    lang: Lang,
    to: str,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    name: str = "",
    needed: bool = False,
    signed_out: bool = False,
    end_there: str = "",
    gone: bool = False,
) -> HTMLResponse:
    """Return the page where one signs in and is led `to` an address of this server afterwards.

    `needed` says that a page asked for it; `end_there` is where a provider ends its own session; `gone` that the
    session of this request has just ended.
    """
    desk = entrance_of(request).desk
    known = [one.provider for one in desk.providers.values()] if desk else []
    if gone:
        request.state.principal = None
    return show(request, lang, "sign_in.html", status=status, cache_control=KEPT_BY_NOBODY, to=to, name=name,
                providers=known, problems=told(problems), needed=needed, signed_out=signed_out,
                end_there=end_there)  # fmt: skip
