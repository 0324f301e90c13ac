"""The check of a file of lines on this machine: chunk by chunk, so that memory stays flat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from medicomut.engines import columns
from medicomut.engines.columns import Inputs
from medicomut.engines.outcome import ADDED, AGREEMENT_IDS, Outcome, words
from medicomut.engines.tables import CodeTable, DayTable, PractitionerTable, second_of_week
from medicomut.tariff import book
from medicomut.tariff.practitioners import Practitioners
from medicomut.tariff.price import Priced, Pricer
from medicomut.tariff.vocabulary import LINE_COLUMNS

if TYPE_CHECKING:
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.fee_table import FeeTable

NEEDED = (
    "basis", "verdict", "tariff_binds", "binding_known", "fee_known", "share_known", "charge_stated", "fee_cents",
    "reimbursement_cents", "patient_share_cents", "supplement_cents", "excess_cents", *book.REASONS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """The columns of `ADDED` for each line of a chunk, in its order, and how often each outcome was met.

    Reasons and cites are of those words only that were met in the chunk.
    """

    columns: pl.DataFrame
    outcomes: list[tuple[Outcome, int]]


class Checker:
    """Checks chunks of lines with the agreement, the law, the fees, the practitioners and the readings chosen.

    `repeated` names the (patient, date) pairs with more than one electrocardiogram, with the columns `patient`
    and `date` (and `practitioner` under the reading `patient_day_practitioner`); see `repeated_ecgs`.
    """

    def __init__(
        self,
        conditions: Conditions,
        fees: FeeTable,
        practitioners: Practitioners | None = None,
        repeated: pl.DataFrame | None = None,
    ) -> None:
        self.codes = CodeTable(conditions, fees)
        self.days = DayTable(conditions, self.codes.boundaries)
        self.practitioners = PractitionerTable(practitioners or Practitioners([]))
        self.parameters = conditions.parameters
        self.repeated = repeated
        self.all_here: Sequence[str] | None = None
        """Set to `ecg_keys` where the lines of a chunk are all there are: `repeated` is then found among them."""

    @property
    def reads(self) -> frozenset[str]:
        """The columns of lines a check looks at."""
        not_read = {"line_id"} if self.repeated is not None and len(self.repeated) else {"line_id", "patient"}
        return frozenset(LINE_COLUMNS) - not_read

    def check(self, chunk: pl.DataFrame) -> Checked:
        """Check the lines of a chunk."""
        inputs = Inputs(constants=dict(self.parameters))
        agreement = self.inputs(chunk, inputs)
        frame = self._run(inputs, len(chunk))
        return self._result(frame, inputs, agreement)

    def inputs(self, chunk: pl.DataFrame, inputs: Inputs) -> pl.Series:
        """Add what the rules read of the lines of a chunk; return the agreement of each line's day."""
        columns.read_facts(chunk, inputs)
        columns.read_words(chunk, inputs)
        columns.read_amounts(chunk, inputs)
        code, day = columns.read_code(chunk, inputs), columns.read_day(chunk, inputs)
        gaps = code.null_count() + day.null_count() > 0
        inputs.put("readable", code.is_not_null() & day.is_not_null() if gaps else True)
        second = columns.read_second(chunk, inputs)
        inputs.put("second", -1 if second is None else columns.filled(second, -1))
        inputs.put("time_stated", False if second is None else second.null_count() == 0 or second.is_not_null())
        period, agreement = self.days.put(day, inputs)
        kind = self.codes.put(code, period, inputs)
        if gaps:  # a line without code or day has no fee, and so no share of it
            readable = inputs.columns["readable"]
            for name in ("fee_known", "share_known", "share_depends_on_file"):
                inputs.put(name, readable & inputs.columns.get(name, inputs.constants.get(name)))
        row = self.practitioners.put(columns.read_practitioner(chunk, inputs), day, inputs)
        self._slots(chunk, row, day, inputs)
        inputs.put("ecg_repeated", self._repeated(chunk, kind, day))
        names = pl.Series(self.days.agreements, dtype=AGREEMENT_IDS)
        if isinstance(agreement, int) and not day.null_count():
            return names.new_from_index(agreement, len(chunk))
        if isinstance(agreement, int):
            agreement = columns.constant(agreement, pl.UInt8, len(chunk))
        return names[agreement.set(day.is_null(), None) if day.null_count() else agreement]

    def _slots(self, chunk: pl.DataFrame, row: pl.Series | None, day: pl.Series, inputs: Inputs) -> None:
        """Run the rules of slots, on arrays, for those lines only whose practitioner acceded in part."""
        inputs.constants.update(dict.fromkeys((*book.SLOTS, "second_of_week"), 0))
        inputs.put("site", 0)
        for name in book.SLOT_RULES:
            inputs.put(name, False)
        lines = self.practitioners.partial_lines(row, inputs)
        if row is None or lines is None or not len(lines):
            return
        at = row[lines]
        known = {name: table[at].to_numpy() for name, table in self.practitioners.slots.items()}
        second = inputs.columns.get("second")
        moment = second_of_week(day[lines], None if second is None else second[lines])
        site = self._site(chunk, lines)
        known |= {"second_of_week": moment, "site": site.to_numpy()}
        for name in book.SLOT_RULES:
            rule = book.rulebook().rules[name]
            inside = rule.function(*(known[read] for read in rule.reads))
            inputs.put(name, _scattered(lines, pl.Series(inside), len(chunk), False))
        inputs.put("site", _scattered(lines, site, len(chunk), 0))

    def _site(self, chunk: pl.DataFrame, lines: pl.Series) -> pl.Series:
        if "site" not in chunk.columns:
            return columns.constant(0, pl.Int32, len(lines))
        written, sites = chunk["site"][lines], self.practitioners.sites
        if isinstance(written.dtype, pl.Enum):
            known = pl.Series([sites.get(name.casefold(), -1) for name in written.dtype.categories], dtype=pl.Int32)
            return known[written.to_physical()].fill_null(0)
        written = written.cast(pl.String).str.strip_chars()
        folded = written.str.to_lowercase()
        number = folded.replace_strict(list(sites), list(sites.values()), default=-1, return_dtype=pl.Int32)
        return number.set(written.is_null() | (written == ""), 0)

    def _repeated(self, chunk: pl.DataFrame, kind: pl.Series, day: pl.Series) -> pl.Series | bool:
        if self.all_here:
            lines = self.codes.is_ecg[kind].arg_true()
            return _scattered(lines, _repeated_among(chunk, lines, day, self.all_here), len(chunk), False)
        if self.repeated is None or not len(self.repeated):
            return False
        lines = self.codes.is_ecg[kind].arg_true()
        keys = self.repeated.columns
        named = {k: _key(k, chunk.schema) for k in keys if k != "date"}
        here = chunk.select(*named)[lines].select(**named, date=day[lines]).select(keys)
        found = here.with_row_index("at").join(self.repeated, on=keys, how="semi")
        return _scattered(lines[found["at"]], columns.constant(True, pl.Boolean, len(found)), len(chunk), False)

    def has_repeated_ecg(self, line: pl.DataFrame) -> bool:
        """Say whether the one line of a frame is one of several electrocardiograms of its patient's day."""
        code, day = columns.read_code(line, Inputs()), columns.read_day(line, Inputs())
        found = self._repeated(line, self.codes.kind_of(code), day)
        return found if isinstance(found, bool) else bool(found[0])

    def _run(self, inputs: Inputs, height: int) -> pl.DataFrame:
        frame = pl.DataFrame(inputs.columns) if inputs.columns else pl.DataFrame(height=height)
        stages, folded = book.rulebook().expressions(inputs.constants, ready=book.SLOT_RULES)
        for stage in stages:
            frame = frame.with_columns(**stage)
        constants = inputs.constants | folded
        return frame.with_columns(**{n: pl.lit(constants[n]) for n in NEEDED if n in constants})

    def _result(self, frame: pl.DataFrame, inputs: Inputs, agreement: pl.Series) -> Checked:
        said, outcomes = words(frame, inputs.unreadable)
        known, shared, charged = ("fee_known",), ("fee_known", "share_known"), ("fee_known", "charge_stated")
        amounts = frame.select(
            _where_known(frame, "fee_cents", known),
            _where_known(frame, "reimbursement_cents", shared),
            _where_known(frame, "patient_share_cents", shared),
            _where_known(frame, "tariff_binds", ("binding_known",)),
            _where_known(frame, "supplement_cents", charged),
            _where_known(frame, "excess_cents", charged),
        )
        columns = amounts.with_columns(agreement=agreement, **said).select(
            pl.col(name) if name in said else pl.col(name).cast(dtype) for name, dtype in ADDED.items()
        )
        return Checked(columns, outcomes)


