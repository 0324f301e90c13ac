"""What every command shares: formats, languages, faults as sentences, JSON."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Engine

    from medicomut.errors import Problem
    from medicomut.money import Lang

P = ParamSpec("P")

UNUSABLE = 2
"""The exit status of input or options that cannot be used."""

INTERRUPTED = 130
"""The exit status after Ctrl-C, as a shell expects it."""

_PROGRAM: set[str] = set()


def runs_alone() -> None:
    """Say that this process is the command and nothing else, so that it may stop listening when it ends."""
    _PROGRAM.add("alone")


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"


class Language(StrEnum):
    """The languages an answer can be read in."""

    fr = "fr"
    nl = "nl"
    de = "de"
    en = "en"


_LANGUAGES: dict[str, Lang] = {"fr": "fr", "nl": "nl", "de": "de", "en": "en"}

AsFormat = Annotated[Format, typer.Option("--format", help="A table to read, or JSON for a program.")]
InLanguage = Annotated[Language | None, typer.Option("--lang", help="Language; else that of LANG, else English.")]
Readings = Annotated[
    list[str] | None,
    typer.Option(
        "--reading",
        metavar="NAME=VALUE",
        help="Choose another reading of an ambiguity, such as late_boundary=from (see docs/lines.md). Repeatable.",
        show_default=False,
    ),
]


def language(chosen: Language | None) -> Lang:
    """Return the language asked for, else that of the environment when it is one of ours, else English."""
    if chosen is not None:
        return _LANGUAGES[chosen.value]
    # The first that is set decides, as for every program; its first two letters are the language.
    setting = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    code = setting[:2].lower()
    return _LANGUAGES.get(code, "en")


def named_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn faults of the input into sentences on standard error and exit status 2; nothing goes to standard output.

    An interruption gives exit status 130 without a traceback.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from medicomut.errors import Place, Problem, Problems

        try:
            command(*args, **kwargs)
        except Problems as problems:
            tell(problems.problems)
            raise typer.Exit(UNUSABLE) from None
        except BrokenPipeError:
            raise  # the reader of our output left; typer ends quietly
        except OSError as fault:
            where = Place(file=str(fault.filename)) if fault.filename else None
            tell([Problem("file_refused", fault.strerror or str(fault), where, mend="check the path and the rights")])
            raise typer.Exit(UNUSABLE) from None
        except KeyboardInterrupt:
            # One Ctrl-C can arrive twice, through Polars and through Python: the second must not undo the answer to
            # the first. It may be waiting already, and setting a handler is what hands it over: hence the second try.
            if "alone" in _PROGRAM:
                try:
                    signal.signal(signal.SIGINT, signal.SIG_IGN)
                except KeyboardInterrupt:
                    signal.signal(signal.SIGINT, signal.SIG_IGN)
            typer.echo("interrupted; no file was left half written", err=True)
            raise typer.Exit(INTERRUPTED) from None

    return run


@contextmanager
def collecting(into: list[Problem]) -> Iterator[None]:
    """Add the faults raised inside to a list, so that those of the next option are found too."""
    from medicomut.errors import Problems

    try:
        yield
    except Problems as problems:
        into += problems.problems


MOST_TOLD = 20


def tell(problems: Iterable[Problem]) -> None:
    """Write faults to standard error, one a line; of many, the first and how many more there are."""
    found = list(problems)
    for problem in found[:MOST_TOLD]:
        typer.echo(str(problem), err=True)
    if len(found) > MOST_TOLD:
        typer.echo(f"… and {len(found) - MOST_TOLD} more", err=True)


def print_json(content: Any) -> None:
    """Write a value as JSON on standard output."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


@contextmanager
def database(url: str, *, make: bool = False, dry_run: bool = False) -> Iterator[Engine]:
    """Open the database of a store and close it at the end: `make` makes it where there is none, a `dry_run` does not.

    Raises `Problems` as the store does.
    """
    from medicomut.store import open_existing, open_store, trying

    if make and dry_run:
        with trying(url) as engine:
            yield engine
        return
    engine = open_store(url) if make else open_existing(url)
    try:
        yield engine
    finally:
        engine.dispose()


def write_whole(path: Path, content: bytes) -> None:
    """Write beside the file, then take its place, so that nobody ever sees half of it."""
    from medicomut.errors import Problem, Problems

    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise Problems(
            [Problem(code="cannot_write", what=f"{path}: {error.strerror}", mend="choose a folder that exists")]
        ) from None
    finally:
        part.unlink(missing_ok=True)


def chosen_readings(
    options: list[str] | None, among: Sequence[str] | None = None, what: str = "a line of care"
) -> dict[str, str]:
    """Read `--reading NAME=VALUE` options; raises `Problems` for those not written so or without effect.

    `among` are the readings that change something in `what`; by default those of a line of care.
    """
    from medicomut.errors import Problem, Problems
    from medicomut.tariff.book import READINGS

    among = READINGS if among is None else among
    known = f"the readings are: {', '.join(among)}"
    problems = []
    for option in options or []:
        name, equals, _ = option.partition("=")
        if not equals:
            problems.append(Problem("bad_reading", f"--reading {option!r} names no value", mend="write NAME=VALUE"))
        elif name not in among:
            problems.append(Problem("bad_reading", f"--reading {name!r} changes nothing in {what}", mend=known))
    if problems:
        raise Problems(problems)
    return dict(option.split("=", 1) for option in options or [])


def chosen_notations(options: list[str] | None) -> dict[str, str]:
    """Read `--written OURS=HOW` options; raises `Problems` for those not written so, or for no way there is."""
    from medicomut.engines.notation import refuse_unknown
    from medicomut.errors import Problem, Problems

    bad = [option for option in options or [] if "=" not in option]
    if bad:
        mend = "write OURS=HOW, such as date=day_first"
        raise Problems(Problem("bad_notation", f"--written {option!r} tells no way", mend=mend) for option in bad)
    chosen = dict(option.split("=", 1) for option in options or [])
    if chosen:
        refuse_unknown(chosen)
    return chosen


def chosen_columns(options: list[str] | None) -> dict[str, str]:
    """Read `--column OURS=THEIRS` options; raises `Problems` for those not written so."""
    from medicomut.errors import Problem, Problems

    bad = [option for option in options or [] if "=" not in option]
    if bad:
        mend = "write OURS=THEIRS, such as code=Prestation"
        raise Problems(Problem("bad_column", f"--column {option!r} names no column", mend=mend) for option in bad)
    return dict(option.split("=", 1) for option in options or [])
