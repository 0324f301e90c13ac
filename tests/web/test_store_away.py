"""Pages while the store is away, and what an address may write into the log."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from addresses import LANGUAGES
from fastapi import Depends
from looking import Page
from serving import made
from starlette.testclient import TestClient

from medicomut.api.access import authorise
from medicomut.api.settings import Settings
from medicomut.web.routes import pages

NOW = {"fr": "Ceci est impossible pour le moment", "nl": "Dit kan nu niet", "de": "Das geht gerade nicht",
       "en": "This cannot be done now"}  # fmt: skip
SIGN_IN = 'href="/fr/sign-in?to='


@pytest.fixture
def office(tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "store").mkdir()
    settings = Settings(data=tmp_path / "data", store=f"sqlite:///{tmp_path / 'store' / 'office.db'}")
    with TestClient(made(settings), base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client


@contextmanager
def away(office: TestClient, folder: Path) -> Iterator[None]:
    """Take the whole store away: its file, and every connection to it."""
    app: Any = office.app
    shutil.move(folder / "store", folder / "elsewhere")
    app.state.store.dispose()
    yield
    shutil.move(folder / "elsewhere", folder / "store")


def test_pages_of_one_who_has_signed_in_while_the_store_is_away(office: TestClient, tmp_path: Path) -> None:
    """What everybody may read is shown as to one who has not; what needs a sign-in says why, and comes back."""
    app: Any = office.app
    once = app.state.entrance.desk.accounts.add("jan", ["secretariat"])
    office.post("/auth/local", json={"name": "jan", "password": once})
    assert SIGN_IN not in office.get("/fr/").text
    with away(office, tmp_path):
        for address in ("/fr/", "/fr/agreements", "/fr/fees"):
            shown = office.get(address)
            assert (shown.status_code, SIGN_IN in shown.text) == (200, True), address
        for lang in LANGUAGES:
            refused = office.get(f"/{lang}/audit")
            assert refused.status_code == 503
            assert NOW[lang] in Page(refused.text).words
            assert refused.headers["content-type"].startswith("text/html")
        assert office.get("/v1/agreements").status_code == 200
        sent = office.post("/v1/price", json={})
        assert (sent.status_code, sent.json()["code"]) == (503, "store_unreachable")
    assert SIGN_IN not in office.get("/fr/").text


def test_an_address_writes_no_line_of_its_own_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    app, broken = made(), pages()

    @broken.get("/broken/{name}")
    async def fails(name: str) -> None:
        raise RuntimeError(str(len(name)))

    app.include_router(broken, dependencies=[Depends(authorise("read"))])
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answer = client.get("/fr/broken/x%0A2026-01-01 INFO medicomut.api forged")
    assert answer.status_code == 500
    assert "failed /fr/broken/x\\n2026-01-01 INFO medicomut.api forged" in caplog.text
    assert "\n2026-01-01" not in caplog.text
