"""What holds by day, by code and by practitioner, as small tables found by position instead of by join."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

import numpy as np
import polars as pl

from medicomut.engines.columns import Inputs, constant, filled, literal, place, truth_at, truths
from medicomut.slots import SLOT_COUNT
from medicomut.tariff.book import DAY_INPUTS, SLOTS
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import Binding, FeeTable
from medicomut.tariff.line import NOT_PUBLISHED, code_facts
from medicomut.tariff.practitioners import Accession, Practitioners
from medicomut.tariff.vocabulary import PARTIAL

Array = np.ndarray[Any, Any]

EPOCH, SOME_DAY = date(1970, 1, 1), date(2020, 1, 1)
CODE_DIGITS = 6
CODES = 10**CODE_DIGITS
SECONDS_A_DAY, DAYS_A_WEEK = 86_400, 7
FEW, BUCKETS, BUCKETS_OF_FEW = 1_000, 999_983, 10_007
"""Primes: numbers that differ little fall into buckets far apart. Few practitioners need few of them."""

NOBODY = -1

ONLY_WITHOUT_A_SETTING = ("ambulatory_code", "visit_code")
"""What a code says and the rules ask only of lines that state no setting."""

SHARES = 4
FEE_NOT_PUBLISHED, FEE_DERIVED, SHARE_DERIVED = 1, 2, 4
"""What a fee's status says to the rules, a bit each."""

MOST_STRETCHES = 10_000
"""So many stretches of days are remembered."""

UNKNOWN = -1
"""Stands for an amount that is not known inside the tables; the result shows it as nothing."""


@dataclass(frozen=True, slots=True)
class _Years:
    """The facts of every day of some whole years."""

    first: date
    last: date
    frame: pl.DataFrame
    changing: dict[tuple[date, date], frozenset[str]] = field(default_factory=dict)
    """Which facts differ between two days: requests ask for the same stretches over and over."""

    def changes(self, low: date, high: date) -> frozenset[str]:
        """Return the facts that are not the same on all days of a stretch."""
        found = self.changing.get((low, high))
        if found is None:
            stretch = self.frame.slice((low - self.first).days, (high - low).days + 1)
            found = frozenset(name for name in stretch.columns if stretch[name].n_unique() > 1)
            if len(self.changing) < MOST_STRETCHES:
                self.changing[low, high] = found
        return found


class DayTable:
    """The facts of each day, its agreement and its fee period, for whole years as lines need them."""

    def __init__(self, conditions: Conditions, boundaries: list[date]) -> None:
        self.conditions, self.boundaries = conditions, boundaries
        self.agreements = [None, *conditions.agreement_ids]
        self._lock = Lock()
        self._years = self._make(SOME_DAY.year, SOME_DAY.year)

    def _cover(self, first: date, last: date) -> _Years:
        with self._lock:  # chunks are checked side by side
            had = self._years
            if not (had.first <= first and last <= had.last):
                self._years = self._make(min(first.year, had.first.year), max(last.year, had.last.year))
            return self._years

    def _make(self, first_year: int, last_year: int) -> _Years:
        first, last = date(first_year, 1, 1), date(last_year, 12, 31)
        days = self.conditions.days(first, last)
        dates = pl.date_range(first, last, eager=True)
        frame = pl.DataFrame(
            {name: truths(day.facts[name] for day in days) for name in DAY_INPUTS}
            | {
                "agreement": pl.Series([self.agreements.index(day.agreement) for day in days], dtype=pl.UInt8),
                "period": pl.Series(self.boundaries, dtype=pl.Date).search_sorted(dates, side="right").cast(pl.UInt16),
            }
        )
        return _Years(first, last, frame)

    def put(self, days: pl.Series, inputs: Inputs) -> tuple[pl.Series | int, pl.Series | int]:
        """Add the facts of each line's day; return its fee period and the number of its agreement."""
        low, high = days.min(), days.max()
        if not isinstance(low, date) or not isinstance(high, date):  # no line has a day that can be read
            low = high = SOME_DAY
        years = self._cover(low, high)
        known = days.fill_null(low) if days.null_count() else days
        at = place(known.to_physical() - (years.first - EPOCH).days)
        start, changing = (low - years.first).days, years.changes(low, high)

        def of_day(name: str) -> pl.Series:
            """Return one value for all lines as a series of one, else a value a line."""
            return years.frame[name][at] if name in changing else years.frame[name].slice(start, 1)

        for name in DAY_INPUTS:
            values = of_day(name)
            inputs.put(name, bool(values[0]) if len(values) == 1 else values != 0)
        period, agreement = of_day("period"), of_day("agreement")
        return (
            int(period[0]) if len(period) == 1 else period,
            int(agreement[0]) if len(agreement) == 1 else agreement,
        )


