"""Find the Chromium that the portal's tests run in; install it where that can be done; else say what to install.

Run by `make test`. Playwright's own download is not used: it does not reach every machine, and the system keeps
its Chromium up to date.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SAID_WHERE = "MEDICOMUT_CHROMIUM"
"""The variable of the environment that names another Chromium."""

MISSING = f"""medicomut's tests need a Chromium: {", ".join(NAMES)} on the path, or its place in {SAID_WHERE}.
Install it (Debian, Ubuntu: sudo apt-get install chromium; Fedora: sudo dnf install chromium; macOS: brew install
--cask chromium) and run again."""


def chromium() -> str | None:
    """Return the path of the browser, `None` where there is none."""
    return os.environ.get(SAID_WHERE) or next(filter(None, map(shutil.which, NAMES)), None)


def main() -> None:
    """Leave with 0 when there is a browser, installed now if need be; else with what to do."""
    if not chromium() and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True)  # noqa: S607
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=True)  # noqa: S607
    if not chromium():
        sys.exit(MISSING)


if __name__ == "__main__":
    main()
