"""`medicomut serve` with a register: what contradicts itself is said before anybody asks."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from medicomut.cli.main import app

REGISTER = ["--register", "sqlite:///r.db"]
TRIAL = ["--trial-now", "2020-02-10T10:00:00+01:00"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([*REGISTER, "--practitioners", "doctors.csv"], "two_sources"),
        (TRIAL, "trial_alone"),
        ([*REGISTER, *TRIAL, "--store", "sqlite:///r.db"], "trial_in_store"),
        ([*REGISTER, "--trial-now", "2020-02-10"], "bad_instant"),
        ([*REGISTER, "--published", "be/amm/1999=2020-01-01"], "unknown_agreement"),
        ([*REGISTER, "--published", "be/amm/2024=soon"], "bad_day"),
        ([*REGISTER, "--published", "be/amm/2024"], "bad_day"),
        (["--register", "mysql://elsewhere/register"], "bad_store_url"),
    ],
)
def test_what_cannot_be_served_is_named(
    options: list[str], code: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("serving"))
    result = CliRunner().invoke(app, ["serve", *options])
    assert result.exit_code == 2
    assert code in result.output
