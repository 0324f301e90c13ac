"""Accounts and tokens from the command line, and what `serve` does not let stand together."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import Command, refused

from medicomut.cli.serve import who_may
from medicomut.identity.desk import Desk
from medicomut.store import Ledger, open_existing


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


def test_an_account_from_add_to_disable(command: Command, url: str) -> None:
    made = command("account", "add", "jan", "--role", "secretariat", "--role", "auditor", "--url", url)
    assert made.exit_code == 0, made.stderr
    once = re.findall(r"One-time password:  ([a-z0-9-]{23})\n", made.stdout)
    assert len(once) == 1
    assert "jan" in command("account", "list", "--url", url).stdout
    desk = Desk(open_existing(url), {})
    assert desk.accounts.sign_in("jan", once[0]).roles == ("secretariat", "auditor")
    again = json.loads(command("account", "reset", "jan", "--url", url, "--format", "json").stdout)
    assert again["one_time_password"] != once[0]
    assert command("account", "disable", "jan", "--url", url).stdout == "Disabled: jan\n"
    listed = json.loads(command("account", "list", "--url", url, "--format", "json").stdout)
    assert [(one["name"], one["roles"], one["state"]) for one in listed] == [
        ("jan", ["secretariat", "auditor"], "disabled")
    ]
    desk.close()


def test_a_token_from_issue_to_revoke(command: Command, url: str) -> None:
    made = json.loads(
        command("token", "issue", "Practice", "--role", "software", "--scope", "price", "--days", "9", "--url", url,
                "--format", "json").stdout
    )  # fmt: skip
    desk = Desk(open_existing(url), {})
    found = desk.tokens.find(made["token"])
    assert found
    assert found.scopes == {"price"}
    listed = command("token", "list", "--url", url).stdout
    assert made["id"] in listed
    assert made["token"] not in listed
    assert command("token", "revoke", made["id"], "--url", url).stdout == f"Revoked: {made['id']} (Practice)\n"
    assert desk.tokens.find(made["token"]) is None
    assert json.loads(command("token", "list", "--url", url, "--format", "json").stdout)[0]["state"] == "revoked"
    plain = command("token", "issue", "Practice", "--role", "software", "--url", url).stdout
    assert re.search(r"Token:  mcm_[0-9a-f]{16}_\S{43}\n", plain)
    desk.close()


def test_what_is_done_is_recorded_and_no_secret_with_it(command: Command, url: str) -> None:
    once = json.loads(command("account", "add", "jan", "--role", "auditor", "--url", url, "--format", "json").stdout)
    command("account", "add", "jan", "--role", "auditor", "--url", url)
    ledger = Ledger(open_existing(url))
    said = [(e.content["interaction"], e.content["outcome"], e.content["entity"]) for e in ledger.events("audit")]
    assert said == [("create", "success", "account/jan"), ("create", "minor failure", "account/jan")]
    assert all(event.actor.startswith("os-user:") for event in ledger.events())
    assert once["one_time_password"] not in "".join(event.payload for event in ledger.events())
    ledger.engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["account", "add", "Jan", "--role", "auditor"], "bad_account_name"),
        (["account", "add", "jan", "--role", "king"], "unknown_role"),
        (["token", "issue", "P", "--role", "software", "--days", "0"], "bad_lifetime"),
        (["token", "issue", "P", "--role", "software", "--scope", "admin"], "scope_not_held"),
    ],
)
def test_a_fault_is_named(command: Command, url: str, arguments: list[str], code: str) -> None:
    assert code in "".join(refused(command(*arguments, "--url", url)))


@pytest.mark.parametrize("arguments", [["account", "list"], ["account", "reset", "x"], ["token", "revoke", "x"]])
def test_nothing_is_made_by_looking(command: Command, url: str, arguments: list[str]) -> None:
    assert "no_store" in "".join(refused(command(*arguments, "--url", url)))
    assert not Path(url.removeprefix("sqlite:///")).exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--open", "--host", "0.0.0.0"], "open_elsewhere"),  # noqa: S104 - it is refused
        (["--open", "--store", "sqlite:///x.db"], "open_with_store"),
        (["--providers", "x.toml"], "providers_alone"),
        (["--store", "sqlite:///x.db", "--host", "0.0.0.0"], "no_public_url"),  # noqa: S104
        (["--store", "sqlite:///x.db", "--host", "0.0.0.0", "--public-url", "http://x.example"], "bad_public_url"),  # noqa: S104
    ],
)
def test_options_of_serve_that_do_not_stand_together(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert code in "".join(refused(command("serve", *options)))
    assert list(tmp_path.iterdir()) == []


def test_the_first_line_says_who_may_send_files() -> None:
    data = Path("served")
    said = [who_may("sqlite:///x", open=False, data=data), who_may(None, open=True, data=data),
            who_may(None, open=False, data=data), who_may(None, open=False, data=None)]  # fmt: skip
    assert len(set(said)) == 4
    assert "OPEN" in said[1]
    assert "--open" in said[2]
