"""The portal as a browser meets it: in process for what is sent, on a port for what a browser makes of it."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from looking import ROOT
from playwright.sync_api import Browser, Page, sync_playwright
from register_server import Practice, practising
from serving import made, running
from starlette.testclient import TestClient

from medicomut.api.limits import RATES, Rate
from medicomut.api.settings import Settings


@pytest.fixture(scope="session")
def portal() -> Iterator[TestClient]:
    with TestClient(made(), follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """A server of this worker's own, on a free port."""
    with running(made()) as address:
        yield address


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on one's own machine, which takes files without sign-in."""
    with running(made(Settings(data=tmp_path_factory.mktemp("desktop"), open=True))) as address:
        yield address


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, FastAPI]]:
    """A server with a store, where one signs in, and its application."""
    folder = tmp_path_factory.mktemp("office")
    often = {**RATES, "sign_in": Rate(1_000, 1_000)}
    app = made(Settings(data=folder, store=f"sqlite:///{folder / 'office.db'}", rates=often))
    with running(app) as address:
        yield address, app


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A server with a register in the window of 2020, and its application."""
    with practising(tmp_path_factory.mktemp("practice")) as served_here:
        yield served_here


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = runpy.run_path(str(ROOT / "tools" / "browser.py"))["chromium"]()
    assert path, "no Chromium: run python tools/browser.py, which says what to install"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """Open a window of the portal; what it says on the console or asks of others fails the test."""
    said: list[str] = []
    contexts = []

    def window(lang: str = "fr", at: str = served, **options: Any) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = chromium.new_context(base_url=at, locale=f"{lang}-BE", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda of: said.append(of.url) if not of.url.startswith(at) else None)
        return page

    yield window
    for context in contexts:
        context.close()
    assert [line for line in said if "status of 4" not in line] == []  # pages of faults are meant
