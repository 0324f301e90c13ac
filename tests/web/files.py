"""A billing office's file under its own headings, and who acceded: about nobody, as the lines of docs/lines.md."""

from __future__ import annotations

import re

DOCTORS = """practitioner,profession,status,valid_from,valid_to,slots
19000122003,gp,full,2020-01-01,2020-12-31,
19000221003,gp,partial,2020-01-01,2020-12-31,tue 09:00-13:00@A
19000320690,specialist,refused,,,
"""

LINES = """line_id;Prestation;Date des soins;time;practitioner;site;express_request;recalled;third_party;Montant;Note
1;101032;2020-02-04;20:59;19000122003;;yes;no;none;3000;<b>gras</b>
2;101032;2020-02-04;21:01;19000122003;;yes;no;none;3000;=1+1
3;101032;2020-02-04;10:00;19000221003;A;no;no;none;2222;
4;102012;2020-02-04;10:00;19000320690;;no;no;optional;4000;
"""
"""`Prestation`, `Date des soins` and `Montant` are proposed, `Note` is kept; the amounts are cents."""

COLUMNS = {"as-0": "line_id", "as-1": "code", "as-2": "date", "as-3": "time", "as-4": "practitioner", "as-5": "site",
           "as-6": "express_request", "as-7": "recalled", "as-8": "third_party", "as-9": "charged_cents",
           "how-9": "cents", "as-10": ""}  # fmt: skip


def as_an_office_writes(lines: str) -> str:
    """Return the lines with `04/02/2020` for days and `30,00` for amounts."""
    days = re.sub(r";(2020)-([0-9]{2})-([0-9]{2});", r";\3/\2/\1;", lines)
    return re.sub(r";([0-9]{2})([0-9]{2});(?=[^;]*$)", r";\1,\2;", days, flags=re.MULTILINE)
