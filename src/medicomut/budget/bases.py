"""The yearly spending on which each fee group is indexed, as far as the agreement's own figures tell it.

The agreement prints what indexation costs by line and at which rates, not the spending behind it. Three of its
figures give it back: the cost of each line at the rates in force, the envelopes of ``be/amm/2020#3.2``, and the mass,
which is the cost of all of it at one rate. Which figure serves for which line is data (``data/budget``); a group
whose base none of them tells is counted with another group of its line until its base is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any

from medicomut.agreement import LANGUAGES, Agreement, Text, index_rate
from medicomut.agreement.figures import write_figure
from medicomut.agreement.model import cited_in
from medicomut.agreement.records import Record
from medicomut.agreement.statement_names import names
from medicomut.agreement.tables import IndexTable, RateGroup
from medicomut.agreement.yaml_lines import Faults, read_yaml
from medicomut.budget import identity
from medicomut.budget.annex import require_annex
from medicomut.budget.identity import Solved, Span
from medicomut.budget.indexation import shipped_groups
from medicomut.budget.naming import unknown
from medicomut.budget.wording import DATA
from medicomut.errors import Problem, Problems
from medicomut.identifiers import check_nomenclature
from medicomut.money import half_up

REST = "rest"
"""The line whose total is what the others leave of the whole base."""

_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Group:
    """A fee group as it can be indexed: its rate in force, its line of the annex, its base.

    ``base`` is in k€, exact; ``None`` for a group that is counted with ``host``, which has its rate if any of the line
    has. ``given`` says that the base is not derived from the agreement but was told.
    """

    id: str
    label: Text
    line: str
    rate: Fraction
    base: Fraction | None
    host: str | None
    given: bool
    cites: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; the base rounded to 1 k€."""
        return {
            "id": self.id,
            "label": self.label.to_dict(),
            "line": self.line,
            "rate_percent": write_figure(self.rate * 100),
            "base_keur": None if self.base is None else half_up(self.base.numerator, self.base.denominator),
            "base_status": "with_host" if self.base is None else ("given" if self.given else "derived"),
            "host": self.host,
            "cites": list(self.cites),
        }


@dataclass(frozen=True, slots=True)
class Bases:
    """The fee groups of an agreement with their bases; amounts in k€.

    ``total`` is the base of the whole mass; ``linear_rate`` × ``total`` is ``mass``, the cost of linear indexation,
    which stands among the means in the line ``mass_line``; ``block`` holds the lines of the index. ``totals`` are the
    intervals in which the bases of a line lie together, where growth rates tell them.
    """

    agreement: Agreement
    table: IndexTable
    block: str
    mass_line: str
    mass: int
    linear_rate: Fraction
    groups: Mapping[str, Group]
    totals: Mapping[str, Span]

    @property
    def total(self) -> Fraction:
        """The base of the whole mass, in k€."""
        return self.mass / self.linear_rate

    @property
    def priced(self) -> tuple[Group, ...]:
        """The groups that have a base of their own, in the order of the agreement."""
        return tuple(group for group in self.groups.values() if group.base is not None)

    def counted_with(self, host: str) -> tuple[Group, ...]:
        """Return the groups whose spending nobody knows apart from that of ``host``."""
        return tuple(group for group in self.groups.values() if group.host == host)

    @property
    def unattributed(self) -> Fraction:
        """What the bases leave of the whole, in k€: 0 unless bases were given that do not add up to it."""
        return self.total - sum((group.base or Fraction(0) for group in self.groups.values()), Fraction(0))


@dataclass(frozen=True, slots=True)
class _LineRule:
    """How the bases of one line of the annex are found."""

    line: str
    groups: tuple[str, ...]
    total: str | None
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    block: str
    mass_line: str
    mass_rate: str
    lines: tuple[_LineRule, ...]


def bases(agreement: Agreement, given: Mapping[str, int] | None = None) -> Bases:
    """Return the fee groups of an agreement with their bases in k€.

    ``given`` holds bases somebody knows, in k€ by group, exception or nomenclature code; the others follow from them.
    ``Problems``: ``no_bases`` when the agreement's figures tell none, ``unknown_group``, ``base_contradicts`` when a
    given base and the printed cost of its line exclude each other.
    """
    return _derived(agreement) if not given else _derive(agreement, given)


