"""A server as whoever runs it sees it: its figures, its log, and the page that tells how to run it."""

from __future__ import annotations

import json
import re
import signal
import urllib.request
from pathlib import Path

import typer
from asking import Server, free_port
from prometheus_client.parser import text_string_to_metric_families as families

from medicomut.cli.main import app

PAGE = (Path(__file__).parents[2] / "docs" / "production.md").read_text("utf-8")


def test_figures_and_log_of_a_server(tmp_path: Path) -> None:
    """Routes are counted by their pattern, strangers' addresses together; a log line is an object."""
    port = free_port()
    server = Server(tmp_path, "--log", "json", "--metrics", f"127.0.0.1:{port}")
    server.client.get("/v1/agreements/be/amm/2020/clauses/14.4", headers={"x-request-id": "mine-1"})
    server.client.get("/wp-admin/secret?token=abc")
    server.client.post("/v1/jobs", content=b"code,date\n101032,2020-02-04\n", headers={"content-type": "text/csv"})
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        figures = {family.name: family for family in families(answer.read().decode())}
    routes = {(s.labels["route"], s.labels["status"]) for s in figures["medicomut_requests"].samples}
    assert ("/v1/agreements/{country}/{body}/{term}/clauses/{number}", "200") in routes
    assert ("other", "404") in routes
    assert sum(sample.value for sample in figures["medicomut_jobs"].samples) == 1
    named = {name.removesuffix("_total") for name in re.findall(r"^\| `(medicomut_\w+)`", PAGE, re.MULTILINE)}
    assert named - {"medicomut_audit_lost"} <= figures.keys(), "of the audit trail only where there is a store"
    log = [json.loads(line) for line in server.end(signal.SIGTERM).splitlines()]
    assert log[0]["message"].startswith("Files: ")
    asked = next(line for line in log if line.get("id") == "mine-1")
    assert {name: asked[name] for name in ("level", "logger", "method", "status")} == {
        "level": "INFO", "logger": "medicomut.api", "method": "GET", "status": 200}  # fmt: skip
    assert asked["path"].endswith("/clauses/14.4")
    assert "abc" not in json.dumps(log), "what was asked is in no log"


def test_the_page_names_options_that_exist() -> None:
    """The unit for systemd is taken over as it stands."""
    command = typer.main.get_command(app).commands["serve"]  # type: ignore[attr-defined]
    known = {name for parameter in command.params for name in parameter.opts}
    unit = next(line for line in PAGE.splitlines() if line.startswith("ExecStart="))
    assert set(re.findall(r"--[a-z-]+", unit)) <= known
