"""The options of `medicomut price`: what cannot be read, what cannot be, and who the practitioner is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medicomut.errors import Problem, Problems
from medicomut.tariff.practitioners import Practitioners, Slot, parse_slots
from medicomut.tariff.vocabulary import AMBULATORY_HOSPITAL, HOME, PRACTICE, SETTINGS, WORDS

if TYPE_CHECKING:
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.price import Priced

BELONGS_TO = {"outside_round": "home", "unusual_travel": "home", "single_room_for_convenience": "single_room"}
"""Facts that can be true in one setting only."""

SLOT_CLAUSES = ("be/amm/2020#14.2.2.2.1", "be/amm/2020#14.3.2.2.1")


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _bad(what: str, why: str, mend: str, cites: tuple[str, ...] = ()) -> Problem:
    return Problem("bad_option", what, why=why, mend=mend, cites=cites)


def refuse_unreadable(fields: Mapping[str, Any]) -> None:
    """Raise `Problems` for every field of the line that cannot be read, with how to write it."""
    from medicomut.cli.how_to_write import how_to_write
    from medicomut.tariff.line import read_line

    unreadable = read_line(fields).unreadable
    if unreadable:
        raise Problems(
            _bad(f"{_option(name)} {fields[name]!r} cannot be read", "", how_to_write(name, fields[name]))
            for name in unreadable
        )


def refuse_impossible(fields: Mapping[str, Any]) -> None:
    """Raise `Problems` for facts that cannot be true together."""
    setting = str(fields.get("setting", "")).strip().lower()
    wrong = [
        _bad(
            f"{_option(fact)} with --setting {setting}",
            f"it can only be so with --setting {only}",
            f"leave one of the two out, or write --setting {only}",
        )
        for fact, only in BELONGS_TO.items()
        if fields.get(fact) and setting in SETTINGS and setting != only
    ]
    if wrong:
        raise Problems(wrong)


def accession(options: Mapping[str, Any]) -> tuple[bool, int, int, tuple[Slot, ...]] | None:
    """Return the accession the options state, None where a table of practitioners is to say it.

    Raises `Problems` for words that are not known and for options that do not go together.
    """
    problems, numbers = [], {"profession": 0, "status": 0}
    for name in numbers:
        word = options[name]
        if word is not None and word not in WORDS[name]:
            known = ", ".join(WORDS[name])
            problems.append(_bad(f"--{name} {word!r} is not known", "the tariff depends on it", f"use one of: {known}"))
        elif word is not None:
            numbers[name] = WORDS[name].index(word) + 1
    slots: tuple[Slot, ...] = ()
    try:
        slots = parse_slots(options["slots"] or "")
    except ValueError as fault:
        problems.append(_bad(f"--slots: {fault}", "", "", SLOT_CLAUSES))
    if slots and options["status"] in (None, "full", "refused"):
        why = "only partial accession has off-tariff slots"
        problems.append(_bad("--slots without --status partial", why, "add --status partial", SLOT_CLAUSES))
    problems += _who(options)
    if problems:
        raise Problems(problems)
    if options["practitioners"]:
        return None
    stated = bool(numbers["profession"] and numbers["status"])
    return (stated, numbers["profession"], numbers["status"], slots)


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


def doubts(priced: Priced, conditions: Conditions) -> Iterator[Problem]:
    """Yield a warning where the code says another place than the setting; the setting is taken as stated."""
    line, setting = priced.line, priced.line.words.get("setting", 0)
    if line.code is None or not setting:
        return
    stays = setting not in (PRACTICE, HOME, AMBULATORY_HOSPITAL)
    if line.code in conditions.visit_codes and setting != HOME:
        says = "is that of a visit at home"
    elif priced.values["ambulatory_code"] and stays:
        says = "is for patients who are not in hospital"
    elif not priced.values["ambulatory_code"] and not stays:
        says = "is for patients in hospital"
    else:
        return
    yield Problem(
        "code_and_setting",
        f"the code {line.code:06} {says}, the setting is {SETTINGS[setting - 1]}",
        why="the setting is taken as stated",
        mend="check both",
        severity="warning",
    )