def _where_known(frame: pl.DataFrame, name: str, conditions: tuple[str, ...]) -> pl.Expr:
    """Return a column, null where a condition fails; where all hold on every line, the column as it is."""
    open_ = [condition for condition in conditions if not frame[condition].all()]
    return pl.when(*open_).then(name).alias(name) if open_ else pl.col(name)


def _scattered(lines: pl.Series, values: pl.Series, height: int, empty: bool | int) -> pl.Series:
    return columns.constant(empty, values.dtype, height).scatter(lines, values)


def _repeated_among(chunk: pl.DataFrame, lines: pl.Series, day: pl.Series, keys: Sequence[str]) -> pl.Series:
    """Say of each of some lines whether another of them has the same keys: what `repeated_ecgs` says of a file."""
    known = pl.DataFrame([chunk[name][lines] for name in keys if name != "date"])
    known = known.select(_key(name, chunk.schema) for name in known.columns)
    rows = list(zip(*(known[name].to_list() for name in known.columns), day[lines].to_list(), strict=True))
    met = Counter(row for row in rows if None not in row)
    return pl.Series([met[row] > 1 for row in rows], dtype=pl.Boolean)


def ecg_keys(present: pl.Schema, conditions: Conditions) -> list[str] | None:
    """Return the columns that electrocardiograms counted together (6.5) share; None where no line names a patient.

    The readings `ecg_same_day` and `ecg_same_code` say whether another doctor's or another code's counts too.
    """
    if "patient" not in present:
        return None
    keys = ["patient", "date"]
    if conditions.readings["ecg_same_day"] == "patient_day_practitioner" and "practitioner" in present:
        keys.append("practitioner")
    if conditions.readings["ecg_same_code"] == "same_code":
        keys.append("code")
    return keys


