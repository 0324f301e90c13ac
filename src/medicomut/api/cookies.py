"""The cookies of signing in: their names, how they are set, and this server's own address."""

from __future__ import annotations

from typing import Final, Literal
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from medicomut.api.problems import fault

Name = Literal["medicomut_session", "medicomut_sign_in"]
SESSION: Final[Name] = "medicomut_session"
SIGN_IN: Final[Name] = "medicomut_sign_in"
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def base_of(request: HTTPConnection) -> str:
    """Return the address under which browsers reach this server, without a slash at its end.

    It is `public_url` of the settings; without it, what a browser on this machine asked. What another machine
    says in its Host header is never taken for it. Raises `Problems` (`no_public_url`).
    """
    public: str | None = request.app.state.room.settings.public_url
    if public:
        return public.rstrip("/")
    if request.url.hostname not in LOOPBACK:
        raise fault("no_public_url", "this server does not know its own address", "start it with --public-url")
    return f"{request.url.scheme}://{request.url.netloc}"


def get(request: HTTPConnection, name: Name) -> str | None:
    """Return the value of a cookie of ours; None where it is not there."""
    if "cookie" not in request.headers:
        return None
    return request.cookies.get(_full(name, secure=_secure(request)))


def put(request: HTTPConnection, answer: Response, name: Name, value: str, seconds: int | None = None) -> None:
    """Set a cookie that no script reads, for the whole of this server and nothing else, on https alone.

    Without `seconds` it lasts until the browser is closed; a server on this machine without https is the exception
    to the last rule. Raises `Problems` (`no_public_url`).
    """
    secure = urlsplit(base_of(request)).scheme == "https"
    answer.set_cookie(_full(name, secure=secure), value, max_age=seconds, path="/", httponly=True, samesite="lax",
                      secure=secure)  # fmt: skip


def drop(request: HTTPConnection, answer: Response, name: Name) -> None:
    """Have the browser forget a cookie."""
    secure = _secure(request)
    answer.delete_cookie(_full(name, secure=secure), path="/", httponly=True, samesite="lax", secure=secure)


def _secure(request: HTTPConnection) -> bool:
    public: str | None = request.app.state.room.settings.public_url
    return urlsplit(public).scheme == "https" if public else request.url.scheme == "https"


def _full(name: Name, *, secure: bool) -> str:
    # A browser takes this prefix only from this host itself, over https, and for all of it.
    return f"__Host-{name}" if secure else name
