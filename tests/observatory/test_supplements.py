"""Supplements as a share of what patients pay: each share over the lines that can enter it."""

from pathlib import Path

import polars as pl
import pytest

from medicomut.errors import Problems
from medicomut.observatory.supplements import supplements

RESULT = pl.DataFrame(
    {
        "code": ["101032", "101032", "102012", "102012", "101032"],
        "patient_share_cents": [600, 600, None, 400, 600],
        "supplement_cents": [0, 778, None, 1000, None],
        "tariff_binds": [True, False, False, None, True],
        "verdict": ["ok", "ok", "unpriced", "ok", "unknown"],
    }
)


def test_a_share_is_over_the_lines_whose_split_is_known() -> None:
    """600 and 600 and 400 of shares, 778 and 1000 of supplements: 1778 of 3378 is 52.63 %."""
    found = supplements(RESULT.lazy(), "checked.csv")[0].to_dict()
    assert found["supplements_percent_of_bill"] == "52.63"
    assert (found["lines"], found["priced"], found["split_known"]) == (5, 3, 3)
    assert (found["at_tariff"], found["at_tariff_percent"], found["fee_binds"]) == (1, "33.33", 1)


def test_the_memorandum_s_figure_follows_from_its_two_amounts() -> None:
    """598 million of supplements in 1.32 billion of patients' bills: 45.3 %."""
    frame = pl.DataFrame({"patient_share_cents": [722_000_000_00], "supplement_cents": [598_000_000_00],
                          "tariff_binds": [None], "verdict": ["ok"]})  # fmt: skip
    assert supplements(frame.lazy(), "f")[0].to_dict()["supplements_percent_of_bill"] == "45.30"


def test_groups_come_with_the_largest_supplements_first_and_add_up() -> None:
    found = supplements(RESULT.lazy(), "f", "code")
    assert [each.group for each in found] == ["", "102012", "101032"]
    assert sum(each.lines for each in found[1:]) == found[0].lines


def test_text_and_numbers_give_the_same(tmp_path: Path) -> None:
    """CSV holds `true`, a workbook `TRUE`, Parquet a truth value."""
    path = tmp_path / "checked.csv"
    RESULT.write_csv(path)
    assert supplements(pl.scan_csv(path, infer_schema=False), "f") == supplements(RESULT.lazy(), "f")


def test_no_lines_give_no_share() -> None:
    found = supplements(RESULT.head(0).lazy(), "f")[0]
    assert (found.lines, found.of_bill, found.share_at_tariff) == (0, None, None)


@pytest.mark.parametrize(("frame", "by", "code"), [(pl.DataFrame({"code": ["1"]}), None, "not_checked"),
                                                   (RESULT, "region", "no_such_column")])  # fmt: skip
def test_what_is_no_result_is_refused_by_name(frame: pl.DataFrame, by: str | None, code: str) -> None:
    with pytest.raises(Problems) as refused:
        supplements(frame.lazy(), "f", by)
    assert [each.code for each in refused.value.problems] == [code]