def _status(fee: Binding) -> int:
    return (
        FEE_NOT_PUBLISHED * (fee.status in NOT_PUBLISHED)
        + FEE_DERIVED * (fee.status == "derived")
        + SHARE_DERIVED * (fee.share_status == "derived")
    )


def second_of_week(days: pl.Series, seconds: pl.Series | None) -> Array:
    """Return seconds after Monday 00:00, -1 where the day or the time (below nought) is not known."""
    if seconds is None:
        return np.full(len(days), -1)
    day, second = filled(days.to_physical(), 0).to_numpy(), seconds.to_numpy()
    moment = (day + EPOCH.weekday()) % DAYS_A_WEEK * SECONDS_A_DAY + second
    return np.where(days.is_null().to_numpy() | (second < 0), -1, moment)


@dataclass(frozen=True, slots=True)
class _FeeTables:
    """Fee, its status, four shares and two doubts about them, for each kind of code (in each period)."""

    fee: pl.Series
    status: pl.Series
    highest: pl.Series
    share: pl.Series
    share_depends: pl.Series


def _put_share(tables: _FeeTables, cell: pl.Series, inputs: Inputs) -> None:
    parts = {name: inputs.columns[name] for name in ("preferential", "medical_file") if name in inputs.columns}
    frame = pl.DataFrame([cell.alias("cell"), *(column.alias(name) for name, column in parts.items())])

    def weight(name: str, value: int) -> pl.Expr:
        if name in parts:
            return pl.when(name).then(literal(value, pl.UInt32)).otherwise(literal(0, pl.UInt32))
        return literal(value if inputs.constants[name] else 0, pl.UInt32)

    place = pl.col("cell")
    half = (place * 2 + weight("preferential", 1)).alias("half")
    quarter = (place * SHARES + weight("preferential", 2) + weight("medical_file", 1)).alias("quarter")
    file_stated = inputs.constants.get("medical_file_stated") is True
    places = frame.select(quarter) if file_stated else frame.select(half, quarter)
    inputs.put("share_depends_on_file", False if file_stated else truth_at(tables.share_depends, places["half"]))
    share = tables.share[places["quarter"]]
    inputs.put("patient_share_cents", share)
    inputs.put("share_known", share >= 0)


class CodeTable:
    """What a code says and which fee binds for it in each period."""

    def __init__(self, conditions: Conditions, fees: FeeTable) -> None:
        self.boundaries = sorted(
            {row.valid_from for row in fees.rows}
            | {date.fromordinal(row.valid_to.toordinal() + 1) for row in fees.rows}
        )
        self.ecg = sorted(conditions.ecg_codes)
        known = sorted(set(fees.codes) | conditions.ecg_codes | conditions.visit_codes)
        samples = _one_code_of_each_kind(conditions, exclude=set(known))
        classes = [*known, *samples.values()]
        facts = [code_facts(code, conditions) for code in classes]
        self.facts = {name: truths(fact[name] for fact in facts) for name in facts[0]}
        self.is_ecg = pl.Series([code in conditions.ecg_codes for code in classes], dtype=pl.Boolean)
        self._direct = _direct(conditions, known, samples)
        self._fees(fees, classes)

    def _fees(self, fees: FeeTable, classes: list[int]) -> None:
        """Lay out, for each period and kind of code, the fee, its status and its four shares."""
        starts = [date.min, *self.boundaries]
        self.kinds = len(classes)
        cells = [fees.binding(code, start) for start in starts for code in classes]
        self.fee = pl.Series([cell.fee if cell else UNKNOWN for cell in cells], dtype=pl.Int32)
        self.status = pl.Series([_status(cell) if cell else 0 for cell in cells], dtype=pl.UInt8)
        self.highest = pl.Series([cell.highest if cell else UNKNOWN for cell in cells], dtype=pl.Int32)
        shares = [share for cell in cells for share in (cell.shares if cell else (None,) * SHARES)]
        self.share = pl.Series([UNKNOWN if share is None else share for share in shares], dtype=pl.Int32)
        pairs = zip(shares[::2], shares[1::2], strict=True)
        self.share_depends = truths(without != with_file for without, with_file in pairs)

    def put(self, codes: pl.Series, periods: pl.Series | int, inputs: Inputs) -> pl.Series:
        """Add what the code says, the fee and the share; return the kind of each line's code."""
        kind = self.kind_of(codes)
        setting = inputs.columns.get("setting")
        placed = setting is not None and not (setting == 0).any()
        for name, values in self.facts.items():
            told = placed and name in ONLY_WITHOUT_A_SETTING
            inputs.put(name, False if told else truth_at(values, kind))
        if isinstance(periods, int):  # all lines in one period of fees: a kind is a place in that period's tables
            tables, cell = self._tables(periods * self.kinds, self.kinds), kind
        else:
            tables, cell = self._tables(0, len(self.fee)), kind + periods * self.kinds
        fee = tables.fee[cell]
        inputs.put("fee_cents", fee)
        inputs.put("fee_known", fee >= 0)
        status = tables.status[cell] if (tables.status > 0).any() else None
        bits = {
            "fee_is_not_published": FEE_NOT_PUBLISHED,
            "fee_is_derived": FEE_DERIVED,
            "share_is_derived": SHARE_DERIVED,
        }
        for name, bit in bits.items():
            inputs.put(name, False if status is None else (status & bit) > 0)
        disputed = (tables.highest != tables.fee).any()
        inputs.put("fee_highest_cents", tables.highest[cell] if disputed else fee)
        _put_share(tables, cell, inputs)
        return kind

    def _tables(self, start: int, count: int) -> _FeeTables:
        return _FeeTables(
            self.fee.slice(start, count),
            self.status.slice(start, count),
            self.highest.slice(start, count),
            self.share.slice(start * SHARES, count * SHARES),
            self.share_depends.slice(start * 2, count * 2),
        )

    def kind_of(self, codes: pl.Series) -> pl.Series:
        """Return the kind of each code: its own number where a fee or a watch knows it, else that of its like."""
        return place(self._direct[place(filled(codes, 0))])


