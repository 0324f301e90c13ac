"""`medicomut fees`: what is known of a code, and bringing in the official tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import Command, as_json, refused


def test_every_fee_known_of_a_consultation(command: Command) -> None:
    """The fee of 101032 in 2020, and what the patient pays: 6 euro, 4 with a file, 1.50 or 1 when preferential."""
    found = as_json(command("fees", "show", "101032", "--format", "json"))
    assert found["code"] == "101032"
    of_2020 = [row for row in found["fees"] if row["valid_from"] <= "2020-02-04" <= row["valid_to"]]
    assert {(r["preferential"], r["medical_file"]): r["patient_share_cents"] for r in of_2020} == {
        (False, False): 600, (False, True): 400, (True, False): 150, (True, True): 100
    }  # fmt: skip
    assert {row["fee_cents"] for row in of_2020} == {2222}
    for row in found["fees"]:
        assert row["sources"]
        if row["patient_share_cents"] is not None:
            assert row["reimbursement_cents"] + row["patient_share_cents"] == row["fee_cents"]


@pytest.mark.parametrize(
    ("lang", "amount"), [("fr", "22,22 €"), ("nl", "€ 22,22"), ("de", "22,22 €"), ("en", "€22.22")]
)
def test_the_table_fits_80_columns_with_whole_dates(command: Command, lang: str, amount: str) -> None:
    text = command("fees", "show", "101032", "--lang", lang).stdout
    assert max(map(len, text.splitlines())) <= 80
    assert "2020-01-01" in text
    assert "2020-12-31" in text
    assert amount in text.replace("\u00a0", " ")
    assert "…" not in text


def test_a_code_of_which_nothing_is_known(command: Command) -> None:
    unknown = command("fees", "show", "599992", "--lang", "en")
    assert (unknown.exit_code, "No fee is known" in unknown.stdout) == (0, True)
    assert as_json(command("fees", "show", "599992", "--format", "json")) == {"code": "599992", "fees": []}


def test_a_folder_of_fees_that_is_not_there(command: Command) -> None:
    told = refused(command("fees", "show", "101032", "--fees", "nowhere"))
    assert "nowhere/fees.csv" in "".join(told)


@pytest.mark.parametrize(
    ("code", "why"),
    [("101033", "the sixth digit"), ("10103", "digits"), ("10103x", "digits"), ("", "digits")],
)
def test_what_is_no_code(command: Command, code: str, why: str) -> None:
    told = refused(command("fees", "show", code))
    assert len(told) == 1
    assert why in told[0]


NOMENSOFT = """<?xml version="1.0" encoding="UTF-8"?>
<dataroot>
<NOMEN_HONORAIRES><nomen_code>101032</nomen_code><fee_code_cat>01</fee_code_cat><fee_code>{label}</fee_code>
<dbegin_fee>2030-01-01</dbegin_fee><dend_fee>2999-12-31</dend_fee><fee>30.000000</fee></NOMEN_HONORAIRES>
</dataroot>
"""


def test_official_tables_become_a_folder_that_prices(command: Command, tmp_path: Path) -> None:
    source, out = tmp_path / "101032.xml", tmp_path / "my-fees"
    source.write_text(NOMENSOFT.format(label="0"), "utf-8")
    result = command("fees", "import-nomensoft", source, "--out", out)
    assert result.exit_code == 0, result.stderr
    priced = as_json(command("price", "--code", "101032", "--date", "2030-02-04", "--fees", out, "--format", "json"))
    assert priced["fee_cents"] == 3000


def test_an_import_that_cannot_be_done(command: Command, tmp_path: Path) -> None:
    source, out = tmp_path / "101032.xml", tmp_path / "my-fees"
    told = refused(command("fees", "import-nomensoft", source, "--out", out))
    assert "101032.xml" in told[0]
    source.write_text("<dataroot>", "utf-8")
    assert "bad_xml" in refused(command("fees", "import-nomensoft", source, "--out", out))[0]
    assert not out.exists()
