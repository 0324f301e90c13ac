"""Fees indexed at the rates of an agreement: the next year's schedule, and how it compares with what was published.

A fee is the exact sum of coefficient × value over its key letters, rounded once to the cent; indexation acts on the
values, which carry six decimals. Where only the rounded fee is known, the indexed fee is known to an interval of cents.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, Final

from medicomut.agreement import Agreement, IndexRate, Text, index_rate
from medicomut.agreement.figures import write_figure
from medicomut.agreement.model import Parameter, cited_in
from medicomut.budget.wording import DATA
from medicomut.errors import Problem, Problems
from medicomut.money import half_up

_VALUE_DECIMALS: Final = 10**6
_HALF: Final = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Letter:
    """A key letter of a fee: its coefficient and its value in euro, with six decimals."""

    letter: str
    coefficient: Fraction
    value: Fraction


@dataclass(frozen=True, slots=True)
class KnownFee:
    """A fee as somebody states it: cents, the days it holds (both included), status and sources.

    ``letters`` are its key letters where they are known.
    """

    code: str
    valid_from: date
    valid_to: date
    cents: int
    status: str
    source: str = ""
    letters: tuple[Letter, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexedFee:
    """A fee at the agreement's rate; ``cents`` is the best figure, ``low`` to ``high`` all that it can be.

    ``decided`` says why it has this rate; ``letters`` are the indexed ones where the old ones are known, and then
    ``low`` and ``high`` are ``cents``.
    """

    old: KnownFee
    rate: IndexRate
    decided: str
    cents: int
    low: int
    high: int
    letters: tuple[Letter, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; amounts in cents, the rate in percent."""
        return {
            "code": self.old.code,
            "group": self.rate.group,
            "rate_percent": write_figure(self.rate.rate * 100),
            "decided_by": self.decided,
            "before_cents": self.old.cents,
            "before_source": self.old.source,
            "indexed_cents": self.cents,
            "lowest_cents": self.low,
            "highest_cents": self.high,
            "change_cents": self.cents - self.old.cents,
            "letters": [
                {
                    "letter": term.letter,
                    "coefficient": write_figure(term.coefficient),
                    "value_eur": write_figure(term.value),
                }
                for term in self.letters
            ],
            "cites": list(self.rate.cites),
        }


