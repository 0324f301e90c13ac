"""One line as somebody asks about it: what cannot be read, what cannot be, and who the practitioner is.

Each door calls a field by its own name (`--on-duty`, `on_duty`): `called` is how. A fault comes with the field it
stands in, so that a door can say where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from medicomut.errors import Problem
from medicomut.slots import Slot, parse_slots
from medicomut.tariff.how_to_write import how_to_write
from medicomut.tariff.practitioners import beyond_limits
from medicomut.tariff.vocabulary import AMBULATORY_HOSPITAL, HOME, PRACTICE, SETTINGS, WORDS

if TYPE_CHECKING:
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.price import Priced

BELONGS_TO = {"outside_round": "home", "unusual_travel": "home", "single_room_for_convenience": "single_room"}
"""Facts that can be true in one setting only."""

SLOT_CLAUSES = ("be/amm/2020#14.2.2.2.1", "be/amm/2020#14.3.2.2.1")

Fault = tuple[str, Problem]
"""A field and what is wrong with it."""

Called = Callable[[str], str]
"""How a door calls a field."""

Accession = tuple[bool, int, int, tuple[Slot, ...]]
"""What `Pricer.price` is told of the practitioner: stated, profession, status, slots."""


def unreadable(fields: Mapping[str, Any], names: Iterable[str], called: Called) -> Iterator[Fault]:
    """Yield a fault for each field that could not be read, with how to write it."""
    for name in names:
        what = f"{called(name)} {fields[name]!r} cannot be read"
        yield name, Problem("field_unreadable", what, mend=how_to_write(name, fields[name]))


def impossible(fields: Mapping[str, Any], called: Called) -> Iterator[Fault]:
    """Yield a fault for each pair of facts that cannot be true together."""
    setting = str(fields.get("setting") or "").strip().lower()
    for fact, only in BELONGS_TO.items():
        if fields.get(fact) and setting in SETTINGS and setting != only:
            place = called("setting")
            yield (
                fact,
                Problem(
                    "fields_contradict",
                    f"{called(fact)} with {place} {setting}",
                    why=f"it can only be so with {place} {only}",
                    mend=f"leave one of the two out, or write {place} {only}",
                ),
            )


def accession(options: Mapping[str, Any], called: Called, faults: list[Fault]) -> Accession:
    """Return the accession that `profession`, `status` and `slots` state.

    Words that are not known, and slots without a partial accession, are added to `faults`.
    """
    numbers = {"profession": 0, "status": 0}
    for name in numbers:
        word = options.get(name)
        if word is not None and word not in WORDS[name]:
            mend = f"use one of: {', '.join(WORDS[name])}"
            what = f"{called(name)} {word!r} is not known"
            faults.append((name, Problem("unknown_word", what, why="the tariff depends on it", mend=mend)))
        elif word is not None:
            numbers[name] = WORDS[name].index(word) + 1
    slots: tuple[Slot, ...] = ()
    try:
        slots = parse_slots(options.get("slots") or "")
    except ValueError as fault:
        faults.append(("slots", Problem("bad_slots", f"{called('slots')}: {fault}", cites=SLOT_CLAUSES)))
    if slots and options.get("status") in {None, "full", "refused"}:
        partial = f"{called('status')} partial"
        what, why = f"{called('slots')} without {partial}", "only partial accession has off-tariff slots"
        faults.append(("slots", Problem("slots_without_partial", what, None, why, f"add {partial}", SLOT_CLAUSES)))
    return (bool(numbers["profession"] and numbers["status"]), numbers["profession"], numbers["status"], slots)


def slot_doubts(stated: Accession, conditions: Conditions, called: Called) -> Iterator[Problem]:
    """Yield a warning where the slots stated are more or longer than may be declared; they are taken as stated."""
    _, profession, _, slots = stated
    found = beyond_limits(slots, profession, conditions) if slots and profession else None
    if found:
        yield replace(found, what=f"{called('slots')}: {found.what}")


def doubts(priced: Priced, conditions: Conditions) -> Iterator[Problem]:
    """Yield a warning where the code says another place than the setting; the setting is taken as stated."""
    line, setting = priced.line, priced.line.words.get("setting", 0)
    if line.code is None or not setting:
        return
    stays = setting not in (PRACTICE, HOME, AMBULATORY_HOSPITAL)
    if line.code in conditions.visit_codes and setting != HOME:
        says = "is that of a visit at home"
    elif priced.facts["ambulatory_code"] and stays:
        says = "is for patients who are not in hospital"
    elif not priced.facts["ambulatory_code"] and not stays:
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
