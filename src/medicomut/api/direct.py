"""Routes that are asked thousands of times a second: the request goes straight to its endpoint."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response


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
