"""What rounded growth rates say of the figures they do not print: intervals, exact.

"8 588 807 thousand euro, +2.47 %" fixes the figure of the year before only as far as 2.47 is rounded: the growth lies
from 2.465 to 2.475 %, and the base in the interval that follows. Several such statements narrow what none of them
gives. Source: ``be/amm/2020#3.1`` to ``#3.3``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from medicomut.agreement import Agreement, Text
from medicomut.agreement.figures import write_figure
from medicomut.agreement.model import cited_in
from medicomut.agreement.records import Record
from medicomut.agreement.statement_names import names
from medicomut.agreement.yaml_lines import Faults, Item, read_yaml
from medicomut.budget.wording import DATA
from medicomut.errors import Problem, Problems
from medicomut.money import half_up

_HALF: Final = Fraction(1, 2)
_KINDS: Final = ("before_growth", "base_of_share", "share", "difference", "both")


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers from ``low`` to ``high``, both included, exact."""

    low: Fraction
    high: Fraction

    @property
    def whole(self) -> tuple[int, int]:
        """The first and the last whole number within."""
        return -(-self.low // 1), self.high // 1

    def __sub__(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def __truediv__(self, other: Span) -> Span:
        """Return the quotients; of numbers above zero only."""
        return Span(self.low / other.high, self.high / other.low)

    def meet(self, other: Span) -> Span | None:
        """Return what both hold; ``None`` when they exclude one another."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Span(low, high) if low <= high else None


def printed(number: Fraction, decimals: int) -> Span:
    """Return what a number may have been before it was rounded to so many decimals."""
    slack = _HALF / 10**decimals
    return Span(number - slack, number + slack)


def before_growth(amount: Fraction, growth: Fraction, decimals: int) -> Span:
    """Return the base, in k€, of an amount in whole k€ that grew by ``growth`` percent, printed with so many decimals.

    Raises ``ValueError`` for a growth that could be -100 % or less.
    """
    rate = printed(growth, decimals)
    factor = Span(1 + rate.low / 100, 1 + rate.high / 100)
    if factor.low <= 0:
        raise ValueError(f"a growth of {growth} % leaves nothing to have grown from")
    return printed(amount, 0) / factor


@dataclass(frozen=True, slots=True)
class Solved:
    """A figure that the agreement does not print, in k€ or (``unit``) percent, with its clauses.

    ``span`` is ``None`` when the statements it follows from exclude one another; ``best`` is the figure at the rate as
    printed, where a single statement tells it.
    """

    id: str
    label: Text
    unit: str
    span: Span | None
    best: Fraction | None
    cites: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: whole k€ that lie within, or percent with three decimals, cut outwards."""
        found: dict[str, Any] = {"id": self.id, "label": self.label.to_dict(), "unit": self.unit}
        found["consistent"] = self.span is not None
        found["from"], found["to"] = (None, None) if self.span is None else self.shown()
        found["best"] = None if self.best is None else self._written(self.best)
        return found | {"cites": list(self.cites)}

    def shown(self) -> tuple[str, str]:
        """Return both ends in plain notation; ``ValueError`` where there is no interval."""
        if self.span is None:
            raise ValueError(f"{self.id} has no interval")
        if self.unit == "keur":
            first, last = self.span.whole
            return str(first), str(last)
        low, high = self.span.low * 1000 // 1, -(-self.span.high * 1000 // 1)
        return write_figure(Fraction(low, 1000)), write_figure(Fraction(high, 1000))

    def _written(self, value: Fraction) -> str:
        places = 1 if self.unit == "keur" else 1000
        scaled = value * places
        return write_figure(Fraction(half_up(scaled.numerator, scaled.denominator), places))


def solve(agreement: Agreement) -> tuple[Solved, ...]:
    """Return every figure that follows from the agreement's growth rates and shares.

    Which of its numbers belong together is data (``data/budget/identities``). ``Problems`` (``no_identities``) when
    none are known of this agreement.
    """
    numbers = names(agreement)
    found: dict[str, Solved] = {}
    for row in _rows(agreement):
        solved = _solved(agreement, row, numbers, found)
        found[solved.id] = solved
    return tuple(found.values())


def _rows(agreement: Agreement) -> list[Record]:
    path = DATA / "identities" / f"{agreement.id.replace('/', '-')}.yaml"
    if not path.is_file():
        what = f"{agreement.id} prints no growth rates that are known to belong to its amounts"
        raise Problems([Problem("no_identities", what, mend="ask an agreement that does, such as be/amm/2020")])
    faults = Faults()
    item = read_yaml(path, path.name, faults)
    faults.raise_if_any()
    return [Record(row, faults) for row in _members(item)]


def _members(item: Item | None) -> list[Item]:
    return item.value if item is not None and isinstance(item.value, list) else []


def _solved(agreement: Agreement, row: Record, numbers: Mapping[str, Fraction], found: Mapping[str, Solved]) -> Solved:
    kind = row.text("kind", one_of=_KINDS)
    amounts = row.texts("amounts") if "amounts" in row else ()
    of = [found[name] for name in row.texts("of")] if "of" in row else []
    amount = sum((numbers[name] for name in amounts), Fraction(0))
    named = list(amounts)
    span: Span | None
    best: Fraction | None
    if kind in {"before_growth", "base_of_share"}:
        rate, decimals = numbers[row.text("rate")], row.whole("decimals")
        named.append(row.text("rate"))
        if kind == "before_growth":
            span, best = before_growth(amount, rate, decimals), amount / (1 + rate / 100)
        else:
            share = printed(rate, decimals)
            span, best = printed(amount, 0) / Span(share.low / 100, share.high / 100), 100 * amount / rate
    else:
        span, best = _from_others(kind, amount, of)
    cites = dict.fromkeys((*_cites(agreement, named), *(cite for other in of for cite in other.cites)))
    unit = "percent" if kind == "share" else "keur"
    return Solved(row.text("id"), row.four("label"), unit, span, best, tuple(cites))


def _from_others(kind: str, amount: Fraction, of: Sequence[Solved]) -> tuple[Span | None, Fraction | None]:
    """Return interval and best figure of what follows from figures solved before."""
    spans = [other.span for other in of if other.span is not None]
    bests = [other.best for other in of if other.best is not None]
    if len(spans) < len(of):
        return None, None
    if kind == "share":
        share = printed(amount, 0) / spans[0]
        return Span(100 * share.low, 100 * share.high), 100 * amount / bests[0]
    if kind == "difference":
        return spans[0] - spans[1], bests[0] - bests[1]
    met: Span | None = spans[0]
    for span in spans[1:]:
        met = None if met is None else met.meet(span)
    return met, None


def _cites(agreement: Agreement, named: Sequence[str]) -> tuple[str, ...]:
    """Return the clauses of parameters, and the block of the annex for its cells."""
    parameters = {parameter.id: parameter.cites for parameter in agreement.parameters}
    clauses = [clause for name in named for clause in parameters.get(name, (".".join(name.split(".")[:2]),))]
    return cited_in(agreement.id, dict.fromkeys(clauses))
