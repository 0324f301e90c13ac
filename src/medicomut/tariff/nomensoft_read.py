"""Amounts from NomenSoft rows: fee, reimbursement or patient's share of a code, from when, and for whom.

What is known of the layout, and from where, stands in `docs/fees.md`. The meaning of categories and labels
is data (`data/fees/be/nomensoft`): a label that is not in the table is a fault naming it, never a condition
that is false.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

from medicomut.errors import Place, Problem
from medicomut.identifiers import check_nomenclature
from medicomut.tariff.csv_tables import read_records
from medicomut.tariff.fee_files import ANY, PATIENT_GROUPS, Condition
from medicomut.tariff.nomensoft_xml import ONE_CODE, XmlRow

FEE_CODES: Final = "NOMEN_FEECODES"
SUMMARY: Final = "NOMEN_SUMMARY_EXT"
AMOUNTS: Final = (
    "NOMEN_CODE_FEE_LIM", "NOMEN_CODE_FEE_LIM_HIST", "NOMEN_CODE_FEE_BIS_LIM", "NOMEN_CODE_FEE_BIS_LIM_HIST",
)  # fmt: skip
OPEN: Final = date(2999, 12, 31)
UNCONDITIONAL: Final = Condition(ANY, ANY, ANY)

_DATE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T00:00:00)?")
_NUMBER: Final = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")
_LABEL_COLUMNS: Final = ("label", "use", "preferential", "medical_file", "patient_group", "note")
_CATEGORY_COLUMNS: Final = ("category", "role", "note")
_ROLES: Final = ("fee", "reimbursement", "patient_share", "left_out")


@dataclass(frozen=True, slots=True)
class Meanings:
    """What is meant: a role by category, conditions by normalised label (none: left out)."""

    roles: dict[str, str]
    conditions: dict[str, tuple[Condition, ...]]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of a code in cents in an interval (`OPEN` where no end is given) under one condition."""

    code: str
    valid_from: date
    valid_to: date
    role: str
    condition: Condition
    cents: int
    document: str
    place: Place


