"""Why a figure cannot be: the checks it breaks as printed and keeps once mended, each as a clause in four languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from medicomut.money import Lang, format_number
from medicomut.observatory.counts import Counts, Group, group_of, other_group
from medicomut.observatory.figures import ACTIVE, ADHERED, COUNTS, DIFFERENCES, RATE, RATES, Cell, kind_of
from medicomut.observatory.wording import say

REGIONS_SUM: Final = "regions_sum"
"""The kind of a sum that practitioners without a region may explain."""

Instead = tuple[int, Fraction]
"""A figure, and the value it is given for a trial."""

MOST_SHOWN: Final = 12
"""Of a longer list of numbers the first and the last are shown."""

_NO_BREAK: Final = "\u00a0"
_SEMICOLON: Final[dict[str, str]] = {"fr": f"{_NO_BREAK}; ", "nl": "; ", "de": "; ", "en": "; "}


@dataclass(frozen=True, slots=True)
class Shown:
    """A number of a sentence: persons, a rate in percent, or points; several are listed, or joined by `joined`."""

    values: tuple[Fraction, ...]
    kind: str
    decimals: int = 2
    joined: str = ""

    def text(self, lang: Lang) -> str:
        """Write it in the reader's language."""
        written = [write(value, self.kind, self.decimals, lang) for value in self.values]
        if len(written) > MOST_SHOWN:
            written = [*written[: MOST_SHOWN - 2], "…", written[-1]]
        return (self.joined or _SEMICOLON[lang]).join(written)


def write(value: Fraction, kind: str, decimals: int, lang: Lang) -> str:
    """Write a count, a rate or a difference in the reader's language: `3 586`, `82,05 %`, `+10,54 points`."""
    if kind == "count":
        return format_number(value, lang, 0)
    digits = format_number(value, lang, decimals)
    if kind == "rate":
        return digits + ("%" if lang == "en" else f"{_NO_BREAK}%")
    sign = "+" if value > 0 else ""
    return f"{sign}{digits}{_NO_BREAK}{say('points', lang)}"


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a proof: `kind` names the check, `word` the sentence of `data/observatory/words.yaml`."""

    kind: str
    word: str
    values: Mapping[str, Shown | str] = field(default_factory=dict)

    def text(self, lang: Lang) -> str:
        """Write the clause in the reader's language, without a full stop."""
        shown = {name: each if isinstance(each, str) else each.text(lang) for name, each in self.values.items()}
        return say(self.word, lang, **shown)


def sentence(clauses: Sequence[Clause], unique: bool) -> dict[str, str]:
    """Return clauses as one sentence in each language, with what makes a repair the only one."""
    found: dict[str, str] = {}
    languages: tuple[Lang, ...] = ("fr", "nl", "de", "en")
    for lang in languages:
        parts = [clause.text(lang) for clause in clauses]
        if unique:
            parts.append(say("why_unique", lang))
        text = _SEMICOLON[lang].join(parts)
        found[lang] = text[:1].upper() + text[1:] + "."
    return found


