"""`make demo`: from nothing to a checked file and a summary, in a folder of its own."""

from __future__ import annotations

import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import polars as pl
from commands import Command

CALL = [
    sys.executable,
    "-m",
    "medicomut.cli.demo",
    "--practitioners",
    "100",
    "--lines",
    "3000",
    "--no-register",
    "--out",
]
PATIENCE = 120


def demo(out: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*CALL, str(out), "--no-serve"],
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "80", "LANG": "C.UTF-8"},
    )


def test_the_demonstration(command: Command, tmp_path: Path) -> None:
    out = tmp_path / "demo"
    first = demo(out)
    assert first.returncode == 0, first.stderr
    assert "16 of 16 printed totals hold" in first.stdout
    assert "22 of 22 pro-ratas of the year hold" in first.stdout
    assert "Lines: 3,000" in first.stdout
    assert {p.name for p in out.iterdir()} == {"practitioners.csv", "lines.csv", "checked.csv", "fees"}
    checked = pl.read_csv(out / "checked.csv")
    assert (checked["planted"] != "none").equals(checked["verdict"] == "excess")
    asked = shlex.split(re.findall(r"medicomut (check .*)", first.stdout)[0])
    answer = command(*asked, "--lang", "en")
    assert answer.exit_code == 0, answer.stderr
    assert "Steps" in answer.stdout
    written = (out / "checked.csv").read_bytes()
    assert demo(out).stdout == first.stdout, "it can be run again"
    assert (out / "checked.csv").read_bytes() == written


def test_it_clears_no_folder_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    (tmp_path / "lines.csv").write_text("mine", "utf-8")
    result = demo(tmp_path)
    assert result.returncode == 2
    assert "thesis.txt" in result.stderr
    assert {p.name for p in tmp_path.iterdir()} == {"thesis.txt", "lines.csv"}


def test_it_ends_with_the_portal_and_its_file_checked(tmp_path: Path) -> None:
    """The address it prints answers; the lines are a job there, with the fees made up; Ctrl-C ends it.

    Its secretariat signs in with what it prints.
    """
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        call = [*CALL, str(tmp_path / "demo"), "--port", port]
        server = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert server.stdout is not None
        said: list[str] = []
        while not (found := re.findall(r"http://[0-9.:]+/", said[-1] if said else "")):
            said.append(next(server.stdout))
        address = found[0]
        assert port not in address
    try:
        page = shown(f"{address}fr/check", "3 000".replace(" ", "\u202f"))
        assert "synthetic-lines.csv" in page
        job = re.findall(r'href="(/fr/check/[A-Za-z0-9_-]{22})"', page)[0]
        result = shown(address + job[1:], 'id="found"')
        assert "Lignes" in result
        assert "synthetic" in shown(f"{address}en/fees/102012", "made up")
        assert "Made up" not in shown(f"{address}fr/sources", 'id="synthetic"')
        passwords = dict(re.findall(r"^  (\w+) +(\w{5}(?:-\w{5}){3})  \(", "".join(said), re.MULTILINE))
        assert set(passwords) == {"secretary", "colleague"}
        given = {"name": "secretary", "password": passwords["secretary"]}
        signed_in = httpx2.post(f"{address}auth/local", json=given).json()
        assert (signed_in["roles"], signed_in["must_change_password"]) == (["secretariat"], True)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(PATIENCE)
        server.stdout.close()
    assert server.returncode == 0


def shown(address: str, wanted: str) -> str:
    """Return a page once it shows what is wanted."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            text = httpx2.get(address, timeout=PATIENCE).text
        except httpx2.TransportError:
            text = ""
        if wanted in text:
            return text
        assert time.monotonic() < until, text
        time.sleep(0.2)
