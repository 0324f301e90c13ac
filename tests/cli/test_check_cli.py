"""`medicomut check`: a billing office's evening, from a clean file to a messy one, and one stopped halfway."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from commands import Command, as_json, refused
from typer.testing import Result

BUNDLES = Path(__file__).parents[1] / "fhir" / "bundles"
OFFICIAL = Path(__file__).parents[2].parent / "shared" / "fixtures" / "fhir"


def check(command: Command, folder: Path, *options: object, lines: str = "lines.csv", out: str = "out.csv") -> Result:
    return command("check", folder / lines, "--practitioners", folder / "doctors.csv", "--out", folder / out, *options)


def rows(path: Path) -> list[dict[str, str | None]]:
    return pl.read_csv(path, infer_schema=False).rows(named=True)


def test_six_lines_as_documented(command: Command, folder: Path) -> None:
    """The worked example of docs/lines.md."""
    result = check(command, folder)
    assert (result.exit_code, result.stderr) == (0, "")
    found = rows(folder / "out.csv")
    assert [(row["basis"], row["excess_cents"], row["verdict"]) for row in found] == [
        ("full_gp", "778", "excess"),
        ("consultation_at_late_hour_gp", "0", "ok"),
        ("full_gp", "778", "excess"),
        ("full_gp", "778", "excess"),
        ("off_tariff_slot_gp", "0", "ok"),
        ("optional_third_party", None, "unpriced"),
    ]
    assert found[3]["reasons"] == "charged_above_binding_fee;share_derived;express_request_not_stated"
    assert found[1]["reasons"] == "share_derived"
    assert '""' not in (folder / "out.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("lang", "title"), [("fr", "Lignes"), ("nl", "Lijnen"), ("de", "Zeilen"), ("en", "Lines")]
)  # fmt: skip
def test_the_summary_reads_at_80_columns(command: Command, folder: Path, lang: str, title: str) -> None:
    text = check(command, folder, "--lang", lang).stdout
    assert text.startswith(f"{title}: 6")
    assert max(map(len, text.splitlines()[:-1])) <= 80, "the last line is the path"
    assert text.splitlines()[-1].endswith("out.csv")


def test_summary_json_is_all_of_standard_output(command: Command, folder: Path) -> None:
    found = as_json(check(command, folder, "--summary", "json"))
    assert found["verdicts"] == {"ok": 2, "excess": 3, "unpriced": 1, "unknown": 0}
    assert found["amounts"]["excess_cents"] == 3 * 778
    assert found["out"] == str(folder / "out.csv")
    assert found["receipt"]["readings"]["late_boundary"] == "strictly_after"
    assert set(found["receipt"]) >= {"medicomut", "rules", "agreement", "law", "fees", "practitioners", "readings"}


def test_no_summary_and_no_progress(command: Command, folder: Path) -> None:
    result = check(command, folder, "--summary", "none")
    assert (result.stdout, result.stderr) == ("", ""), "what is no terminal sees no progress bar"


def test_exit_status_when_an_excess_shall_fail(command: Command, folder: Path) -> None:
    assert check(command, folder, "--fail-on", "excess").exit_code == 1
    assert (folder / "out.csv").exists()
    (folder / "lines.csv").write_text("code,date\n101032,2020-02-04\n", "utf-8")
    assert check(command, folder, "--fail-on", "excess").exit_code == 0


def test_a_reading_changes_the_lines_it_concerns(command: Command, folder: Path) -> None:
    check(command, folder, "--reading", "unstated_facts=undecided")
    assert [row["verdict"] for row in rows(folder / "out.csv")] == [
        "excess",
        "ok",
        "excess",
        "unknown",
        "ok",
        "unpriced",
    ]


# --- one line explained --------------------------------------------------------------------------------------


def test_one_line_explained_after_the_check(command: Command, folder: Path) -> None:
    result = check(command, folder, "--explain", "3", "--summary", "none", "--lang", "en")
    assert result.exit_code == 0
    assert "The agreement's fee binds the doctor." in result.stdout
    assert "Steps" in result.stdout


def test_one_line_explained_without_a_check(command: Command, folder: Path) -> None:
    result = command("check", folder / "lines.csv", "--practitioners", folder / "doctors.csv", "--explain", "2")
    assert result.exit_code == 0
    assert "14.2.3.4" in result.stdout
    assert {p.name for p in folder.iterdir()} == {"lines.csv", "doctors.csv"}


def test_the_explanation_is_part_of_the_json(command: Command, folder: Path) -> None:
    found = as_json(check(command, folder, "--summary", "json", "--explain", "1"))
    explained = found["explained"]
    assert (explained["line_id"], explained["basis"], explained["excess_cents"]) == ("1", "full_gp", 778)
    assert explained["steps"]
    assert explained["receipt"] == found["receipt"]


def test_an_explained_line_is_the_line_in_the_file(command: Command, folder: Path) -> None:
    check(command, folder, "--summary", "none")
    for row in rows(folder / "out.csv"):
        told = as_json(check(command, folder, "--summary", "json", "--explain", row["line_id"]))["explained"]
        assert (told["basis"], told["verdict"]) == (row["basis"], row["verdict"])
        assert ";".join(told["reasons"]) == (row["reasons"] or "")
        assert ";".join(told["cites"]) == (row["cites"] or "")


def test_a_line_that_is_not_there(command: Command, folder: Path) -> None:
    told = refused(command("check", folder / "lines.csv", "--explain", "17"))
    assert "no line has line_id '17'" in told[0]


# --- FHIR bundles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bundle", sorted(path.name for path in BUNDLES.iterdir()))
def test_every_line_of_a_bundle_is_priced_or_named(command: Command, folder: Path, bundle: str) -> None:
    result = command("check", BUNDLES / bundle, "--out", folder / "out.csv", "--summary", "json")
    assert as_json(result)["lines"] == len(rows(folder / "out.csv")) > 0
    for row in rows(folder / "out.csv"):
        assert row["fee_cents"] or row["basis"] == "unreadable" or "fee_not_known" in (row["reasons"] or "")
    assert " error " not in result.stderr, "the lines are there, so what is wrong beside them warns"
    assert ("faults" in bundle) == ("warning" in result.stderr)


def test_the_official_requests_where_they_are_at_hand(command: Command, folder: Path) -> None:
    """The two eAttest requests of the Belgian guide, read from their own place beside the repository."""
    for path in sorted(OFFICIAL.glob("eattestation*Request*.json")):
        result = command("check", path, "--out", folder / "out.csv", "--summary", "json")
        assert as_json(result)["lines"] == len(rows(folder / "out.csv")) > 0
        for row in rows(folder / "out.csv"):
            assert row["fee_cents"] or row["basis"] == "unreadable" or "fee_not_known" in (row["reasons"] or "")


def test_a_bundle_is_known_by_its_content(command: Command, folder: Path) -> None:
    """Saved under another name it is still a bundle."""
    path = folder / "attest.txt"
    path.write_bytes((BUNDLES / "eattest_general_practice.json").read_bytes())
    assert as_json(command("check", path, "--out", folder / "out.csv", "--summary", "json"))["lines"] == 2


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.json", '{"resourceType": "Bundle", "type": "message"}', "missing_message_header"),
        ("a.json", '{"code": "101032"}', "not_a_bundle"),
        ("a.json", '[{"code": "101032"', "bad_json"),
        ("a.xml", "<Patient/>", "not_a_bundle"),
        ("a.xml", "<Bundle", "bad_xml"),
    ],
)
def test_a_bundle_without_lines_cannot_be_used(
    command: Command, folder: Path, name: str, content: str, code: str
) -> None:
    (folder / name).write_text(content, "utf-8")
    told = refused(command("check", folder / name, "--out", folder / "out.csv"))
    assert any(f"error {code}" in line for line in told), told
    assert not (folder / "out.csv").exists()


# --- messy files ---------------------------------------------------------------------------------------------


def test_a_french_spreadsheet(command: Command, folder: Path) -> None:
    (folder / "lines.csv").write_text("Code;Date;Heure;Montant\n101032;04/02/2020;20h59;30,00\n", "utf-8")
    result = check(command, folder)
    told = result.stderr.splitlines()
    assert result.exit_code == 0, "Code and Date can only be code and date"
    assert [line.split(": ")[1] for line in told] == ["warning column_not_read", "warning column_not_read",
                                                      "warning date_unreadable"]  # fmt: skip
    assert "rename it to time" in told[0]
    assert "rename it to charged_cents" in told[1]


def test_french_dates_hours_and_amounts(command: Command, folder: Path) -> None:
    """The check runs, and says for each column how many cells it could not read, the first, and how to write it."""
    (folder / "lines.csv").write_text(
        "code;date;time;charged_cents;preferential\n"
        "101032;2020-02-04;;;\n101032;04/02/2020;20h59;30,00;bim\n101032;05/02/2020;;22,22;\n",
        "utf-8",
    )
    result = check(command, folder)
    assert result.exit_code == 0
    told = {line.split("field ")[1].split(":")[0]: line for line in result.stderr.splitlines()}
    assert set(told) == {"date", "time", "charged_cents", "preferential"}
    assert "row 3" in told["date"]
    assert "'04/02/2020' cannot be read, nor can 1 more" in told["date"]
    assert "here probably 2020-02-04; " in told["date"]
    assert told["date"].endswith("--written date=day_first (2020-02-04) or --written date=month_first (2020-04-02)")
    assert "here probably 3000; " in told["charged_cents"]
    assert told["charged_cents"].endswith("--written charged_cents=euro_comma (3000)")
    assert "oui/non" in told["preferential"]
    assert [row["verdict"] for row in rows(folder / "out.csv")] == ["unknown"] * 3


def test_days_and_amounts_as_an_office_writes_them(command: Command, folder: Path) -> None:
    """Told how they are written, the check reads them and gives back what was sent; no other day is meant."""
    (folder / "lines.csv").write_text("Code;Date;charged_cents\n101032;04/02/2020;30,00\n101032;5/2/2020;40\n", "utf-8")
    told = ("--written", "date=day_first", "--written", "charged_cents=euro_comma")
    result = check(command, folder, *told)
    assert (result.exit_code, result.stderr) == (0, "")
    found = [(row["date (as sent)"], row["date"], row["charged_cents (as sent)"], row["charged_cents"])
             for row in rows(folder / "out.csv")]  # fmt: skip
    assert found == [("04/02/2020", "2020-02-04", "30,00", "3000"), ("5/2/2020", "2020-02-05", "40", "4000")]
    wrong = refused(check(command, folder, "--written", "code=iso", "--written", "date=euro"))
    assert [line.split("error ")[1].split(":")[0] for line in wrong] == ["bad_notation", "bad_notation"]
    assert "tells no way" in refused(check(command, folder, "--written", "date"))[0]


def test_a_header_and_no_line(command: Command, folder: Path) -> None:
    (folder / "lines.csv").write_text("code,date\n", "utf-8")
    result = check(command, folder)
    assert result.exit_code == 0
    assert "no line below the header" in result.stderr
    assert (folder / "out.csv").read_text("utf-8").count("\n") == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", ":1: error no_header"),
        (b"code;date;note\n101032;2020-02-04;caf\xe9\n", ":2: error not_utf8"),
        (b"code,date,code\n1,2,3\n", ":1: error repeated_column"),
        (b"code,date,patient\n1,2,3,4\n", ":2: error too_many_fields"),
        (b'code,date,patient\n1,2,"3\n', ":2: error bad_quotes"),
        (b"code,date,verdict\n1,2,ok\n", ": error column_taken"),
    ],
)
def test_a_file_that_cannot_be_used(command: Command, folder: Path, content: bytes, says: str) -> None:
    (folder / "lines.csv").write_bytes(content)
    (folder / "out.csv").write_text("an earlier result", "utf-8")
    told = refused(check(command, folder))
    assert len(told) == 1
    assert f"lines.csv{says}" in told[0]
    assert (folder / "out.csv").read_text("utf-8") == "an earlier result"
    assert {p.name for p in folder.iterdir()} == {"lines.csv", "doctors.csv", "out.csv"}


def test_everything_wrong_with_the_call_at_once(command: Command, folder: Path) -> None:
    told = refused(
        command("check", folder / "absent.csv", "--practitioners", folder / "nobody.csv", "--out", folder / "out.pdf",
                "--fees", folder / "no-fees", "--reading", "late_boundary=perhaps")
    )  # fmt: skip
    for code in ("unknown_format", "unknown_reading", "missing_file", "no_file"):
        assert any(f"error {code}" in line for line in told), code
    assert any("absent.csv" in line for line in told)
    assert any("nobody.csv" in line for line in told)


@pytest.mark.parametrize("name", ["lines.csv", "doctors.csv"])
def test_the_input_is_never_overwritten(command: Command, folder: Path, name: str) -> None:
    before = (folder / name).read_bytes()
    assert "would_overwrite" in refused(check(command, folder, out=name))[0]
    assert (folder / name).read_bytes() == before


def test_a_check_without_a_place_for_its_result(command: Command, folder: Path) -> None:
    assert "--out" in "".join(refused(command("check", folder / "lines.csv")))


def test_of_many_faults_the_first_are_told(command: Command, folder: Path) -> None:
    (folder / "doctors.csv").write_text("practitioner,profession,status\n" + "x,gp,full\n" * 100, "utf-8")
    told = refused(check(command, folder))
    assert len(told) == 21
    assert told[-1] == "… and 80 more"


def test_a_table_taken_as_declared_but_warned_of(command: Command, folder: Path) -> None:
    """A slot of six hours (14.2.2.2.1) and a slip in a number: the check runs, and says so once each."""
    (folder / "doctors.csv").write_text(
        "practitioner,profession,status,valid_from,valid_to,slots\n"
        "19000122003,gp,partial,,,tue 09:00-15:00\n"
        "19000123003,gp,full,2020-01-01,2020-06-30,\n19000123003,gp,refused,2020-07-01,,\n",
        "utf-8",
    )
    result = check(command, folder)
    assert result.exit_code == 0
    told = [line.partition("doctors.csv, ")[2] for line in result.stderr.splitlines()]
    assert [line.split(";")[0] for line in told] == [
        "row 2, field slots: warning slots_beyond_limits: a slot of 6 h 00",
        "row 3, field practitioner: warning inami_number: 19000123003 is no INAMI number",
    ]
    assert "digits 7 and 8 are" in told[1]


# --- interrupted ---------------------------------------------------------------------------------------------

SLOW = """
import sys, time
from medicomut.engines import files, local
from medicomut.cli import main
quick = local.Checker.check
def slow(self, chunk):
    sys.stdout.write("working\\n")
    sys.stdout.flush()
    time.sleep(0.3)
    return quick(self, chunk)