def repeated_ecgs(lines: pl.LazyFrame, conditions: Conditions) -> pl.DataFrame | None:
    """Return the patients and days with more than one electrocardiogram (6.5), None where no line names a patient.

    One electrocardiogram is one line; see `ecg_keys`.
    """
    present = lines.collect_schema()
    keys = ecg_keys(present, conditions)
    if keys is None:
        return None
    codes = sorted(conditions.ecg_codes)
    wanted = codes if present["code"].is_integer() else [str(code) for code in codes]
    return (
        lines.filter(_key("code", present).is_in(wanted))
        .select(_key(name, present).alias(name) for name in keys)
        .drop_nulls(["patient", "date"])
        .group_by(keys)
        .len()
        .filter(pl.col("len") > 1)
        .select(keys)
        .collect(engine="streaming")
    )


def explain_line(
    lines: pl.LazyFrame,
    line_id: str,
    conditions: Conditions,
    fees: FeeTable,
    practitioners: Practitioners | None,
) -> Priced | None:
    """Price one line of a file again with every step kept; None where no line has that `line_id`.

    A file without the column counts its lines from 0.
    """
    if "line_id" not in lines.collect_schema():
        lines = lines.with_row_index("line_id")
    found = lines.filter(pl.col("line_id").cast(pl.String) == line_id).head(1).collect(engine="streaming")
    if not len(found):
        return None
    repeated = Checker(conditions, fees, practitioners, repeated_ecgs(lines, conditions)).has_repeated_ecg(found)
    return Pricer(conditions, fees, practitioners).price(found.row(0, named=True), ecg_repeated=repeated)


def _key(name: str, present: Mapping[str, pl.DataType]) -> pl.Expr:
    """Return a column by which lines are compared, read as one line reads it: text without blanks, empty is null."""
    column, dtype = pl.col(name), present[name]
    if dtype.is_integer() or dtype == pl.Null:
        return column
    if name == "date":
        text = column.cast(pl.String).str.strip_chars()
        return column.dt.date() if dtype in (pl.Date, pl.Datetime) else text.str.to_date("%Y-%m-%d", strict=False)
    text = column.cast(pl.String).str.strip_chars()
    if name == "practitioner":
        text = text.str.replace_all(columns.PUNCTUATION, "")
    return pl.when(text != "").then(text)
