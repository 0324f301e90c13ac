"""The files of a fee folder: their columns, their records, and what must hold of each record alone.

The layout is documented in `docs/fees.md`. What must hold between records is checked where they are joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from medicomut.errors import Place, Problem
from medicomut.tariff.csv_tables import Record, read_records

FEE_COLUMNS: Final = (
    "code", "valid_from", "valid_to", "preferential", "medical_file", "patient_group", "fee_cents",
    "reimbursement_cents", "patient_share_cents", "status", "chosen", "how", "source", "note",
)  # fmt: skip
SHARE_COLUMNS: Final = (
    "code", "valid_from", "valid_to", "preferential", "medical_file", "patient_share_cents", "source", "note",
)  # fmt: skip
SOURCE_COLUMNS: Final = ("id", "title", "url")

STATUSES: Final = ("published", "derived", "example", "unverified", "synthetic")
PATIENT_GROUPS: Final = ("adult", "child_under_10", "75_or_chronic")
ANY: Final = "any"
_YES_NO_ANY: Final = ("0", "1", ANY)


@dataclass(frozen=True, slots=True)
class Condition:
    """Whose fee it is: `0`, `1` or `any` for preferential regime and medical file; a group or `any`."""

    preferential: str
    medical_file: str
    patient_group: str

    def holds(self, group: str, preferential: bool, medical_file: bool) -> bool:
        """Whether a patient of that kind meets the condition."""
        return (
            self.patient_group in {ANY, group}
            and self.preferential in {ANY, "01"[preferential]}
            and self.medical_file in {ANY, "01"[medical_file]}
        )

    def meets(self, other: Condition) -> bool:
        """Whether some patient meets both conditions."""
        return all(
            ANY in pair or pair[0] == pair[1]
            for pair in (
                (self.preferential, other.preferential),
                (self.medical_file, other.medical_file),
                (self.patient_group, other.patient_group),
            )
        )


@dataclass(frozen=True, slots=True)
class FeeRow:
    """A record of `fees.csv`; amounts in cents, None where not known."""

    code: str
    valid_from: date
    valid_to: date
    condition: Condition
    fee: int
    reimbursement: int | None
    patient_share: int | None
    status: str
    chosen: bool
    how: str
    source: str
    note: str
    place: Place


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A record of `patient_shares.csv`: the patient's share the law fixes for a code, in cents."""

    code: str
    valid_from: date
    valid_to: date
    condition: Condition
    patient_share: int
    source: str
    place: Place


def read_sources(folder: Path, problems: list[Problem]) -> set[str]:
    """Return the ids of `sources.csv`."""
    found: set[str] = set()
    for record in read_records(folder / "sources.csv", SOURCE_COLUMNS, problems):
        source, title = record.text("id"), record.text("title")
        if source in found:
            record.fault("repeated_source", "id", f"{source!r} stands twice", "give each source its own id")
        if source and title:
            found.add(source)
    return found


def read_fees(folder: Path, sources: set[str], problems: list[Problem]) -> list[FeeRow]:
    """Return the records of `fees.csv` that hold by themselves; the faults of the others go to `problems`."""
    records = read_records(folder / "fees.csv", FEE_COLUMNS, problems)
    return [row for record in records if (row := _fee_row(record, sources)) is not None]


def read_shares(folder: Path, sources: set[str], problems: list[Problem]) -> list[ShareRow]:
    """Return the records of `patient_shares.csv`; a folder may do without that file."""
    path = folder / "patient_shares.csv"
    if not path.exists():
        return []
    records = read_records(path, SHARE_COLUMNS, problems)
    return [row for record in records if (row := _share_row(record, sources)) is not None]


def _fee_row(record: Record, sources: set[str]) -> FeeRow | None:
    faults_before = len(record.problems)
    code, interval, condition = record.nomenclature_code(), record.interval(), _condition(record)
    fee = record.whole("fee_cents")
    reimbursement, share = (_optional(record, f"{name}_cents") for name in ("reimbursement", "patient_share"))
    status, chosen = record.choice("status", STATUSES), record.choice("chosen", ("0", "1"))
    _check_source(record, sources)
    if (reimbursement is None) != (share is None):
        record.fault(
            "half_a_split",
            "patient_share_cents",
            "of reimbursement and patient share only one is written",
            "write both, or neither and let patient_shares.csv fix the share",
        )
    if None not in {fee, reimbursement, share} and reimbursement + share != fee:  # type: ignore[operator]
        record.fault(
            "sum_differs",
            "fee_cents",
            f"reimbursement {reimbursement} + patient share {share} is not the fee {fee}",
            "compare the three with the source",
        )
    if status == "derived" and not record.values["how"]:
        record.fault("missing_value", "how", "a derived figure does not say how", "write the arithmetic")
    if status == "example" and interval is not None and interval[0] != interval[1]:
        record.fault("example_too_long", "valid_to", "an example is valid on its own day only", "end it the same day")
    if len(record.problems) > faults_before or not (code and interval and condition and status) or fee is None:
        return None
    return FeeRow(
        code, *interval, condition, fee, reimbursement, share, status, chosen == "1",
        record.values["how"], record.values["source"], record.values["note"], record.place,
    )  # fmt: skip


def _share_row(record: Record, sources: set[str]) -> ShareRow | None:
    code, interval, condition = record.nomenclature_code(), record.interval(), _condition(record)
    share = record.whole("patient_share_cents")
    known = _check_source(record, sources)
    if not (code and interval and condition and known) or share is None:
        return None
    return ShareRow(code, *interval, condition, share, record.values["source"], record.place)


def _condition(record: Record) -> Condition | None:
    preferential = record.choice("preferential", _YES_NO_ANY)
    medical_file = record.choice("medical_file", _YES_NO_ANY)
    group: str | None = ANY
    if "patient_group" in record.values:
        group = record.choice("patient_group", (ANY, *PATIENT_GROUPS))
    if preferential is None or medical_file is None or group is None:
        return None
    return Condition(preferential, medical_file, group)


def _optional(record: Record, field: str) -> int | None:
    return record.whole(field) if record.values[field] else None


def _check_source(record: Record, sources: set[str]) -> bool:
    unknown = [source for source in (record.text("source") or "").split() if source not in sources]
    if unknown:
        what = f"{', '.join(unknown)} is not in sources.csv"
        record.fault("unknown_source", "source", what, "add it there, or mend the id")
    return bool(record.values["source"]) and not unknown
