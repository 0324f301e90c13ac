"""Options that several commands of the register share."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

STANDARD_INPUT = "-"

Number = Annotated[
    str,
    typer.Argument(metavar="NUMBER", help="An INAMI number: 11 digits, with marks or without.", show_default=False),
]

Url = Annotated[
    str,
    typer.Option(
        envvar="MEDICOMUT_STORE_URL",
        help="Where the register is, a file or postgresql://user@host/database.",
        show_default=True,
        show_envvar=True,
    ),
]
HERE = "sqlite:///register.db"
"""Where the register is when nothing else is said: a file in the current folder."""

AgreementId = Annotated[
    str, typer.Option("--agreement", metavar="ID", help="An agreement, such as be/amm/2020.", show_default=False)
]


Published = Annotated[
    str | None,
    typer.Option(metavar="DAY", help="Publication, where the agreement does not say it.", show_default=False),
]
Extended = Annotated[
    str | None, typer.Option(metavar="DAY", help="Day to which the online service stays open.", show_default=False)
]


def day_option(text: str | None, option: str) -> date | None:
    """Read an option that is a day; raises `Problems` (`bad_day`)."""
    from medicomut.errors import Problem, Problems

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        mend = "write it as 2020-01-29"
        raise Problems([Problem("bad_day", f"{option} {text!r} is not a day", mend=mend)]) from None


def text_of(file: str) -> tuple[str, str]:
    """Return the text of a file, or of standard input for `-`, and the name its faults bear.

    Raises `Problems` (`not_utf8`) and `OSError`.
    """
    from medicomut.errors import Place, Problem, Problems

    try:
        if file == STANDARD_INPUT:
            return sys.stdin.buffer.read().decode(), "standard input"
        return Path(file).read_text(encoding="utf-8"), file
    except UnicodeDecodeError as fault:
        raise Problems([Problem("not_utf8", str(fault), Place(file=file), mend="save it as UTF-8")]) from None


def instant_option(text: str | None, option: str) -> datetime | None:
    """Read an option that is an instant with its offset; raises `Problems` (`bad_instant`)."""
    from medicomut.errors import Problem, Problems

    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        mend = "write it with its offset, as 2020-02-28T23:59:59+01:00"
        raise Problems([Problem("bad_instant", f"{option} {text!r} is not an instant", mend=mend)])
    return found


def inami(text: str) -> str:
    """Return the digits of an INAMI number; raises `Problems` (`bad_number`) with what is wrong."""
    from medicomut.errors import Problem, Problems
    from medicomut.identifiers import check_inami

    found = check_inami(text)
    if found.normalised is None:
        mend = "write it as on the certificate of care"
        raise Problems([Problem("bad_number", f"{text[:40]!r} is no INAMI number", why=found.why or "", mend=mend)])
    return found.normalised
