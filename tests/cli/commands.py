"""What the tests of the commands share: the doctors and lines of docs/lines.md, and how a result is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import Result

Command = Callable[..., Result]
Folder = Path

DOCTORS = """practitioner,profession,status,valid_from,valid_to,slots
19000122003,gp,full,2020-01-01,2020-12-31,
19000221003,gp,partial,2020-01-01,2020-12-31,tue 09:00-13:00@A
19000320690,specialist,refused,,,
"""

LINES = """line_id,code,date,time,practitioner,site,setting,preferential,medical_file,express_request,recalled,on_duty,\
open_to_public,third_party,charged_cents,informed_beforehand
1,101032,2020-02-04,20:59,19000122003,,practice,no,no,yes,no,no,no,none,3000,yes
2,101032,2020-02-04,21:01,19000122003,,practice,no,no,yes,no,no,no,none,3000,yes
3,101032,2020-02-04,21:01,19000122003,,practice,no,no,yes,yes,no,no,none,3000,yes
4,101032,2020-02-04,21:01,19000122003,,practice,no,no,,no,no,no,none,3000,yes
5,101032,2020-02-04,10:00,19000221003,A,practice,yes,yes,no,no,no,no,none,2500,
6,102012,2020-02-04,10:00,19000320690,,practice,no,no,no,no,no,no,optional,4000,
"""


def as_json(result: Result) -> Any:
    """Return the JSON a command printed; anything else on standard output fails."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refused(result: Result) -> list[str]:
    """Return what a command that could not work told, one fault a line; it printed nothing else and no traceback."""
    assert result.exit_code == 2, (result.exit_code, result.stdout, result.stderr)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()
