"""Import of NomenSoft, the nomenclature database of INAMI, into a fee folder of our own layout.

Everything that cannot be read or understood is reported together, and then nothing is written; otherwise the
folder appears complete, in one step.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from medicomut.errors import Problem, Problems
from medicomut.tariff.fee_files import FEE_COLUMNS, SOURCE_COLUMNS
from medicomut.tariff.fees import SHIPPED, FeeSchedule
from medicomut.tariff.letters import LETTER_COLUMNS, Term, fee_of
from medicomut.tariff.nomensoft_join import Piece, by_code, pieces_of
from medicomut.tariff.nomensoft_read import AMOUNTS, FEE_CODES, SUMMARY, number, read_amounts, read_meanings
from medicomut.tariff.nomensoft_xml import ONE_CODE, XmlRow, read_rows

MEANINGS: Final = SHIPPED / "nomensoft"
_SOURCE: Final = "nomensoft"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: what it wrote, the day on which it closed open ends, and what it left out."""

    out_dir: Path
    codes: int
    records: int
    known_until: date
    left_out: dict[str, int]
    ignored_tables: dict[str, int]
    warnings: tuple[Problem, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self) | {
            "out_dir": str(self.out_dir),
            "known_until": self.known_until.isoformat(),
            "warnings": [warning.to_dict() for warning in self.warnings],
        }


def import_nomensoft(
    paths: Sequence[Path],
    out_dir: Path,
    *,
    codes: Collection[str] | None = None,
    known_until: date | None = None,
    meanings: Path = MEANINGS,
) -> ImportReport:
    """Read XML files, or folders of them, and write a fee folder `out_dir` that must not exist yet.

    `codes` limits the import to these nomenclature codes. An end of 2999-12-31 is no known end: such a fee is
    written until `known_until`, by default 31 December of the year in which the newest amount begins, since
    fees are indexed on 1 January. `meanings` is the folder of `categories.csv` and `labels.csv`.
    Raises `Problems` with every fault of every file; nothing is then written.
    """
    problems: list[Problem] = []
    left_out: Counter[str] = Counter()
    tables, ignored = _tables(paths, codes, problems)
    rows = [row for name in (ONE_CODE, FEE_CODES, *AMOUNTS) for row in tables[name]]
    amounts = read_amounts(rows, read_meanings(meanings, problems), left_out, problems)
    if not amounts and not problems:
        problems.append(Problem("no_amounts", "the files hold no amount to import", mend="name the files of fees"))
    if out_dir.exists():
        problems.append(Problem("folder_exists", f"{out_dir} exists already", mend="name a new folder"))
    if problems:
        raise Problems(problems)
    until = known_until or date(max(amount.valid_from for amount in amounts).year, 12, 31)
    warnings: list[Problem] = []
    pieces = [piece for of in by_code(amounts) for piece in pieces_of(of, until, problems, warnings)]
    if problems:
        raise Problems(problems)
    letters = list(_letters(tables[SUMMARY], pieces, warnings))
    _write(out_dir, pieces, letters, paths)
    written = len({piece.code for piece in pieces})
    return ImportReport(out_dir, written, len(pieces), until, dict(left_out), dict(ignored), tuple(warnings))


def _tables(
    paths: Sequence[Path], codes: Collection[str] | None, problems: list[Problem]
) -> tuple[dict[str, list[XmlRow]], Counter[str]]:
    """Return the rows of the tables we read, and the count of rows of NomenSoft's other tables."""
    read = {ONE_CODE, FEE_CODES, SUMMARY, *AMOUNTS}
    tables: dict[str, list[XmlRow]] = defaultdict(list)
    ignored: Counter[str] = Counter()
    for path in paths:
        for file in sorted(path.glob("*.xml")) if path.is_dir() else [path]:
            strangers: set[str] = set()
            for row in read_rows(file, problems):
                if row.table in read:
                    if codes is None or row.fields.get("nomen_code", "") in {"", *codes}:
                        tables[row.table].append(row)
                elif row.table.startswith("NOMEN_"):
                    ignored[row.table] += 1
                elif row.table not in strangers:
                    strangers.add(row.table)
                    what = f"{row.table} is not a table of NomenSoft"
                    problems.append(Problem("unknown_layout", what, row.place, mend="name NomenSoft files only"))
    return tables, ignored


def _letters(rows: Iterable[XmlRow], pieces: Sequence[Piece], warnings: list[Problem]) -> Iterator[tuple[object, ...]]:
    """Yield key letters that explain the latest fee of a code: NomenSoft dates the fee, not them."""
    latest = {piece.code: piece for piece in sorted(pieces, key=lambda piece: piece.valid_from)}
    for row in rows:
        piece = latest.get(row.fields.get("nomen_code", ""))
        triples = [triple for n in ("1", "2", "3") if (triple := _triple(row, n)) is not None]
        if piece is None or not triples:
            continue
        fee = fee_of(Term(letter, Fraction(coefficient), Fraction(value)) for letter, coefficient, value in triples)
        if fee == piece.fee:
            yield from ((piece.code, piece.valid_from, piece.valid_to, *triple, _SOURCE) for triple in triples)
        else:
            what = f"the key letters of {piece.code} give {fee} cents, its latest fee is {piece.fee}"
            warnings.append(Problem("letters_differ", what, row.place, severity="warning"))


def _triple(row: XmlRow, n: str) -> tuple[str, str, str] | None:
    """Return letter, coefficient and value, decimals after a point; None where there is none to be read."""
    letter = row.fields.get(f"key_letter{n}", "")
    coefficient, value = row.fields.get(f"key_coeff{n}", ""), row.fields.get(f"key_letter{n}_value", "")
    if letter in {"", "-"} or number(coefficient) is None or number(value) is None:
        return None
    return letter, coefficient.replace(",", "."), value.replace(",", ".")


def _write(
    out_dir: Path, pieces: Sequence[Piece], letters: Sequence[tuple[object, ...]], paths: Sequence[Path]
) -> None:
    """Write beside the folder, load what was written as a proof, and only then give the folder its name."""
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{out_dir.name}-", dir=out_dir.parent))
    try:
        _write_table(draft / "fees.csv", FEE_COLUMNS, map(_fee_record, pieces))
        names = " ".join(sorted(path.name for path in paths))
        _write_table(draft / "sources.csv", SOURCE_COLUMNS, [(_SOURCE, f"NomenSoft, INAMI: {names}", "")])
        if letters:
            _write_table(draft / "letters.csv", LETTER_COLUMNS, letters)
        FeeSchedule.load(draft)
        draft.chmod(0o755)
        draft.rename(out_dir)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _write_table(path: Path, columns: Sequence[str], records: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(records)


def _fee_record(piece: Piece) -> tuple[object, ...]:
    condition = piece.condition
    split = ("" if cents is None else cents for cents in (piece.reimbursement, piece.patient_share))
    return (
        piece.code, piece.valid_from, piece.valid_to,
        condition.preferential, condition.medical_file, condition.patient_group,
        piece.fee, *split, "published", 1, piece.how, _SOURCE, " ".join(piece.documents),
    )  # fmt: skip