def normalised(label: str) -> str:
    """Return the label without accents, case and punctuation, as labels are compared."""
    plain = "".join(c for c in unicodedata.normalize("NFD", label.lower()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def read_meanings(folder: Path, problems: list[Problem]) -> Meanings:
    """Read `categories.csv` and `labels.csv`; a label has a record for each kind of patient it means."""
    roles = {}
    for record in read_records(folder / "categories.csv", _CATEGORY_COLUMNS, problems):
        category, role = record.text("category"), record.choice("role", _ROLES)
        if category and role:
            roles[category] = role
    conditions: dict[str, tuple[Condition, ...]] = defaultdict(tuple)
    for record in read_records(folder / "labels.csv", _LABEL_COLUMNS, problems):
        label, use = record.text("label"), record.choice("use", ("read", "left_out"))
        preferential, medical_file = (record.choice(n, ("0", "1", ANY)) for n in ("preferential", "medical_file"))
        group = record.choice("patient_group", (ANY, *PATIENT_GROUPS))
        if label and use and preferential and medical_file and group:
            here = (Condition(preferential, medical_file, group),) if use == "read" else ()
            conditions[normalised(label)] += here
    return Meanings(roles, dict(conditions))


def read_amounts(
    rows: Iterable[XmlRow], meanings: Meanings, left_out: Counter[str], problems: list[Problem]
) -> list[Amount]:
    """Return the amounts of all rows; what the meanings leave out is counted by label or category."""
    amount_rows, fee_codes = [], {}
    for row in rows:
        if row.table == FEE_CODES:
            fee_codes[_plain_number(row.fields.get("fee_code", ""))] = row
        else:
            amount_rows.append(row)
    reader = _Reader(meanings, fee_codes, left_out, problems)
    return [amount for row in amount_rows for amount in reader.amounts(row)]


def number(text: str) -> Fraction | None:
    """Read a number with a decimal point or comma and no sign, exactly; None when it is none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    decimals = match[2] or ""
    return Fraction(int(match[1] + decimals), 10 ** len(decimals))


def _plain_number(text: str) -> str:
    """Return `0` for `0`, `00` and `0.000000`: fee codes are numbers written in several ways."""
    value = number(text)
    return str(value) if value is not None else text


@dataclass(frozen=True, slots=True)
class _Reader:
    meanings: Meanings
    fee_codes: dict[str, XmlRow]
    left_out: Counter[str]
    problems: list[Problem]

    def amounts(self, row: XmlRow) -> list[Amount]:
        faults_before = len(self.problems)
        meaning = self._meaning(row)
        if meaning is None and len(self.problems) == faults_before:
            return []
        code, start, end = self._code(row), self._day(row, "dbegin_fee"), self._day(row, "dend_fee")
        if start and end and end < start:
            self._fault(row, "bad_interval", "dend_fee", f"{end} is before {start}", "compare with the source")
        cents = self._cents(row)
        if meaning is None or len(self.problems) > faults_before or not (code and start and end) or cents is None:
            return []
        role, conditions = meaning
        document = row.fields.get("author_doc", "")
        return [Amount(code, start, end, role, condition, cents, document, row.place) for condition in conditions]

    def _meaning(self, row: XmlRow) -> tuple[str, tuple[Condition, ...]] | None:
        """Return role and conditions of the row, or None where it is left out or not understood."""
        named = row
        if row.table != ONE_CODE or "fee_code_cat" not in row.fields:
            fee_code = row.fields.get("fee_code", "")
            found = self.fee_codes.get(_plain_number(fee_code))
            if found is None:
                what = f"fee code {fee_code!r} is not in {FEE_CODES}"
                self._fault(row, "unknown_fee_code", "fee_code", what, f"import the file of {FEE_CODES} with it")
                return None
            named = found
        category = named.fields.get("fee_code_cat", "").zfill(2)
        role = self.meanings.roles.get(category)
        if role is None:
            what = f"category {category!r} has no known meaning"
            self._fault(row, "unknown_category", "fee_code_cat", what, "add it to categories.csv")
            return None
        if role == "left_out":
            self.left_out[f"category {category}"] += 1
            return None
        conditions = self._conditions(row, named, role)
        if conditions == ():
            self.left_out[named.fields.get("fee_code_desc_fr", "")] += 1
        return (role, conditions) if conditions else None

    def _conditions(self, row: XmlRow, named: XmlRow, role: str) -> tuple[Condition, ...] | None:
        label = named.fields.get("fee_code_desc_fr", "")
        if not label and role == "fee":
            # The answer for one code shows a fee without a label: a fee is the same for every patient.
            return (UNCONDITIONAL,)
        conditions = self.meanings.conditions.get(normalised(label))
        if conditions is None:
            what = f"the label {label!r} has no known condition" if label else f"a {role} without a label"
            self._fault(row, "unknown_label", "fee_code_desc_fr", what, "add the label to labels.csv")
        return conditions

    def _code(self, row: XmlRow) -> str | None:
        code = row.fields.get("nomen_code", "")
        check = check_nomenclature(code)
        if not check.valid:
            self._fault(row, "bad_code", "nomen_code", f"{code!r}: {check.why}", "compare with the source")
        return check.normalised

    def _day(self, row: XmlRow, field: str) -> date | None:
        text = row.fields.get(field, "")
        match = _DATE.fullmatch(text)
        try:
            if match:
                return date.fromisoformat(match[1])
        except ValueError:
            pass
        self._fault(row, "bad_date", field, f"{text!r} is not a date", "expected 2020-01-31, or with T00:00:00")
        return None

    def _cents(self, row: XmlRow) -> int | None:
        text = row.fields.get("fee", "")
        euros = number(text)
        if euros is None or (100 * euros).denominator != 1:
            what = f"{text!r} is not an amount in euros and whole cents"
            self._fault(row, "bad_amount", "fee", what, "expected 158.700000: an amount is never rounded here")
            return None
        return int(100 * euros)

    def _fault(self, row: XmlRow, code: str, field: str, what: str, mend: str) -> None:
        place = Place(file=row.place.file, line=row.place.line, field=field)
        self.problems.append(Problem(code=code, what=what, where=place, mend=mend))
