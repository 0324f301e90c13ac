"""What stands before every route: size and time of a request, its number, its log line, the headers of safety."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from medicomut.api import metrics, problems
from medicomut.api.settings import Settings
from medicomut.words import LANGUAGES

log = logging.getLogger("medicomut.api")

UPLOADS = frozenset({"/v1/jobs", *(f"/{lang}/check" for lang in LANGUAGES)})
"""Where a file may be sent: to the API, and to the page of the portal that takes one."""

SAFETY = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)

_OURS = re.compile(rb"[A-Za-z0-9._-]{1,64}")


class Guard:
    """Wraps the application.

    A body beyond its limit, or one that says it is compressed, is refused before it is read: what would unpack
    to a thousand times its size never does. What fails inside is logged with the request's number and answered
    without a word of it.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - how ASGI calls
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await _Request(self, scope, receive, send).run()


class _Request:
    """One request on its way through the guard."""

    def __init__(self, guard: Guard, scope: Scope, receive: Receive, send: Send) -> None:
        settings, headers = guard.settings, dict(scope["headers"])
        upload = scope["path"] in UPLOADS
        self.app, self.receive_outer, self.send_outer = guard.app, receive, send
        self.limit = settings.upload_bytes if upload else settings.body_bytes
        self.seconds = settings.upload_seconds if upload else settings.request_seconds
        self.head = scope["method"] == "HEAD"
        self.refused = _refused(headers, self.limit)
        given = headers.get(b"x-request-id", b"")
        self.number = given if _OURS.fullmatch(given) else secrets.token_hex(8).encode()
        self.scope = {**scope, "method": "GET" if self.head else scope["method"], "request_id": self.number.decode()}
        self.read, self.status = 0, 0

    async def run(self) -> None:
        began = time.perf_counter()
        metrics.IN_FLIGHT.inc()
        try:
            if self.refused:
                await self._answer(self.refused)
            else:
                async with asyncio.timeout(self.seconds):
                    await self.app(self.scope, self.receive, self.send)
        except TimeoutError:
            await self._answer(503)
        except Exception:
            log.exception("failed id=%s", self.number.decode())
            await self._answer(500)
        finally:
            metrics.IN_FLIGHT.dec()
            self._note(time.perf_counter() - began)

    def _note(self, seconds: float) -> None:
        """Count the request, and write its line in the log: never what was asked."""
        method, path, number = self.scope["method"], one_line(self.scope["path"]), self.number.decode()
        route = getattr(self.scope.get("route"), "path", metrics.OTHER)
        metrics.answered(method, route, self.status, seconds)
        told = {"method": method, "path": path, "status": self.status, "ms": round(seconds * 1000, 1), "id": number}
        log.info("%s %s %s %.1fms id=%s", *told.values(), extra=told)

    async def _answer(self, status: int) -> None:
        if self.status:
            return  # the answer has begun: nothing more can be said
        answer: Response = problems.answer_at(self.scope["path"], status, [problems.said(status)])
        await answer(self.scope, self.receive, self.send)

    async def receive(self) -> Message:
        message = await self.receive_outer()
        self.read += len(message.get("body", b""))
        if self.read > self.limit:
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            # An answer that carries its own policy, a page's say, keeps it.
            given = {name.lower() for name, _ in headers}
            safety = (header for header in SAFETY if header[0] not in given)
            message["headers"] = [*headers, (b"x-request-id", self.number), *safety]
        elif self.head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self.send_outer(message)


def one_line(path: str) -> str:
    """Return an address as it may stand in a log: one that holds a line break would write a line of its own there."""
    return path if path.isprintable() else path.encode("unicode_escape").decode()


def _refused(headers: dict[bytes, bytes], limit: int) -> int:
    """Return the status with which a request is refused for its headers alone, 0 when it is not."""
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        return 415
    length = headers.get(b"content-length", b"0")
    return 413 if length.isdigit() and int(length) > limit else 0
