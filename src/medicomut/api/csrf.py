"""Requests that change something and come with a cookie: only a page of ours may send them.

A page of ours puts `token_of(request)` into each form as the field `csrf_token`, or sends it as `X-CSRF-Token`.
Requests with a service token need none: no browser adds that by itself.
"""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from medicomut.api import cookies
from medicomut.api.problems import fault
from medicomut.identity.sessions import derived

HEADER: Final = "x-csrf-token"
FIELD: Final = "csrf_token"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

MOST_FILES: Final = 2
MOST_FIELDS: Final = 1_000
"""Parts of a form: two files, and what is chosen about each of many columns, or the hours of a week."""

BAD_REQUEST: Final = 400

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def token_of(request: Request) -> str:
    """Return what forms of this session carry; empty where there is no session. It changes at each sign-in."""
    cookie = cookies.get(request, cookies.SESSION)
    return derived(cookie, "csrf") if cookie else ""


async def check(request: Request) -> None:
    """Refuse a request of a session that no page of ours sent; raises `Problems` (`cross_site`, `no_csrf_token`)."""
    refuse_cross_site(request)
    given = request.headers.get(HEADER)
    if given is None and request.headers.get("content-type", "").lower().startswith(_FORMS):
        form = await form_of(request)  # kept by the request: the route reads it again, and closes its files
        field = form.get(FIELD)
        given = field if isinstance(field, str) else None
    if not hmac.compare_digest((given or "").encode(), token_of(request).encode()):
        await request.close()
        raise fault("no_csrf_token", "the request does not carry the token of its session",
                    f"send csrf_token of /auth/me as {HEADER}, or as the form's field {FIELD}")  # fmt: skip


async def form_of(request: Request) -> FormData:
    """Return the form of a request, with so many files and fields at most, wherever it is read first.

    Raises `Problems` (`bad_upload`).
    """
    try:
        return await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
    except HTTPException as broken:
        if broken.status_code != BAD_REQUEST:
            raise
        mend = f"send multipart/form-data as RFC 7578 has it, {MOST_FILES} files and {MOST_FIELDS} fields at most"
        raise fault("bad_upload", "the form cannot be read", mend) from None


def refuse_cross_site(request: Request) -> None:
    """Refuse what a browser says another site sent; raises `Problems` (`cross_site`)."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        ours = site in {"same-origin", "none"}
    else:
        ours = origin is None or urlsplit(origin).netloc in {request.url.netloc, _public(request)}
    if not ours:
        raise fault("cross_site", "another site sent this request", "send it from a page of this server")


def _public(request: Request) -> str | None:
    public: str | None = request.app.state.room.settings.public_url
    return urlsplit(public).netloc if public else None