local.Checker.check = slow
files.Source.chunks.__defaults__ = (10,)
main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx"])
def test_an_interrupted_check_leaves_nothing_behind(folder: Path, number: signal.Signals, ending: str) -> None:
    """Ctrl-C, or the end of a cluster's patience: exit status 130, one sentence, and the folder as it was."""
    (folder / "lines.csv").write_text("code,date\n" + "101032,2020-02-04\n" * 2000, "utf-8")
    out = folder / f"out{ending}"
    out.write_text("an earlier result", "utf-8")
    call = [sys.executable, "-c", SLOW, "check", str(folder / "lines.csv"), "--out", str(out)]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith("working")
        os.kill(running.pid, number)
        _, told = running.communicate(timeout=30)
    assert running.returncode == 130
    assert told == "interrupted; no file was left half written\n"
    assert out.read_text("utf-8") == "an earlier result"
    assert {p.name for p in folder.iterdir()} == {"lines.csv", "doctors.csv", out.name}


def test_the_json_of_a_second_run_is_the_same(command: Command, folder: Path) -> None:
    first = check(command, folder, "--summary", "json").stdout
    written = (folder / "out.csv").read_bytes()
    assert check(command, folder, "--summary", "json").stdout == first
    assert (folder / "out.csv").read_bytes() == written
    assert json.loads(first)["lines"] == 6