def _one_code_of_each_kind(conditions: Conditions, exclude: set[int]) -> dict[tuple[bool, ...], int]:
    """Return, for codes without a fee, one code for each combination of what digits can say."""
    samples: dict[tuple[bool, ...], int] = {}
    starts = [0, *(int(series) * 10 ** (CODE_DIGITS - len(series)) for series in conditions.watched_series)]
    for start in starts:
        for code in range(start, start + 200):
            if code not in exclude:
                samples.setdefault(tuple(code_facts(code, conditions).values()), code)
    return samples


def _direct(conditions: Conditions, known: list[int], samples: dict[tuple[bool, ...], int]) -> pl.Series:
    """Return for each of the million codes the number of its kind."""
    code = pl.int_range(CODES, eager=True, dtype=pl.Int32).alias("code").to_frame()
    root = pl.col("code") // 10
    starts = [
        pl.col("code") // 10 ** (CODE_DIGITS - len(series)) == int(series) for series in conditions.watched_series
    ]
    frame = code.select(
        code_valid=root % 7 == pl.col("code") % 10,
        ambulatory_code=root % 2 == 1,
        visit_code=pl.col("code").is_in(sorted(conditions.visit_codes)),
        in_series_960=pl.any_horizontal(starts),
    )
    number = pl.lit(0, dtype=pl.UInt16)
    for n, key in enumerate(samples):
        same = pl.all_horizontal(pl.col(c) == value for c, value in zip(frame.columns, key, strict=True))
        number = pl.when(same).then(len(known) + n).otherwise(number)
    kinds = frame.select(number.cast(pl.UInt16)).to_series()
    return kinds.scatter(known, list(range(len(known))))