@cache
def _derived(agreement: Agreement) -> Bases:
    return _derive(agreement, {})


def _derive(agreement: Agreement, given: Mapping[str, int]) -> Bases:
    rules, table = _rules(agreement)
    numbers = names(agreement)
    linear = numbers[rules.mass_rate] / 100
    mass = numbers[f"annex.{rules.mass_line}.annual"]
    entries = {entry.id: entry for entry in (*table.groups, *table.exceptions)}
    entries |= _codes(agreement, given, entries)
    _check_given(agreement, given, entries)
    annex = {
        line.id: line for block in require_annex(agreement).blocks if block.id == rules.block for line in block.lines
    }
    found: dict[str, Fraction] = {}
    rest = mass / linear
    for rule in sorted(rules.lines, key=lambda rule: rule.total == REST):  # what is left comes last
        told = {name: Fraction(base) for name, base in given.items() if _line_of(entries[name], entries) == rule.line}
        total = rest if rule.total == REST else _total(agreement, rule)
        cost = annex[rule.line].printed.annual or 0
        solved = _solve(rule, Fraction(cost), total, told, entries)
        _check_solved(agreement, rule, solved, cost, entries)
        found |= solved
        rest -= sum(solved.values(), Fraction(0))
    return Bases(
        agreement=agreement,
        table=table,
        block=rules.block,
        mass_line=rules.mass_line,
        mass=int(mass),
        linear_rate=linear,
        groups={name: _group(agreement, entry, entries, rules, found, given) for name, entry in entries.items()},
        totals=_spans(agreement, rules),
    )


def _solve(
    rule: _LineRule,
    cost: Fraction,
    total: Fraction | None,
    told: Mapping[str, Fraction],
    entries: Mapping[str, RateGroup],
) -> dict[str, Fraction]:
    """Return the bases of a line: those told, and the one or two others that its cost (and total) then fix."""
    solved = dict(told)
    left = cost - sum((base * entries[name].in_force for name, base in told.items()), Fraction(0))
    open_groups = [name for name in rule.groups if name not in told]
    rates = [entries[name].in_force for name in open_groups]
    if total is not None:
        total -= sum(told.values(), Fraction(0))
    if len(open_groups) == 2 and total is not None and rates[0] != rates[1]:
        second = (left - rates[0] * total) / (rates[1] - rates[0])
        solved |= {open_groups[0]: total - second, open_groups[1]: second}
    elif len(open_groups) == 1:
        # A group at 0 % costs nothing: its base is what the line's total leaves.
        solved[open_groups[0]] = left / rates[0] if rates[0] else (total or Fraction(0))
    return solved


def _check_solved(
    agreement: Agreement, rule: _LineRule, solved: Mapping[str, Fraction], cost: int, entries: Mapping[str, RateGroup]
) -> None:
    """Refuse bases told that exclude the printed cost of their line, with both amounts and what would mend it."""
    told = sum((base * entries[name].in_force for name, base in solved.items()), Fraction(0))
    if all(base >= 0 for base in solved.values()) and abs(told - cost) <= _HALF:
        return
    if any(base < 0 for base in solved.values()):
        found, mend = "more than", "give smaller ones, in thousands of euro"
    else:
        found = f"{half_up(told.numerator, told.denominator)} k€, not"
        mend = f"leave out base.{rule.groups[0]}, which then is what the others leave, and give those counted with it"
    raise Problems(
        [
            Problem(
                code="base_contradicts",
                what=f"at the rates in force the bases given in line {rule.line} cost {found} the {cost} k€ printed",
                why="the bases of a line cost what the annex prints for it",
                mend=mend,
                cites=cited_in(agreement.id, rule.cites),
            )
        ]
    )


def _total(agreement: Agreement, rule: _LineRule) -> Fraction | None:
    """Return the total of a line as a figure that follows from printed growth."""
    return None if rule.total is None else solved_figures(agreement)[rule.total].best


