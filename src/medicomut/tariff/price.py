"""Price one line and explain it: the same rules as a file, on plain values, with every step kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from medicomut import __version__
from medicomut.slots import Slot
from medicomut.tariff import book
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.line import Line, absent, facts_of, read_line, shape_of
from medicomut.tariff.practitioners import Practitioners
from medicomut.tariff.reasons import DECIDING
from medicomut.tariff.vocabulary import BASES, VERDICTS, WORDS

NO_ACCESSION: tuple[bool, int, int, tuple[Slot, ...]] = (False, 0, 0, ())


Step = tuple[str, bool | int | None, str, tuple[str, ...]]
"""One step of an explanation: the column, its value (None where not known), the sentence, the clauses."""


@dataclass(slots=True)
class Priced:
    """A line priced: every value the rules gave, in their order, the line and the facts they were given."""

    line: Line
    facts: Mapping[str, Any]
    values: Mapping[str, Any]
    agreement: str | None

    @property
    def reasons(self) -> list[str]:
        """The reasons a reader must see, in their order; last the columns that could not be read."""
        named = [name for name in book.REASONS if self.values[name]]
        return named + [f"{column}_unreadable" for column in self.line.unreadable]

    def result(self) -> dict[str, Any]:
        """Return the columns a check adds to a line (amounts in cents, None where not known)."""
        values, reasons = self.values, self.reasons
        fee, share, charge = self._known()
        return {
            "fee_cents": self.facts["fee_cents"] if fee else None,
            "reimbursement_cents": values["reimbursement_cents"] if share else None,
            "patient_share_cents": self.facts["patient_share_cents"] if share else None,
            "tariff_binds": values["tariff_binds"] if values["binding_known"] else None,
            "basis": BASES[values["basis"]][0],
            "supplement_cents": values["supplement_cents"] if charge else None,
            "excess_cents": values["excess_cents"] if charge else None,
            "verdict": VERDICTS[values["verdict"]],
            "reasons": reasons,
            "agreement": self.agreement,
            "cites": list(cites(values["basis"], tuple(reasons))),
        }

    def _known(self) -> tuple[bool, bool, bool]:
        """Whether the fee, its sharing and what was charged are known: where not, the rules' values mean nothing."""
        facts = self.facts
        fee = facts["fee_known"]
        return fee, fee and facts["share_known"], fee and facts["charge_stated"]

    def steps(self) -> list[Step]:
        """Return every step in the order the rules ran."""
        names, says, clauses = _sentences()
        values = self.values
        _, share, charge = self._known()
        found = list(values.values())
        if not share:
            found[_place("reimbursement_cents")] = None
        if not charge:
            found[_place("supplement_cents")] = found[_place("excess_cents")] = None
        if not values["binding_known"]:
            found[_place("tariff_binds")] = None
        return list(zip(names, found, says, clauses, strict=True))


@cache
def _sentences() -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]:
    rules = [rule for stage in book.rulebook().stages for rule in stage]
    return tuple(r.name for r in rules), tuple(r.says for r in rules), tuple(r.cites for r in rules)


@cache
def _place(name: str) -> int:
    return _sentences()[0].index(name)


@cache
def cites(basis: int, named: tuple[str, ...]) -> tuple[str, ...]:
    """Return the clauses behind a result: those of its basis, then those of the reasons that add to it."""
    found = dict.fromkeys(BASES[basis][1])
    for reason in named:
        if reason in DECIDING:
            found.update(dict.fromkeys(book.rulebook().rules[reason].cites))
    return tuple(found)


class Pricer:
    """Prices lines one by one with the agreement, the law, the fees and the readings chosen."""

    def __init__(self, conditions: Conditions, fees: FeeTable, practitioners: Practitioners | None = None) -> None:
        self.conditions, self.fees, self.practitioners = conditions, fees, practitioners

    def price(
        self,
        fields: Mapping[str, Any],
        *,
        accession: tuple[bool, int, int, tuple[Slot, ...]] | None = None,
        ecg_repeated: bool = False,
    ) -> Priced:
        """Price the line with the fields given (see `docs/lines.md`).

        `accession` states the practitioner's profession, status and slots; without it they come from the table
        of practitioners. `ecg_repeated` says that the same patient has another electrocardiogram that day,
        which one line alone cannot show. Never raises for what the line says: it becomes a reason.
        """
        line = read_line(fields)
        if accession is None:
            accession = self._accession(line.practitioner, line.date)
        run = self._runner(shape_of(line, accession[3]))
        facts = facts_of(line, self.conditions, self.fees, accession, ecg_repeated=ecg_repeated)
        agreement = self.conditions.day(line.date).agreement if line.date else None
        return Priced(line, facts, run(facts), agreement)

    def _runner(self, shape: tuple[bool, ...]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
        runners = self.conditions.runners  # another pricer of the same conditions needs not make them again
        run = runners.get(shape)
        if run is None:
            run = runners[shape] = book.rulebook().runner({**self.conditions.parameters, **absent(shape)})
        return run

    def _accession(self, number: int | None, day: date | None) -> tuple[bool, int, int, tuple[Slot, ...]]:
        if self.practitioners is None or number is None or number not in self.practitioners:
            return NO_ACCESSION
        found = self.practitioners.on(number, day) if day else None
        return (True, found.profession, found.status, found.slots) if found else (True, 0, 0, ())

    @cached_property
    def receipt(self) -> dict[str, Any]:
        """Which rules, data and readings made a result: with the same receipt it can be made again."""
        return {
            "medicomut": __version__,
            "rules": _rules_hash(),
            "libraries": _libraries(),
            "agreement": {"id": self.conditions.agreement.id, "data": self.conditions.agreement.data_hash},
            "law": self.conditions.law.data_hash,
            "fees": self.fees.hash,
            "practitioners": None if self.practitioners is None else self.practitioners.hash,
            "readings": {name: self.conditions.readings[name] for name in book.READINGS},
        }


def accession_of(profession: str, status: str, slots: tuple[Slot, ...] = ()) -> tuple[bool, int, int, tuple[Slot, ...]]:
    """State an accession by its words; raises `ValueError` for a word that is none of them."""
    return (True, WORDS["profession"].index(profession) + 1, WORDS["status"].index(status) + 1, slots)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def _libraries() -> dict[str, str]:
    """Return the versions of the libraries a result depends on."""
    return {name: version(name) for name in ("holidays", "polars")}


@cache
def _rules_hash() -> str:
    """Return a fingerprint of every file of this room and of the calendar, whatever their line endings."""
    room = Path(__file__).parent
    files = [*sorted(room.glob("*.py")), room.parent / "calendar.py"]
    return _digest(b"".join(f.name.encode() + f.read_bytes().replace(b"\r\n", b"\n") for f in files))
