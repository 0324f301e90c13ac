"""What is said of a line, even where everything that can be said of lines is said in one chunk."""

from __future__ import annotations

import polars as pl

from medicomut.engines.outcome import words
from medicomut.tariff.book import REASONS
from medicomut.tariff.vocabulary import AMOUNTS, BASES, FACTS, FULL_GP, VERDICTS

READ = ("code", "date", "time", "practitioner", "setting", "third_party", *FACTS, *AMOUNTS)


def test_every_reason_and_every_unreadable_column_at_once() -> None:
    """The widest case: a reason a line, a column a line, then one line with all of them and one with none."""
    flags = [*REASONS, *(f"{column}_unreadable" for column in READ)]
    height = len(flags) + 2
    marks = {
        flag: pl.Series([n == at for n in range(len(flags))] + [True, False]) for at, flag in enumerate(flags)
    }  # fmt: skip
    frame = pl.DataFrame(
        {"basis": pl.Series([FULL_GP] * height, dtype=pl.UInt8), "verdict": pl.Series([0] * height, dtype=pl.UInt8)}
    ).with_columns(**{name: marks[name] for name in REASONS})
    said, outcomes = words(frame, {column: marks[f"{column}_unreadable"] for column in READ})
    assert said["reasons"].cast(pl.String).to_list() == [*flags, ";".join(flags), ""]
    assert set(said["basis"].cast(pl.String)) == {BASES[FULL_GP][0]}
    assert set(said["verdict"].cast(pl.String)) == {VERDICTS[0]}
    assert sum(count for _, count in outcomes) == height
