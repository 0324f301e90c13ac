"""`medicomut agreement`: what a person reads, what a program reads, and what is said when there is no answer."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from medicomut.cli.agreement import app

LANGUAGES = {"fr", "nl", "de", "en"}


def run(*arguments, **environment):
    settings = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8", "COLUMNS": "80"} | environment
    return CliRunner().invoke(app, list(arguments), env=settings)


def as_json(*arguments, **environment):
    result = run(*arguments, "--format", "json", **environment)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_list_names_the_agreements_with_their_terms():
    found = as_json("list")
    assert [agreement["id"] for agreement in found] == ["be/amm/2020", "be/amm/2024"]
    assert found[0]["term"] == {"from": "2020-01-01", "to": "2020-12-31"}
    assert [agreement["coverage"] for agreement in found] == ["complete", "partial"]
    assert set(found[0]["title"]) == LANGUAGES


def test_show_holds_120_clauses_in_17_chapters_in_four_languages():
    shown = as_json("show", "be/amm/2020")
    assert (shown["id"], shown["coverage"]) == ("be/amm/2020", "complete")
    assert len(shown["clauses"]) == 120
    assert sum(clause["parent"] is None for clause in shown["clauses"]) == 17
    for clause in shown["clauses"]:
        assert set(clause["title"]) == set(clause["summary"]) == LANGUAGES
        assert all(clause["title"].values())
        assert {"number", "kind", "references", "external", "actors"} <= set(clause)


def test_show_one_clause_names_what_it_refers_to_once():
    """Clause 16.2.5 names 16.2.1 and 16.2.3 twice each."""
    (clause,) = as_json("show", "be/amm/2020", "--clause", "16.2.5")["clauses"]
    assert clause["references"] == ["16.2.1", "16.2.3"]
    read = run("show", "be/amm/2020", "--clause", "14.4", "--lang", "nl")
    assert "67.636,22 euro" in read.stdout
    assert "Rechthebbende" in read.stdout


@pytest.mark.parametrize(
    ("language", "amount", "late", "due"),
    [
        ("fr", "5 037,70 €", "21:00", "31 mars 2020"),
        ("nl", "€ 5.037,70", "21:00", "31 maart 2020"),
        ("de", "5.037,70 €", "21:00", "31. März 2020"),
        ("en", "€5,037.70", "21:00", "31 March 2020"),
    ],
)
def test_parameters_are_written_in_the_readers_language(language, amount, late, due):
    # Spaces that do not break hold a number and its sign together.
    shown = run("parameters", "be/amm/2020", "--lang", language).stdout
    read = shown.replace("\u202f", " ").replace("\u00a0", " ")
    assert all(text in read for text in (amount, late, due))
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_the_language_is_that_of_the_environment_else_english():
    assert "Paramètre" in run("parameters", "be/amm/2020", "--match", "late_hour", LANG="fr_BE.UTF-8").stdout
    assert "Waarde" in run("parameters", "be/amm/2020", "--match", "late_hour", LC_ALL="nl_BE.UTF-8").stdout
    assert "Value" in run("parameters", "be/amm/2020", "--match", "late_hour", LANG="it_IT.UTF-8").stdout


def test_parameters_are_found_by_word_and_by_day():
    found = as_json("parameters", "be/amm/2020", "--match", "PLAFOND de revenus")
    assert [p["id"] for p in found] == [
        "conditions.income_ceiling.one_holder",
        "conditions.income_ceiling.several_holders_each",
    ]
    assert found[0]["values"] == [{"from": "2020-01-01", "to": "2020-12-31", "value": "67636.22"}]
    assert found[0]["cites"] == ["be/amm/2020#14.4"]
    euthanasia = ("parameters", "be/amm/2020", "--match", "euthanasia.fee")
    assert as_json(*euthanasia, "--on", "2020-08-31") == []
    assert as_json(*euthanasia, "--on", "2020-09-01")[0]["values"][0]["value"] == "75.00"


def test_verify_counts_and_lists_and_ends_well():
    report = as_json("verify", "be/amm/2020")
    assert report["totals"] == {"held": 16, "of": 16}
    assert report["prorata"] == {"held": 22, "of": 22}
    assert report["references"] == {"held": 30, "of": 30}
    assert {"D1", "D2", "D5", "D7", "D8", "D10"} <= {finding["id"] for finding in report["findings"]}
    read = run("verify", "be/amm/2020", "--lang", "de")
    assert read.exit_code == 0
    assert "16/16" in read.stdout
    assert "Widerspruch" in read.stdout
    assert max(len(line) for line in read.stdout.splitlines()) <= 80


def test_verify_a_folder_with_a_wrong_digit_ends_with_1(copied):
    copied.change("annex.yaml", "in_year: 169", "in_year: 159")
    result = run("verify", str(copied.folder), "--format", "json")
    assert result.exit_code == 1
    findings = {finding["id"]: finding for finding in json.loads(result.stdout)["findings"]}
    balance = findings["annex.balance.in_year"]
    assert (balance["printed"], balance["computed"], balance["kind"]) == ("159", "169", "fault")
    assert "annex.balance.in_year" in run("verify", str(copied.folder)).stdout


def test_verify_a_folder_that_does_not_load_ends_with_2_and_names_the_lines(copied):
    line = copied.change("annex.yaml", "annual: 22687", "annual: 22687.5")
    result = run("verify", str(copied.folder))
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"annex.yaml:{line}: error float" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "be/amm/1999"), "be/amm/2020, be/amm/2024"),
        (("show", "be/amm/2020", "--clause", "18"), "18"),
        (("parameters", "nothing"), "be/amm/2020"),
        (("verify", "nothing"), "be/amm/2020"),
        (("export", "nothing"), "be/amm/2020"),
        (("rate", "--code", "458674"), "458674"),
        (("rate", "--group", "surgry"), "surgery"),
        (("rate",), "--code, --article or --group"),
        (("rate", "be/amm/2024", "--code", "458673"), "no_index_table"),
        (("rate", "be/amm/2020", "--code", "101032"), "name its group: --group consultations; the groups are"),
        (("readings", "nothing"), "be/amm/2020"),
        (("commitments", "nothing"), "be/amm/2020"),
        (
            ("export", "be/amm/2020", "--out", "/nonexistent/folder/file.json"),
            "/nonexistent/folder/file.json",
        ),
        (("show", "be/amm/2020", "--lang", "it"), "it"),
        (("parameters", "be/amm/2020", "--on", "31/12/2020"), "31/12/2020"),
    ],
)
def test_what_cannot_be_answered_is_said_on_stderr_with_status_2(arguments, said):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_export_holds_everything(tmp_path):
    exported = json.loads(run("export", "be/amm/2020").stdout)
    assert exported["id"] == "be/amm/2020"
    assert len(exported["clauses"]) == 120
    assert exported["index_rates"]["mass"] == "1.95"
    assert sum(len(block["lines"]) for block in exported["annex"]["blocks"]) == 37
    assert {
        "parameters",
        "ambiguities",
        "denunciation",
        "commitments",
        "errata",
        "statements",
        "data_hash",
    } <= set(exported)
    out = tmp_path / "agreement.json"
    result = run("export", "be/amm/2020", "--out", str(out))
    assert result.exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8")) == exported
    assert [path.name for path in tmp_path.iterdir()] == ["agreement.json"]


def test_export_as_csv_has_a_row_a_value_and_no_formulas():
    rows = list(csv.DictReader(io.StringIO(run("export", "be/amm/2020", "--format", "csv").stdout)))
    assert set(rows[0]) == {"record", "id", "field", "value"}
    ceiling = {row["field"]: row["value"] for row in rows if row["id"] == "conditions.income_ceiling.one_holder"}
    assert ceiling["values.1.value"] == "67636.22"
    assert ceiling["label.de"]
    savings = [row["value"] for row in rows if row["value"] == "-22406"]
    assert savings  # a negative number stays a number
    assert not [row for row in rows if row["value"][:1] in ("=", "+", "@")]


def test_export_writes_whole_or_not_at_all(tmp_path):
    """A file that is there already stays as it was when the new one cannot take its place."""
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "kept.txt").write_text("kept", encoding="utf-8")
    result = run("export", "be/amm/2020", "--out", str(taken))
    assert result.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    assert (taken / "kept.txt").read_text(encoding="utf-8") == "kept"


def test_rate_answers_with_the_clause():
    """Clause 4.1: CT of the brain is not indexed."""
    answer = as_json("rate", "--code", "458673")
    assert (answer["agreement"], answer["rate_percent"], answer["level"]) == ("be/amm/2020", "0", "code")
    assert "be/amm/2020#4.1" in answer["cites"]
    read = run("rate", "--article", "17bis", "--lang", "fr").stdout.replace("\u00a0", " ")
    assert "1 %" in read
    assert "1er janvier 2020" in read
    assert "annexe" in run("rate", "--article", "3", "--lang", "fr").stdout
    assert "recollected" in run("rate", "--code", "597726").stdout


def test_rate_takes_the_agreement_as_the_other_commands_do():
    assert as_json("rate", "be/amm/2020", "--code", "458673") == as_json("rate", "--code", "458673")


def test_an_erratum_is_shown_at_its_clause():
    """D8: clause 14.5 prints point 13, the dashboard, and means point 14, the conditions."""
    shown = as_json("show", "be/amm/2020")["clauses"]
    marked = {clause["number"]: [erratum["id"] for erratum in clause["errata"]] for clause in shown if clause["errata"]}
    assert marked == {"4.1": ["D9", "D12-anaesthesia"], "14.5": ["D8"]}
    (clause,) = as_json("show", "be/amm/2020", "--clause", "14.5")["clauses"]
    assert clause["errata"][0]["reading"] == "point 14"
    assert all("13" in clause["summary"][language] for language in LANGUAGES)
    read = run("show", "be/amm/2020", "--clause", "14.5", "--lang", "nl").stdout
    assert "erratum D8: gedrukt point 13 · gelezen point 14" in read
    assert "[erratum D8]" in run("show", "be/amm/2020").stdout


def test_show_names_every_clause_of_a_range():
    """Clause 16.2.4 prints the ends of 16.2.1 to 16.2.3."""
    (clause,) = as_json("show", "be/amm/2020", "--clause", "16.2.4")["clauses"]
    assert clause["references"] == ["16.2.1", "16.2.2", "16.2.3"]
    assert "16.2.1, 16.2.2, 16.2.3" in run("show", "be/amm/2020", "--clause", "16.2.4").stdout


def test_readings_are_listed_with_the_one_we_take():
    """Clauses 14.2.3.4 and 14.3.3.3: is 21:00 sharp after 21:00?"""
    found = {reading["id"]: reading for reading in as_json("readings", "be/amm/2020")}
    late = found["late_boundary"]
    assert late["default"] == "strictly_after"
    assert set(late["alternatives"]) == {"strictly_after", "from"}
    assert late["cites"] == ["be/amm/2020#14.2.3.4", "be/amm/2020#14.3.3.3"]
    assert set(late["question"]) == LANGUAGES
    assert late["why"]
    matched = {reading["id"] for reading in as_json("readings", "be/amm/2020", "--match", "21:00")}
    assert {"late_boundary", "late_until"} <= matched < set(found)
    read = run("readings", "be/amm/2020", "--match", "late_boundary", "--lang", "fr").stdout
    assert "→ strictly_after: Non, seulement plus tard" in read
    assert "14.2.3.4" in read
    assert max(len(line) for line in run("readings", "be/amm/2020").stdout.splitlines()) <= 80


def test_commitments_are_listed_by_the_day_they_fall_due():
    """Clause 6.2.2 asks for the accreditation measures by 2021 ("d'ici 2021"): before that year begins."""
    found = as_json("commitments", "be/amm/2020")
    due = [promise["due"] for promise in found if promise["due"]]
    assert due == sorted(due)
    assert found[len(due)]["due"] is None
    measures = next(promise for promise in found if promise["id"] == "accreditation_measures")
    assert (measures["due"], measures["wording"], measures["clause"]) == ("2020-12-31", "by", "be/amm/2020#6.2.2")
    assert measures["actor"] == "accreditation_group"
    late = [promise["id"] for promise in as_json("commitments", "be/amm/2020", "--on", "2021-02-28")]
    assert late == ["gmf_first_advance", "guard_law", "day_hospital_second_phase", "gmf_late_paper"]
    read = run("commitments", "be/amm/2020", "--on", "2021-06-30", "--lang", "fr").stdout
    assert "1er juillet 2021" in read
    assert "5.2.2.1" in read
    assert max(len(line) for line in run("commitments", "be/amm/2020").stdout.splitlines()) <= 80


COMMANDS = ["list", "show", "parameters", "readings", "commitments", "verify", "export", "rate"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command):
    read = run(command, "--help")
    assert read.exit_code == 0
    assert f"Example: medicomut agreement {command}" in read.stdout
