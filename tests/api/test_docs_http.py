"""The calls in the documentation of the API are sent as they stand, and answered."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import DOCTORS, LINES, WEEK
from starlette.testclient import TestClient

from medicomut.api.app import create_app
from medicomut.api.settings import Settings
from medicomut.identity.tokens import Tokens
from medicomut.store import open_store

ROOT = Path(__file__).parents[2]
BUNDLES = ROOT / "tests" / "fhir" / "bundles"
PAGES = ("api", "fhir", "audit")
FILES = {
    "lines.csv": LINES.encode(),
    "doctors.csv": DOCTORS.encode(),
    "week.csv": WEEK.encode(),
    "etariff.json": (BUNDLES / "etariff_general_practice_holder.json").read_bytes(),
    "eattest.json": (BUNDLES / "eattest_general_practice.json").read_bytes(),
}
SERVER = "http://127.0.0.1:8000"


def calls() -> list[tuple[str, str]]:
    """Return each call of curl with the page it stands on."""
    found = []
    for page in PAGES:
        text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
        for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            found += [
                (page, call) for call in re.split(r"^(?=curl )", block, flags=re.MULTILINE) if call[:5] == "curl "
            ]
    return found


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"url": f"sqlite:///{tmp_path_factory.mktemp('documented')}/ledger.db"}


@pytest.fixture(scope="module")
def documented(tokens: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "doctors.csv").write_bytes(FILES["doctors.csv"])
    settings = Settings(data=folder, store=tokens["url"], practitioners=folder / "doctors.csv")
    with TestClient(create_app(settings), base_url=SERVER) as client:
        engine = open_store(tokens["url"])
        for role in ("auditor", "software"):
            tokens[role] = Tokens(engine).issue(role, [role], 1)[1]
        engine.dispose()
        yield client


def test_the_pages_show_calls() -> None:
    assert {page for page, _ in calls()} == set(PAGES)


@pytest.mark.parametrize(("page", "call"), calls())
def test_a_call_is_answered(documented: TestClient, tokens: dict[str, str], page: str, call: str) -> None:
    words = iter(shlex.split(call.replace("\\\n", " ")))
    address, headers, sent = "", {}, {}
    form: list[tuple[str, Any]] = []
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value.replace("$TOKEN", tokens["auditor"])
        elif word in {"-d", "--data-binary"}:
            content = next(words)
            sent["content"] = FILES[content[1:]] if content.startswith("@") else content.encode()
        elif word == "-F":
            name, _, value = next(words).partition("=")
            form.append((name, (value[1:], FILES[value[1:]]) if value.startswith("@") else (None, value)))
        elif word not in {"curl", "-s"}:
            address = word
    assert address.startswith(SERVER)
    if "/v1/jobs" in address:
        headers.setdefault("Authorization", f"Bearer {tokens['software']}")
    how = "POST" if sent or form else "GET"
    answer = documented.request(how, address, headers=headers, files=form or None, **sent)  # type: ignore[arg-type]
    assert answer.status_code in {200, 202}, (page, call, answer.text)
    assert '"code":"reject"' not in answer.text