@dataclass(slots=True)
class Evidence:
    """The figures of a publication as they stand: printed, or mended where a slip was undone already."""

    model: Counts
    values: dict[int, Fraction | None]
    _by_key: dict[tuple[str, Group], list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, cell in enumerate(self.model.cells):
            self._by_key.setdefault((cell.key.measure, group_of(cell.key)), []).append(number)

    def clauses(self, number: int, mended: Fraction | None) -> Iterator[Clause]:
        """Yield what a figure contradicts as printed and, where a value is known, not once mended."""
        cell = self.model.cells[number]
        group = group_of(cell.key)
        if cell.key.measure in COUNTS:
            yield from self._sums(number, group, mended)
            yield from self._elsewhere(number, group)
        if cell.key.measure in {ACTIVE, ADHERED, RATE}:
            yield from self._ratio(number, group, mended)
        if cell.key.measure in RATES:
            yield from self._impossible(cell)
            yield from self._means(number, group, mended)
        if cell.key.measure in DIFFERENCES:
            yield from self._difference(number, cell)

    def value(
        self, measure: str, group: Group, near: int, instead: tuple[int, Fraction] | None = None
    ) -> Fraction | None:
        """Return a figure as it stands, that of the same table as `near` first; `instead` puts another in its place."""
        found = self._by_key.get((measure, group), [])
        tables = self.model.cells
        for number in sorted(found, key=lambda one: tables[one].table != tables[near].table):
            if instead is not None and number == instead[0]:
                return instead[1]
            if self.values[number] is not None:
                return self.values[number]
        return None

    def _sums(self, number: int, group: Group, mended: Fraction | None) -> Iterator[Clause]:
        measure, printed = self.model.cells[number].key.measure, self.model.cells[number].figure.value
        for whole, parts in self.model.sums:
            members = [part for part in parts if part.region]
            if group not in (whole, *members):
                continue
            found = self._all(measure, (whole, *members), number, printed)
            if found is None or sum(found[1:]) == found[0]:
                continue
            after = None if mended is None else self._all(measure, (whole, *members), number, mended)
            room = found[0] * self.model.without_region if len(members) < len(parts) else 0
            if after is None or 0 <= after[0] - sum(after[1:]) <= room:
                total = sum(found[1:], Fraction(0))
                yield Clause(REGIONS_SUM if len(members) < len(parts) else "sum", "why_sum", {
                    "terms": Shown(tuple(found[1:]), "count", joined=" + "), "total": Shown((total,), "count"),
                    "printed": Shown((found[0],), "count"),
                })  # fmt: skip

    def _all(self, measure: str, groups: Sequence[Group], number: int, value: Fraction) -> list[Fraction] | None:
        found = [self.value(measure, each, number, (number, value)) for each in groups]
        known = [each for each in found if each is not None]
        return known if len(known) == len(groups) else None

    def _elsewhere(self, number: int, group: Group) -> Iterator[Clause]:
        cell = self.model.cells[number]
        for other in self._by_key[cell.key.measure, group]:
            value = self.values[other]
            if other != number and value is not None and value != cell.figure.value:
                there = self.model.cells[other]
                shown: dict[str, Shown | str] = {"table": str(there.table), "column": there.column}
                yield Clause("repeat", "why_elsewhere", shown | {"value": Shown((value,), "count")})
                return

    def _ratio(self, number: int, group: Group, mended: Fraction | None) -> Iterator[Clause]:
        rate_of = next((n for n in self._by_key.get((RATE, group), []) if self._same_table(n, number)), None)
        if rate_of is None:
            return
        rate = self.model.cells[rate_of].figure

        def fits(value: Fraction) -> tuple[bool, Fraction, Fraction, Fraction] | None:
            found = [self.value(m, group, number, (number, value)) for m in (ADHERED, ACTIVE, RATE)]
            if found[0] is None or not found[1] or found[2] is None:
                return None
            share = 100 * found[0] / found[1]
            return abs(share - found[2]) <= rate.value - rate.low, found[0], found[1], found[2]

        before = fits(self.model.cells[number].figure.value)
        after = None if mended is None else fits(mended)
        if before is not None and not before[0] and (after is None or after[0]):
            _, adhered, active, stated = before
            yield Clause("rate", "why_ratio", {
                "adhered": Shown((adhered,), "count"), "active": Shown((active,), "count"),
                "rate": Shown((100 * adhered / active,), "rate", rate.decimals),
                "printed": Shown((stated,), "rate", rate.decimals),
            })  # fmt: skip

    def _same_table(self, one: int, other: int) -> bool:
        return self.model.cells[one].table == self.model.cells[other].table

    def _impossible(self, cell: Cell) -> Iterator[Clause]:
        if cell.figure.low > 100 or cell.figure.high < 0:
            yield Clause("impossible_rate", "why_impossible")

    def _means(self, number: int, group: Group, mended: Fraction | None) -> Iterator[Clause]:
        """Yield weighted means: of the parts of this group, and of the whole this group is a part of."""
        decimals = self.model.cells[number].figure.decimals
        for whole, parts in self.model.sums:
            members = [part for part in parts if part.region]
            weights = [self.value(ACTIVE, part, number) for part in members]
            if group not in (whole, *members) or any(weight is None for weight in weights):
                continue
            known = [weight for weight in weights if weight is not None]

            before, after = (
                None if value is None else self._mean((number, value), (whole, *members), known)
                for value in (self.model.cells[number].figure.value, mended)
            )
            room = Fraction(1, 10**decimals) + (100 * self.model.without_region if len(members) < len(parts) else 0)
            if before is None or abs(before[0] - before[1]) <= room:
                continue
            if after is None or abs(after[0] - after[1]) <= room:
                word = "why_mean" if group == whole else "why_mean_of_whole"
                shown = {"mean": before[0], "printed": before[1]}
                values = {name: Shown((value,), "rate", decimals) for name, value in shown.items()}
                yield Clause("weighted_mean", word, values)

    def _mean(
        self, trial: Instead, groups: Sequence[Group], weights: Sequence[Fraction]
    ) -> tuple[Fraction, Fraction] | None:
        """Return the weighted mean of the parts' rates, and the rate of the whole, the first of the groups."""
        number, value = trial
        rates = self._all(self.model.cells[number].key.measure, groups, number, value)
        if rates is None or not sum(weights):
            return None
        weighted = sum((w * rate for w, rate in zip(weights, rates[1:], strict=True)), Fraction(0))
        return weighted / sum(weights), rates[0]

    def _difference(self, number: int, cell: Cell) -> Iterator[Clause]:
        one, other = (self.value(RATE, each, number) for each in (group_of(cell.key), other_group(cell.key)))
        if one is None or other is None:
            return
        if abs(one - other - cell.figure.value) > Fraction(1, 10**cell.figure.decimals):
            yield Clause("difference", "why_difference", {
                "one": Shown((one,), "rate", cell.figure.decimals),
                "other": Shown((other,), "rate", cell.figure.decimals),
                "difference": Shown((one - other,), "points", cell.figure.decimals),
                "printed": Shown((cell.figure.value,), "points", cell.figure.decimals),
            })  # fmt: skip

    def copy_of(self, number: int) -> int | None:
        """Return a figure of the same row or column that this one repeats without being about the same."""
        cells = self.model.cells
        cell = cells[number]
        for other, found in enumerate(cells):
            beside = found.table == cell.table and (found.line == cell.line) != (found.column == cell.column)
            alike = found.figure.value == cell.figure.value and kind_of(found.key.measure) == kind_of(cell.key.measure)
            if beside and alike and found.figure.value:
                return other
        return None

    def column(self, cells: Sequence[int], copied: Sequence[int]) -> Iterator[Clause]:
        """Yield why a whole column cannot be: what it repeats, what stands elsewhere, the rates it would give."""
        first, original = self.model.cells[cells[0]], self.model.cells[copied[0]]
        shown = {"column": first.column, "other": original.column, "table": str(original.table)}
        yield Clause("repeated_column", "why_column", shown)
        elsewhere = [clause for n in cells for clause in self._elsewhere(n, group_of(self.model.cells[n].key))]
        if len(elsewhere) == len(cells):
            yield Clause("repeat", "why_elsewhere", {**elsewhere[0].values, "value": _together(elsewhere, "value")})
        ratios = [clause for n in cells for clause in self._ratio(n, group_of(self.model.cells[n].key), None)]
        if len(ratios) == len(cells):
            yield Clause("rate", "why_column_rates", {name: _together(ratios, name) for name in ("rate", "printed")})


def _together(clauses: Sequence[Clause], name: str) -> Shown:
    """Return a number of several clauses as one list."""
    found = [each for clause in clauses if isinstance(each := clause.values[name], Shown)]
    return Shown(tuple(value for each in found for value in each.values), found[0].kind, found[0].decimals)