class PractitionerTable:
    """Profession, status and slots of each practitioner, by row of the table."""

    def __init__(self, practitioners: Practitioners) -> None:
        rows = practitioners.rows
        sites = sorted({site.casefold() for site in practitioners.sites})
        self.sites = {site: n for n, site in enumerate(sites, start=1)}
        self.profession = pl.Series([0, *(row.profession for row in rows)], dtype=pl.UInt8)
        self.status = pl.Series([0, *(row.status for row in rows)], dtype=pl.UInt8)
        self.valid_from = pl.Series([date.min, *(row.valid_from for row in rows)], dtype=pl.Date)
        self.valid_to = pl.Series([date.max, *(row.valid_to for row in rows)], dtype=pl.Date)
        self.slots = self._slots(rows)
        self._index(practitioners)

    def _slots(self, rows: list[Accession]) -> dict[str, pl.Series]:
        columns: dict[str, list[int]] = {name: [] for name in SLOTS}
        partial = [n for n, row in enumerate(rows, start=1) if row.slots]  # few have slots: only these are filled in
        for n in partial:
            slots = rows[n - 1].slots
            for k in range(SLOT_COUNT):
                slot = slots[k] if k < len(slots) else None
                columns[f"slot_{k + 1}_from"].append(slot.start if slot else 0)
                columns[f"slot_{k + 1}_to"].append(slot.end if slot else 0)
                columns[f"slot_{k + 1}_site"].append(self.sites[slot.site.casefold()] if slot and slot.site else 0)
        empty = constant(0, pl.Int32, len(rows) + 1)
        return {name: empty.clone().scatter(partial, values) for name, values in columns.items()}

    def _index(self, practitioners: Practitioners) -> None:
        first: dict[int, int] = {}
        starts: list[list[date]] = []
        for n, row in enumerate(practitioners.rows, start=1):
            if row.practitioner not in first:
                first[row.practitioner] = n
                starts.append([])
            else:
                starts[-1].append(row.valid_from)
        most = max((len(s) for s in starts), default=0)
        # Where a practitioner has several rows, those after the first begin on these days.
        self.later_starts = [
            pl.Series([date.max, *(s[n] if n < len(s) else date.max for s in starts)], dtype=pl.Date)
            for n in range(most)
        ]
        self.numbers = pl.Series([NOBODY, *first], dtype=pl.Int64)
        self.first_row = pl.Series([0, *first.values()], dtype=pl.UInt32)
        self.index = pl.DataFrame({"number": self.numbers, "who": pl.int_range(len(self.numbers), eager=True)})
        count = BUCKETS_OF_FEW if len(self.numbers) < FEW else BUCKETS
        self.buckets = constant(0, pl.UInt32, count)
        self.buckets = self.buckets.scatter(self.numbers[1:] % count, pl.int_range(1, len(self.numbers), eager=True))

    def _who(self, numbers: pl.Series) -> pl.Series:
        """Return each line's position among the practitioners, 0 for nobody.

        Nearly every number has a bucket of its own; those that share one are found by a join.
        """
        numbers = filled(numbers, NOBODY)
        who = self.buckets[place(numbers % len(self.buckets))]
        missed = (self.numbers[who] != numbers).arg_true()
        if not len(missed):
            return who
        there = numbers[missed].alias("number").to_frame()
        found = there.join(self.index, on="number", how="left", maintain_order="left")["who"]
        return who.scatter(missed, found.fill_null(0).cast(pl.UInt32))

    def put(self, numbers: pl.Series | None, days: pl.Series, inputs: Inputs) -> pl.Series | None:
        """Add profession and status; return each line's row of the table, None where no line has one."""
        if numbers is None or len(self.numbers) == 1:
            for name in ("practitioner_known", "profession", "status"):
                inputs.put(name, False if name == "practitioner_known" else 0)
            return None
        who = self._who(numbers)
        inputs.put("practitioner_known", True if (who > 0).all() else who > 0)
        row = self._row(who, days)
        inputs.put("profession", self.profession[row])
        inputs.put("status", self.status[row])
        return row

    def _row(self, who: pl.Series, days: pl.Series) -> pl.Series:
        """Return each line's row, 0 where none holds on its day.

        Most rows hold on every day of the lines, or on none: only the lines of the others are looked at one by one.
        """
        low, high = days.min(), days.max()
        if not isinstance(low, date) or not isinstance(high, date):
            return constant(0, pl.UInt32, len(who))
        first, changing = self.first_row, constant(False, pl.Boolean, len(self.first_row))
        for starts in self.later_starts:
            first = first + (starts <= low).cast(pl.UInt32)
            changing |= (starts > low) & (starts <= high)
        from_, to = self.valid_from[first], self.valid_to[first]
        never = (from_ > high) | (to < low)
        changing |= ~never & ((from_ > low) | (to < high))
        row = first.set(never, 0)[who]
        doubtful = changing | pl.Series([days.null_count() > 0])
        if not doubtful.any():
            return row
        lines = truth_at(doubtful.cast(pl.UInt8), who).arg_true()
        return row.scatter(lines, self._row_on(who[lines], days[lines]))

    def _row_on(self, who: pl.Series, days: pl.Series) -> pl.Series:
        row = self.first_row[who]
        for starts in self.later_starts:
            row += (days >= starts[who]).fill_null(value=False).cast(pl.UInt32)
        outside = (days < self.valid_from[row]) | (days > self.valid_to[row])
        return row.set(outside.fill_null(value=True), 0)

    def partial_lines(self, row: pl.Series | None, inputs: Inputs) -> pl.Series | None:
        """Return the positions of the lines of practitioners who acceded in part."""
        if row is None or not (self.status == PARTIAL).any():
            return None
        status = inputs.columns["status"]
        return (status == PARTIAL).arg_true()
