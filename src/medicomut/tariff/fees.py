"""Fees by nomenclature code, day and kind of patient, with where each figure comes from and how sure it is.

A fee is known in closed intervals only: outside them the answer is None, never the nearest figure. Where only
the fee is known and the law fixes the patient's share, the reimbursement is the difference, marked derived.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import Any, Final, TypeVar

from medicomut.errors import Problem, Problems
from medicomut.tariff.fee_files import (
    PATIENT_GROUPS,
    STATUSES,
    FeeRow,
    ShareRow,
    read_fees,
    read_shares,
    read_sources,
)
from medicomut.tariff.letters import check_letters, read_letters

SHIPPED: Final = Path(__file__).resolve().parents[1] / "data" / "fees" / "be"
SHARED_BY_LAW: Final = "reimbursement = fee - the patient's share fixed by law"
"""How a split was found that no table prints."""

TABLE_COLUMNS: Final = (
    "code", "valid_from", "valid_to", "fee", "share_00", "share_01", "share_10", "share_11", "status",
    "share_status", "highest",
)  # fmt: skip
_FILES: Final = ("fees.csv", "letters.csv", "patient_shares.csv", "sources.csv")

_DAY: Final = timedelta(days=1)
_Row = TypeVar("_Row", FeeRow, ShareRow)


@dataclass(frozen=True, slots=True)
class Fee:
    """What is known of a code on a day for a kind of patient; amounts in cents, None where not known.

    `reimbursement` + `patient_share` = `fee` wherever they are known. `status` is that of the fee,
    `share_status` that of the split (None where it is not known); `how` states the arithmetic of what is
    derived; `sources` are ids of `sources.csv`.
    """

    code: str
    valid_from: date
    valid_to: date
    fee: int
    reimbursement: int | None
    patient_share: int | None
    status: str
    share_status: str | None
    how: str
    sources: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class _Segment:
    """Days between two changes of a code: one answer for each kind of patient that has one."""

    valid_from: date
    valid_to: date
    fees: dict[tuple[str, bool, bool], Fee]
    highest: int


class FeeSchedule:
    """The fees of a folder. `hash` is the SHA-256 of its files, the same whatever their line endings."""

    def __init__(self, segments: dict[str, list[_Segment]], digest: str) -> None:
        self.hash = digest
        self._segments = segments
        self._starts = {code: [segment.valid_from for segment in of] for code, of in segments.items()}

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> FeeSchedule:
        """Read a fee folder (`docs/fees.md`); without one, the fees that come with the package.

        Raises `Problems` with every fault of every file.
        """
        problems: list[Problem] = []
        sources = read_sources(folder, problems)
        rows = read_fees(folder, sources, problems)
        shares = read_shares(folder, sources, problems)
        letters = read_letters(folder, sources, problems)
        chosen = _chosen(rows, problems)
        _check_shares(shares, problems)
        check_letters(letters, ((row.code, row.valid_from, row.valid_to, row.fee) for row in chosen), problems)
        if problems:
            raise Problems(problems)
        rivals = [row for row in rows if not row.chosen and row.status == "published"]
        return cls(_segments(chosen, shares, rivals), _digest(folder))

    def lookup(
        self, code: str, day: date, *, preferential: bool, medical_file: bool, patient_group: str = "adult"
    ) -> Fee | None:
        """Return what is known of the code on the day for that patient, or None where no fee is known.

        A line of care carries neither the patient's age nor a chronic disease: unless the caller knows
        better, the figures of an ordinary adult apply.
        """
        at = bisect_right(self._starts.get(code, ()), day) - 1
        if at < 0:
            return None
        segment = self._segments[code][at]
        return segment.fees.get((patient_group, preferential, medical_file)) if day <= segment.valid_to else None

    def boundaries(self) -> list[date]:
        """Return every day on which the answer for some code may change, in order."""
        days = {segment.valid_from for of in self._segments.values() for segment in of}
        return sorted(days | {segment.valid_to + _DAY for of in self._segments.values() for segment in of})

    def table(self) -> dict[str, list[Any]]:
        """Return columns, one row for each code and interval, for ordinary adults; amounts in cents.

        `code, valid_from, valid_to, fee, share_00, share_01, share_10, share_11, status, share_status`: the
        first digit is the preferential regime, the second the medical file; a share is None where it is not
        known; `status` is that of the fee, `share_status` that of the least certain share; `highest` is the
        highest figure published for the fee where sources disagree, else the fee itself.
        """
        rows = [self._row(segment) for code in sorted(self._segments) for segment in self._segments[code]]
        return {name: [row[name] for row in rows] for name in TABLE_COLUMNS}

    @staticmethod
    def _row(segment: _Segment) -> dict[str, Any]:
        fees = [segment.fees["adult", *kind] for kind in product((False, True), (False, True))]
        shares = dict(zip(TABLE_COLUMNS[4:8], (fee.patient_share for fee in fees), strict=True))
        split = [fee.share_status for fee in fees if fee.share_status is not None]
        return {
            "code": int(fees[0].code),
            "valid_from": segment.valid_from,
            "valid_to": segment.valid_to,
            "fee": fees[0].fee,
            **shares,
            "status": fees[0].status,
            "share_status": max(split, key=STATUSES.index, default=None),
            "highest": segment.highest,
        }


def _chosen(rows: list[FeeRow], problems: list[Problem]) -> list[FeeRow]:
    """Return the rows in use; where published figures conflict, the files choose one and say why."""
    for same in _by_code(rows).values():
        chosen = [row for row in same if row.chosen]
        for earlier, row in combinations(chosen, 2):
            _check_pair(earlier, row, problems)
        for row in same:
            rivals = [other for other in chosen if _overlap(row, other) and row.condition.meets(other.condition)]
            if not row.chosen and not rivals:
                _note(
                    problems,
                    "none_chosen",
                    row,
                    "no figure is chosen for these days",
                    "choose one: chosen = 1",
                )
            if not row.chosen and not all(rival.note for rival in rivals):
                _note(
                    problems,
                    "choice_unexplained",
                    row,
                    "the figure chosen instead has no note",
                    "say why there",
                )
    return [row for row in rows if row.chosen]


def _check_pair(earlier: FeeRow, row: FeeRow, problems: list[Problem]) -> None:
    if not _overlap(earlier, row):
        return
    line = f"line {earlier.place.line}"
    if row.condition.meets(earlier.condition):
        what = f"{row.code} has this condition on some of these days at {line} too"
        _note(problems, "overlap", row, what, "end one interval before the other, or choose one (chosen)")
    elif row.fee != earlier.fee:
        what = f"the fee is {row.fee} here and {earlier.fee} at {line}, on the same day"
        _note(problems, "two_fees", row, what, "a code has one fee a day; only its split depends on the patient")


def _check_shares(shares: list[ShareRow], problems: list[Problem]) -> None:
    for same in _by_code(shares).values():
        for earlier, row in combinations(same, 2):
            if _overlap(earlier, row) and row.condition.meets(earlier.condition):
                what = f"{row.code} has a share for this condition at line {earlier.place.line} too"
                _note(problems, "overlap", row, what, "end one interval before the other")


def _note(problems: list[Problem], code: str, row: FeeRow | ShareRow, what: str, mend: str) -> None:
    problems.append(Problem(code=code, what=what, where=row.place, mend=mend))


def _overlap(one: FeeRow | ShareRow, other: FeeRow | ShareRow) -> bool:
    return one.valid_from <= other.valid_to and other.valid_from <= one.valid_to


def _segments(rows: list[FeeRow], shares: list[ShareRow], rivals: list[FeeRow]) -> dict[str, list[_Segment]]:
    """Cut the days of each code at every change, and answer each kind of patient in each piece."""
    rows_of, shares_of, rivals_of = _by_code(rows), _by_code(shares), _by_code(rivals)
    segments = {}
    for code, of in rows_of.items():
        law = shares_of.get(code, [])
        intervals = [(row.valid_from, row.valid_to) for row in of] + [(row.valid_from, row.valid_to) for row in law]
        cuts = sorted({day for start, end in intervals for day in (start, end + _DAY)})
        against = rivals_of.get(code, [])
        pieces = (_segment(start, after - _DAY, of, law, against) for start, after in pairwise(cuts))
        segments[code] = [piece for piece in pieces if piece.fees]
    return segments


def _segment(start: date, end: date, rows: list[FeeRow], shares: list[ShareRow], rivals: list[FeeRow]) -> _Segment:
    here = [row for row in rows if row.valid_from <= start <= row.valid_to]
    law = [row for row in shares if row.valid_from <= start <= row.valid_to]
    fees = {}
    for kind in product(PATIENT_GROUPS, (False, True), (False, True)):
        row = next((row for row in here if row.condition.holds(*kind)), None)
        share = next((row for row in law if row.condition.holds(*kind)), None)
        if row is not None:
            fees[kind] = _fee(row, share, start, end)
        elif here:
            # The fee is the same for every patient; only the split of this kind of patient is not known.
            unsplit = replace(here[0], reimbursement=None, patient_share=None)
            fees[kind] = _fee(unsplit, share, start, end)
    printed = [row.fee for row in (*here, *rivals) if row.valid_from <= start <= row.valid_to]
    return _Segment(start, end, fees, max(printed, default=0))


def _fee(row: FeeRow, share: ShareRow | None, start: date, end: date) -> Fee:
    reimbursement, patient_share, how = row.reimbursement, row.patient_share, row.how
    share_status: str | None = row.status if patient_share is not None else None
    sources = tuple(row.source.split())
    # Only a figure to be relied on is split by the law: nothing is concluded from an example.
    if patient_share is None and share is not None and row.status in {"published", "derived"}:
        patient_share, reimbursement = share.patient_share, row.fee - share.patient_share
        share_status = "derived"
        sources += tuple(source for source in share.source.split() if source not in sources)
        steps = (row.how, SHARED_BY_LAW)
        how = "; ".join(step for step in steps if step)
    return Fee(
        row.code, start, end, row.fee, reimbursement, patient_share, row.status, share_status, how, sources,
        row.note,
    )  # fmt: skip


def _by_code(rows: list[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.code].append(row)
    return found


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in _FILES:
        path = folder / name
        if path.exists():
            digest.update(name.encode() + b"\n" + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
