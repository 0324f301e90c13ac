"""What the tests of identity share: a clock that is set by hand, and how a test reaches a server's desk."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from starlette.testclient import TestClient

from medicomut.identity.desk import Desk
from medicomut.identity.providers import KINDS, Rule

RULES = (*KINDS["iam-connect"].rules, *KINDS["psc"].rules,
         Rule("/realm_access/roles", "secretariat", equals=("secretariat",)))  # fmt: skip

Serving = Callable[..., TestClient]


class Clock:
    """Shows what it was set to."""

    def __init__(self) -> None:
        self.now = 1_790_000_000

    def __call__(self) -> int:
        return self.now


def desk_of(api: TestClient) -> Desk:
    """Return the desk of a running server."""
    found: Desk = api.app.state.entrance.desk  # type: ignore[attr-defined]
    return found


def refused(answer: httpx2.Response, status: int) -> str:
    """Return the code of a refusal, which is a problem of RFC 9457."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["code"])
