"""Take the pictures of the portal that the README shows, from the demonstration: `make screens`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from browser import chromium
from playwright.sync_api import Page, sync_playwright

SCREENS = Path(__file__).resolve().parents[1] / "docs" / "screens"
PORT, PATIENCE = 8765, 180
WIDE = {"width": 1200, "height": 760}


def pay(page: Page) -> None:
    """A patient who was asked 30 euro for a consultation."""
    page.goto("/fr/pay")
    page.locator("#f-care").select_option("101032")
    page.locator("#f-date").fill("2020-02-04")
    page.locator("input[name=status][value=full]").check()
    page.locator("input[name=preferential][value=no]").check()
    page.locator("input[name=medical_file][value=no]").check()
    page.locator("#f-charged").fill("30,00")
    page.locator("button[type=submit]").click()
    page.locator(".sums").wait_for()


def clause(page: Page) -> None:
    """The ceilings of income, whose figures do not agree with each other."""
    page.goto("/nl/agreements/be/amm/2020/14.4")


def check(page: Page) -> None:
    """The lines of care with an excess, of the file that the demonstration checked."""
    page.goto("/fr/check")
    page.locator("main table a").first.click()
    address = page.url
    until = time.monotonic() + PATIENCE
    while page.locator("a[href*='verdict=excess'], select[name=verdict]").count() == 0:
        if time.monotonic() > until:
            sys.exit("the file of the demonstration was not checked in time")
        time.sleep(1)
        page.goto(address)
    page.goto(f"{address}?verdict=excess#lines")
    page.locator("#lines table a, table a[href*='/lines/']").first.click()
    page.wait_for_load_state("networkidle")


def main() -> None:
    """Run the demonstration, take each picture, end it."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "medicomut.cli.demo", "--out", folder, "--port", str(PORT), "--lines", "20000"]
        demo = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
        try:
            _wait(f"http://127.0.0.1:{PORT}/readyz")
            _take(f"http://127.0.0.1:{PORT}")
        finally:
            demo.terminate()
            demo.wait()


def _take(address: str) -> None:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for shown in (pay, clause, check):
            page = browser.new_page(base_url=address, viewport=WIDE, color_scheme="light")
            shown(page)
            page.screenshot(path=SCREENS / f"{shown.__name__}.png")
        browser.close()


def _wait(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address):  # noqa: S310
                return
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


if __name__ == "__main__":
    main()