def _spans(agreement: Agreement, rules: _Rules) -> dict[str, Span]:
    figures = solved_figures(agreement)
    told = ((rule.line, figures[rule.total].span) for rule in rules.lines if rule.total in figures)
    return {f"{rules.block}.{line}": span for line, span in told if span is not None}


@cache
def solved_figures(agreement: Agreement) -> dict[str, Solved]:
    """Return the figures that the agreement does not print and its growth rates give, by id."""
    return {found.id: found for found in identity.solve(agreement)}


def _line_of(entry: RateGroup, entries: Mapping[str, RateGroup]) -> str:
    """Return the line of the annex that pays for a group; an exception is paid by the line of its group."""
    named = entry.annex_line if entry.group is None else entries[entry.group].annex_line
    return (named or "").partition(".")[2]


def _group(
    agreement: Agreement,
    entry: RateGroup,
    entries: Mapping[str, RateGroup],
    rules: _Rules,
    found: Mapping[str, Fraction],
    given: Mapping[str, int],
) -> Group:
    line = _line_of(entry, entries)
    rule = next(rule for rule in rules.lines if rule.line == line)
    alike = (name for name in rule.groups if entries[name].in_force == entry.in_force)
    return Group(
        id=entry.id,
        label=entry.label,
        line=f"{rules.block}.{line}",
        rate=entry.in_force,
        base=found.get(entry.id),
        host=None if entry.id in found else next(alike, rule.groups[0]),
        given=entry.id in given,
        cites=cited_in(agreement.id, dict.fromkeys((*entry.cites, *rule.cites))),
    )


def _codes(agreement: Agreement, given: Mapping[str, int], entries: Mapping[str, RateGroup]) -> dict[str, RateGroup]:
    """Return the codes whose base is given as groups of their own, at the rate the agreement has for them."""
    found = {}
    for name in given:
        if name not in entries and check_nomenclature(name).valid:
            group = entries[group_of_code(agreement, name)]
            label = Text(*(f"{name} ({group.label.in_language(language)})" for language in LANGUAGES))
            found[name] = replace(
                group, id=name, label=label, codes=(name,), annex_line=None, group=group.group or group.id
            )
    return found


def group_of_code(agreement: Agreement, code: str) -> str:
    """Return the fee group of a nomenclature code: the agreement's own word, else what the package knows.

    ``Problems`` (``rate_not_stated``) when neither names it.
    """
    try:
        return index_rate(agreement, code=code, group=shipped_groups().get(code)).group
    except Problems as refused:
        mend = "set the rate of its whole group"
        raise Problems([replace(problem, mend=mend) for problem in refused.problems]) from None


def _check_given(agreement: Agreement, given: Mapping[str, int], entries: Mapping[str, RateGroup]) -> None:
    strange = [unknown("group", name, entries, agreement.id) for name in given if name not in entries]
    if strange:
        raise Problems(strange)


@cache
def _rules(agreement: Agreement) -> tuple[_Rules, IndexTable]:
    path = DATA / f"{agreement.id.replace('/', '-')}.yaml"
    if agreement.index_rates is None or not path.is_file():
        raise Problems(
            [
                Problem(
                    code="no_bases",
                    what=f"{agreement.id} does not say on what its fee groups are indexed",
                    why="it holds no index rates, or no figures from which the spending behind them follows",
                    mend="ask an agreement that does, such as be/amm/2020",
                )
            ]
        )
    faults = Faults()
    item = read_yaml(path, path.name, faults)
    faults.raise_if_any()
    record = Record(item, faults) if item else None
    if record is None:
        raise Problems(faults.problems)
    record.text("agreement", one_of=(agreement.id,))
    rules = _Rules(
        block=record.text("block"),
        mass_line=record.text("mass_line"),
        mass_rate=record.text("mass_rate"),
        lines=tuple(_read_line(line) for line in record.records("lines")),
    )
    record.finish()
    faults.raise_if_any()
    return rules, agreement.index_rates


def _read_line(record: Record) -> _LineRule:
    record.raw("total")
    rule = _LineRule(
        line=record.text("line"),
        groups=record.texts("groups", least=1),
        total=record.optional_text("total"),
        cites=record.texts("cites", least=1),
    )
    record.finish()
    return rule
