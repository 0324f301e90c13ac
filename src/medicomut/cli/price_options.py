"""The options of `medicomut price`: what cannot be read, what cannot be, and who the practitioner is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medicomut.errors import Problem, Problems
from medicomut.tariff import asked
from medicomut.tariff.line import Line, read_line
from medicomut.tariff.practitioners import Practitioners

if TYPE_CHECKING:
    from medicomut.tariff.conditions import Conditions


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _bad(what: str, why: str, mend: str) -> Problem:
    return Problem("bad_option", what, why=why, mend=mend)


def _raise_if_any(faults: Iterable[asked.Fault]) -> None:
    problems = [problem for _, problem in faults]  # the sentence names the option already
    if problems:
        raise Problems(problems)


def refuse_unreadable(fields: Mapping[str, Any]) -> None:
    """Raise `Problems` for every field of the line that cannot be read, with how to write it."""
    _raise_if_any(asked.unreadable(fields, read_line(fields).unreadable, _option))


def refuse_impossible(fields: Mapping[str, Any]) -> None:
    """Raise `Problems` for facts that cannot be true together."""
    _raise_if_any(asked.impossible(fields, _option))


def typed(fields: Mapping[str, Any], line: Line) -> dict[str, Any]:
    """Return the fields with whole numbers and truth values as such; marks and codes stay text."""
    read = {**line.amounts, **line.facts}
    return {name: read.get(name, value) for name, value in fields.items()}


def slot_doubts(stated: asked.Accession, conditions: Conditions) -> Iterator[Problem]:
    """Yield a warning where the slots stated are more or longer than may be declared."""
    return asked.slot_doubts(stated, conditions, _option)


def accession(options: Mapping[str, Any]) -> asked.Accession | None:
    """Return the accession the options state, None where a table of practitioners is to say it.

    Raises `Problems` for words that are not known and for options that do not go together.
    """
    faults: list[asked.Fault] = []
    stated = asked.accession(options, _option, faults)
    problems = [problem for _, problem in faults] + list(_who(options))
    if problems:
        raise Problems(problems)
    return None if options["practitioners"] else stated


def _who(options: Mapping[str, Any]) -> Iterator[Problem]:
    described = [f"--{name}" for name in ("profession", "status", "slots") if options[name]]
    if options["practitioners"] and described:
        why = f"--practitioners says it, and so does {', '.join(described)}"
        yield _bad("the practitioner is described twice", why, "leave one of the two out")
    if options["practitioners"] and not options["practitioner"]:
        yield _bad("--practitioners without --practitioner", "whose line it is must be known", "add --practitioner")
    if options["practitioner"] and not options["practitioners"] and not described:
        why = "a number alone does not say who acceded"
        yield _bad("--practitioner without --practitioners", why, "add the table, or --profession and --status")


def table(path: Path | None) -> Practitioners | None:
    """Read the table of practitioners, where one is given."""
    if path is None:
        return None
    from medicomut.engines.people import read_practitioners

    return read_practitioners(path)


def table_doubts(path: Path, conditions: Conditions) -> list[Problem]:
    """Return a warning for each row of the table that is taken as declared but looks wrong."""
    from medicomut.engines.people import practitioner_doubts

    return practitioner_doubts(path, conditions)