@dataclass(frozen=True, slots=True)
class Schedule:
    """The fees of the day indexation begins, and those that cannot be indexed, each with its reason."""

    agreement: str
    start: date
    fees: tuple[IndexedFee, ...]
    left_out: tuple[Problem, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "agreement": self.agreement,
            "from": self.start.isoformat(),
            "fees": [fee.to_dict() for fee in self.fees],
            "left_out": [problem.to_dict() for problem in self.left_out],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """An indexed fee beside one that was published (or derived) for the new year; ``why`` is a word of the budget.

    ``same``; ``rounding``: within what rounding allows; ``other_figure``: only another published figure leads there;
    ``unexplained``.
    """

    indexed: IndexedFee
    published: KnownFee
    why: str

    @property
    def difference(self) -> int:
        """The published fee less the computed one, in cents."""
        return self.published.cents - self.indexed.cents

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; amounts in cents."""
        return self.indexed.to_dict() | {
            "published_cents": self.published.cents,
            "published_status": self.published.status,
            "published_source": self.published.source,
            "difference_cents": self.difference,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class SocialAmount:
    """A social amount of the agreement computed from that of the year before; amounts in cents."""

    label: Text
    before: int
    computed: int
    published: int
    cites: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; amounts in cents."""
        return {
            "label": self.label.to_dict(),
            "before_cents": self.before,
            "computed_cents": self.computed,
            "published_cents": self.published,
            "difference_cents": self.published - self.computed,
            "cites": list(self.cites),
        }


@cache
def shipped_groups() -> dict[str, str]:
    """Return the fee group of each code the package has one for (``data/budget/be-groups.csv`` says how known)."""
    with (DATA / "be-groups.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["group"] for row in csv.DictReader(lines)}


def index_fee(agreement: Agreement, fee: KnownFee, groups: Mapping[str, str]) -> IndexedFee:
    """Return a fee at its rate: the code's own if the agreement names it, else that of its group.

    ``Problems`` (``rate_not_stated``) when neither is known.
    """
    group = groups.get(fee.code)
    rate = index_rate(agreement, code=fee.code, group=group)
    factor = 1 + rate.rate
    if fee.letters:
        letters = tuple(Letter(term.letter, term.coefficient, _six(term.value * factor)) for term in fee.letters)
        cents = cents_of(letters)
        return IndexedFee(fee, rate, rate.level, cents, cents, cents, letters)
    lowest, above = (fee.cents - _HALF) * factor, (fee.cents + _HALF) * factor
    return IndexedFee(
        old=fee,
        rate=rate,
        decided=rate.level,
        cents=_whole(fee.cents * factor),
        low=_whole(lowest),
        high=-((-(above + _HALF)) // 1) - 1,  # the cent that all amounts below `above` stay under when rounded
        letters=(),
    )


def schedule(agreement: Agreement, fees: Iterable[KnownFee], groups: Mapping[str, str]) -> Schedule:
    """Return the schedule of the day indexation begins from the fees that held on its eve.

    Codes without a fee on that day, or without a rate, are left out with their reason; none is guessed.
    """
    start = _start(agreement)
    eve = start - timedelta(days=1)
    by_code: dict[str, list[KnownFee]] = {}
    for fee in fees:
        by_code.setdefault(fee.code, []).append(fee)
    found, left_out = [], []
    for code, known in sorted(by_code.items()):
        held = [fee for fee in known if fee.valid_from <= eve <= fee.valid_to]
        try:
            if not held:
                raise _not_held(code, known, eve)
            found.append(index_fee(agreement, held[0], groups))
        except Problems as refused:
            left_out += refused.problems
    return Schedule(agreement.id, start, tuple(found), tuple(left_out))


def compare(agreement: Agreement, fees: Sequence[KnownFee], groups: Mapping[str, str]) -> tuple[Comparison, ...]:
    """Return every figure of the year before, indexed, beside every figure of the new year for the same code.

    ``fees`` are all that was published, figures that contradict one another included; the last of each source in the
    year before counts. Codes without a rate are left out, as in :func:`schedule`.
    """
    start = _start(agreement)
    before = _of_year(fees, start.year - 1)
    after = [fee for fee in fees if fee.valid_from <= start <= fee.valid_to]
    found = []
    for code in sorted({fee.code for fee in before} & {fee.code for fee in after}):
        try:
            indexed = [index_fee(agreement, fee, groups) for fee in before if fee.code == code]
        except Problems:
            continue
        published = [fee for fee in after if fee.code == code]
        found += [
            Comparison(one, other, _why(one, other, indexed, published)) for one in indexed for other in published
        ]
    return tuple(found)


def social_amounts(agreement: Agreement) -> tuple[SocialAmount, ...]:
    """Return the agreement's social amounts computed from those of the year before, at the rate of the mass.

    The pairs are parameters of which one is called as the other with the year before behind it.
    """
    start = _start(agreement)
    table = agreement.index_rates
    known = {parameter.id: parameter for parameter in agreement.parameters if parameter.unit == "eur"}
    found = []
    for id_, parameter in known.items():
        earlier = known.get(f"{id_}_{start.year - 1}")
        if earlier is not None and table is not None:
            before = _only(earlier)
            cites = cited_in(agreement.id, dict.fromkeys((*parameter.cites, *table.cites)))
            computed = _whole(before * (1 + table.mass))
            found.append(SocialAmount(parameter.label, before, computed, _only(parameter), cites))
    return tuple(found)


def cents_of(letters: Iterable[Letter]) -> int:
    """Return the fee of key letters in cents: the exact sum, rounded once, half away from zero."""
    return _whole(100 * sum((term.coefficient * term.value for term in letters), Fraction(0)))


def _why(one: IndexedFee, other: KnownFee, indexed: Sequence[IndexedFee], published: Sequence[KnownFee]) -> str:
    if one.cents == other.cents:
        return "same"
    if one.low <= other.cents <= one.high:
        return "rounding"
    from_another = any(fee.low <= other.cents <= fee.high for fee in indexed)
    to_another = any(one.low <= fee.cents <= one.high for fee in published)
    return "other_figure" if from_another or to_another else "unexplained"


def _of_year(fees: Iterable[KnownFee], year: int) -> list[KnownFee]:
    """Return the last figure of each code and source that held in a year."""
    last: dict[tuple[str, str], KnownFee] = {}
    for fee in sorted(fees, key=lambda fee: fee.valid_from):
        if fee.valid_from.year <= year <= fee.valid_to.year:
            last[fee.code, fee.source] = fee
    return list(last.values())


def _start(agreement: Agreement) -> date:
    if agreement.index_rates is None:
        what = f"{agreement.id} holds no index rates"
        raise Problems([Problem("no_index_table", what, mend="ask an agreement that does")])
    return agreement.index_rates.start


def _not_held(code: str, known: Sequence[KnownFee], eve: date) -> Problems:
    earlier = [fee.valid_to for fee in known if fee.valid_to < eve]
    why = f"the last one known before held until {max(earlier)}" if earlier else "none is known before it either"
    return Problems(
        [Problem("fee_not_known", f"no fee of {code} is known on {eve}", why=why, mend="give it in --fees")]
    )


def _only(parameter: Parameter) -> int:
    value = parameter.values[-1].value
    if not isinstance(value, int):
        raise TypeError(f"{parameter.id} is no amount in cents")
    return value


def _six(value: Fraction) -> Fraction:
    return Fraction(_whole(value * _VALUE_DECIMALS), _VALUE_DECIMALS)


def _whole(amount: Fraction) -> int:
    return half_up(amount.numerator, amount.denominator)
