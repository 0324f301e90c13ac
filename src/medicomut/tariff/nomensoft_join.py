"""Joining the amounts of a code into records of `fees.csv`: one fee a day, split for each kind of patient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, pairwise

from medicomut.errors import Problem
from medicomut.tariff.fee_files import Condition
from medicomut.tariff.nomensoft_read import OPEN, UNCONDITIONAL, Amount

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """One record to write: a split of a fee in an interval; `documents` are INAMI's own references."""

    code: str
    valid_from: date
    valid_to: date
    condition: Condition
    fee: int
    reimbursement: int | None
    patient_share: int | None
    how: str
    documents: tuple[str, ...]


def by_code(amounts: Iterable[Amount]) -> list[list[Amount]]:
    """Return the amounts of each code, in the order of the codes, each amount once."""
    found: dict[str, dict[tuple[object, ...], Amount]] = defaultdict(dict)
    for amount in amounts:
        # The same amount may stand in a table and in its history: it is one amount.
        key = (amount.valid_from, amount.valid_to, amount.role, amount.condition, amount.cents)
        found[amount.code].setdefault(key, amount)
    return [list(found[code].values()) for code in sorted(found)]


def pieces_of(amounts: list[Amount], until: date, problems: list[Problem], warnings: list[Problem]) -> list[Piece]:
    """Cut the days of one code at every change, and join fee, reimbursements and shares in each piece."""
    ends = {id(amount): until if amount.valid_to == OPEN else amount.valid_to for amount in amounts}
    for amount in amounts:
        if ends[id(amount)] < amount.valid_from:
            what = f"the amount begins on {amount.valid_from}, after {until}"
            problems.append(Problem("begins_too_late", what, amount.place, mend="give a later known_until"))
    cuts = sorted({day for amount in amounts for day in (amount.valid_from, ends[id(amount)] + _DAY)})
    pieces: list[Piece] = []
    latest: dict[Condition, int] = {}
    for start, after in pairwise(cuts):
        here = [amount for amount in amounts if amount.valid_from <= start <= ends[id(amount)]]
        for piece in _join(here, start, after - _DAY, problems, warnings):
            earlier = latest.get(piece.condition)
            if earlier is not None and _continues(pieces[earlier], piece):
                pieces[earlier] = replace(pieces[earlier], valid_to=piece.valid_to)
            else:
                latest[piece.condition] = len(pieces)
                pieces.append(piece)
    return pieces


def _continues(earlier: Piece, piece: Piece) -> bool:
    """Whether the piece says the same as the one that ends on the day before it."""
    touching = earlier.valid_to + _DAY == piece.valid_from
    return touching and replace(earlier, valid_from=piece.valid_from, valid_to=piece.valid_to) == piece


def _join(
    here: list[Amount], start: date, end: date, problems: list[Problem], warnings: list[Problem]
) -> Iterator[Piece]:
    by_role: dict[str, list[Amount]] = defaultdict(list)
    for amount in here:
        by_role[amount.role].append(amount)
    for one, other in combinations(here, 2):
        _check_pair(one, other, start, problems)
    fees = by_role["fee"]
    if not fees:
        if here:
            what = f"{here[0].code} has an amount but no fee from {start} to {end}: left out"
            warnings.append(Problem("no_fee", what, here[0].place, severity="warning"))
        return
    splits = {role: {a.condition: a for a in by_role[role]} for role in ("reimbursement", "patient_share")}
    conditions = dict.fromkeys([*splits["reimbursement"], *splits["patient_share"]])
    for condition in conditions or [UNCONDITIONAL]:
        paid, share = splits["reimbursement"].get(condition), splits["patient_share"].get(condition)
        yield _split((fees[0], paid, share), condition, (start, end), problems)


def _check_pair(one: Amount, other: Amount, start: date, problems: list[Problem]) -> None:
    """Note two amounts of the same days that cannot both be meant."""
    both = f"{one.code} from {start}: {_at(one)} and {_at(other)}"
    meet = one.condition.meets(other.condition)
    if one.role == other.role and meet:
        what, mend = f"two amounts for one patient, {both}", "tell their labels apart in labels.csv"
        problems.append(Problem("two_amounts", what, other.place, mend=mend))
    elif one.role == other.role == "fee" and one.cents != other.cents:
        what, mend = f"fees that depend on the patient, {both}", "a code has one fee a day"
        problems.append(Problem("two_fees", what, other.place, mend=mend))
    elif "fee" not in {one.role, other.role} and meet and one.condition != other.condition:
        what, mend = f"reimbursement and share for different patients, {both}", "give them labels of one kind"
        problems.append(Problem("ambiguous_split", what, other.place, mend=mend))


def _split(
    amounts: tuple[Amount, Amount | None, Amount | None],
    condition: Condition,
    days: tuple[date, date],
    problems: list[Problem],
) -> Piece:
    """Return the record of one condition; of reimbursement and share the one not given is the difference."""
    fee, paid, share = amounts
    how = ""
    reimbursement = paid.cents if paid else None
    patient_share = share.cents if share else None
    if reimbursement is None and patient_share is not None:
        reimbursement, how = fee.cents - patient_share, "reimbursement = fee - patient share"
    elif patient_share is None and reimbursement is not None:
        patient_share, how = fee.cents - reimbursement, "patient share = fee - reimbursement"
    parts = (reimbursement or 0, patient_share or 0)
    if reimbursement is not None and (sum(parts) != fee.cents or min(parts) < 0):
        what = f"{fee.code}: reimbursement {parts[0]} + share {parts[1]} is not the fee {fee.cents} ({_at(fee)})"
        culprit = paid or share or fee
        problems.append(Problem("sum_differs", what, culprit.place, mend="compare the three with the source"))
    documents = tuple(sorted({a.document for a in (fee, paid, share) if a is not None and a.document}))
    return Piece(fee.code, *days, condition, fee.cents, reimbursement, patient_share, how, documents)


def _at(amount: Amount) -> str:
    return f"{amount.cents} cents at {amount.place}"
