"""Routes that are asked thousands of times a second: the request goes straight to its endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, cast

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

Handler = Callable[[Request, Exception], Awaitable[Response]]


class Direct(APIRoute):
    """A route whose dependencies and endpoint each take the request, and nothing else.

    Finding out what to inject takes FastAPI longer than it takes to price a line. Here nothing is found out: the
    dependencies are asked in their order (`authorise` refuses as ever), then the endpoint. What the route is called
    and takes is described as for every other.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        before = [depends.dependency for depends in self.dependencies if depends.dependency]
        endpoint = self.endpoint

        async def answer(request: Request) -> Response:
            for asked in before:
                await asked(request)
            response: Response = await endpoint(request)
            return response

        return answer


class PastTheRouter:
    """Middleware that gives a request of a `Direct` route to it, without looking at every other route before.

    What the route raises is answered as the application answers it everywhere. Addresses with a part that varies, and
    methods that are not the route's, are left to the router.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self.app = app
        direct = [route for route in routes if isinstance(route, Direct) and not route.param_convertors]
        self.found = {(verb, r.path): (r, r.get_route_handler()) for r in direct for verb in r.methods or ()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - how ASGI calls
        found = self.found.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        scope["route"], answer = found
        request = Request(scope, receive, send)
        try:
            response = await answer(request)
        except Exception as fault:  # noqa: BLE001 - raised again where the application has no answer to it
            response = await _handler(request, fault)(request, fault)
        await response(scope, receive, send)


def _handler(request: Request, fault: Exception) -> Handler:
    """Return how the application answers an exception; raises it where it does not."""
    handlers = request.app.exception_handlers
    for kind in type(fault).__mro__:
        if kind in handlers:
            return cast("Handler", handlers[kind])
    raise fault
