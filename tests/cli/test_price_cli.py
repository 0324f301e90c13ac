"""`medicomut price`: at the counter, in a program, and with options that cannot be."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from commands import Command, as_json, refused

from medicomut.cli.price import price
from medicomut.tariff.book import REASONS, rulebook
from medicomut.tariff.vocabulary import BASES, LINE_COLUMNS

LATE = ("price", "--code", "101032", "--date", "2020-02-04", "--profession", "gp", "--status", "full",
        "--express-request")  # fmt: skip
ORDINARY = ("price", "--code", "101032", "--date", "2020-02-04", "--profession", "gp", "--status", "full")
RECEIPT = {"medicomut", "rules", "libraries", "agreement", "law", "fees", "practitioners", "readings"}
FIELDS = {
    "fee_cents", "reimbursement_cents", "patient_share_cents", "tariff_binds", "basis", "supplement_cents",
    "excess_cents", "verdict", "reasons", "agreement", "cites",
}  # fmt: skip


def test_an_express_request_one_minute_after_nine(command: Command) -> None:
    """Clause 14.2.3.4: at 21:01 the fee does not bind, at 20:59 it does, and recalled it does."""
    late = as_json(command(*LATE, "--time", "21:01", "--format", "json"))
    assert (late["tariff_binds"], late["basis"]) == (False, "consultation_at_late_hour_gp")
    assert "be/amm/2020#14.2.3.4" in late["cites"]
    before = as_json(command(*LATE, "--time", "20:59", "--format", "json"))
    assert (before["tariff_binds"], before["basis"], before["cites"]) == (True, "full_gp", ["be/amm/2020#14.2.1"])
    recalled = as_json(command(*LATE, "--time", "21:01", "--recalled", "--format", "json"))
    assert (recalled["tariff_binds"], recalled["basis"]) == (True, "full_gp")


def test_json_holds_the_result_the_steps_and_the_receipt(command: Command) -> None:
    found = as_json(command(*LATE, "--time", "21:01", "--charged-cents", "3000", "--format", "json"))
    assert set(found) == FIELDS | {"line", "steps", "receipt"}
    assert found["line"] == {"code": "101032", "date": "2020-02-04", "time": "21:01", "express_request": True,
                             "charged_cents": 3000}  # fmt: skip
    amounts = [found[name] for name in ("fee_cents", "reimbursement_cents", "patient_share_cents")]
    assert amounts == [2222, 1622, 600]
    assert (found["supplement_cents"], found["excess_cents"], found["verdict"]) == (778, 0, "ok")
    assert found["agreement"] == "be/amm/2020"
    assert {step["name"] for step in found["steps"]} == set(rulebook().rules)
    for step in found["steps"]:
        assert set(step) == {"name", "value", "says", "cites"}
        assert isinstance(step["value"], bool | int)
        assert step["says"]
        assert step["cites"] == list(rulebook().rules[step["name"]].cites)
    values = {step["name"]: step["value"] for step in found["steps"]}
    assert (values["late_hour"], values["late_demand"], values["tariff_binds"]) == (True, True, False)
    assert set(found["receipt"]) == RECEIPT
    assert found["receipt"]["agreement"]["id"] == "be/amm/2020"


def test_the_same_line_gives_the_same_answer_twice(command: Command) -> None:
    ask = (*LATE, "--time", "21:01", "--format", "json")
    assert command(*ask).stdout == command(*ask).stdout


@pytest.mark.parametrize(
    ("lang", "free", "step"),
    [
        ("fr", "ne lie pas le médecin", "Étapes"),
        ("nl", "bindt de arts niet", "Stappen"),
        ("de", "bindet den Arzt nicht", "Schritte"),
        ("en", "does not bind the doctor", "Steps"),
    ],
)
def test_every_language_at_80_columns(command: Command, lang: str, free: str, step: str) -> None:
    result = command(*LATE, "--time", "21:01", "--charged-cents", "3000", "--explain", "--lang", lang)
    assert result.exit_code == 0, result.stderr
    assert free in result.stdout
    assert step in result.stdout
    assert "14.2.3.4" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    by_environment = command(*LATE, "--time", "21:01", "--charged-cents", "3000", "--explain", LANG=f"{lang}_BE.UTF-8")
    assert by_environment.stdout == result.stdout


def test_steps_in_the_language_asked(command: Command) -> None:
    told = {
        lang: {s["name"]: s["says"] for s in as_json(command(*ORDINARY, "--format", "json", "--lang", lang))["steps"]}
        for lang in ("fr", "nl", "de", "en")
    }
    assert all(len({told[lang][name] for lang in told}) == 4 for name in told["en"])


def test_without_explain_the_steps_are_not_shown(command: Command) -> None:
    assert "Steps" not in command(*ORDINARY).stdout
    assert "Steps" in command(*ORDINARY, "--explain").stdout


def test_what_is_missing_for_a_verdict_is_said(command: Command) -> None:
    """A doctor at the counter gives a code and a day: the fee is there, and what to state for more."""
    result = command("price", "--code", "101032", "--date", "2020-02-04")
    assert result.exit_code == 0
    assert "€22.22" in result.stdout
    assert "State profession and status" in " ".join(result.stdout.split())
    assert "State charged_cents" in " ".join(result.stdout.split())


def test_another_reading_gives_another_answer(command: Command) -> None:
    """At exactly 21:00: `after 21:00` is read strictly unless the reading says otherwise, and the receipt tells."""
    ask = (*LATE, "--time", "21:00", "--format", "json")
    strict, other = as_json(command(*ask)), as_json(command(*ask, "--reading", "late_boundary=from"))
    assert (strict["tariff_binds"], other["tariff_binds"]) == (True, False)
    readings = [found["receipt"]["readings"]["late_boundary"] for found in (strict, other)]
    assert readings == ["strictly_after", "from"]
    assert strict["receipt"]["rules"] == other["receipt"]["rules"]


def test_slots_of_a_partial_accession(command: Command) -> None:
    """Clause 14.2.2.2: Tuesday at ten at site A is a declared slot; at site B it is not."""
    ask = ("price", "--code", "101076", "--date", "2020-02-04", "--profession", "gp", "--status", "partial",
           "--slots", "tue 09:00-13:00@A", "--time", "10:00", "--setting", "practice", "--format", "json")  # fmt: skip
    assert as_json(command(*ask, "--site", "A"))["basis"] == "off_tariff_slot_gp"
    assert as_json(command(*ask, "--site", "B"))["basis"] == "partial_gp_at_tariff"


def test_status_from_the_table_of_practitioners(command: Command, folder: Path) -> None:
    ask = ("price", "--code", "101032", "--date", "2020-02-04", "--practitioners", folder / "doctors.csv")
    assert as_json(command(*ask, "--practitioner", "19000122003", "--format", "json"))["basis"] == "full_gp"
    unknown = as_json(command(*ask, "--practitioner", "19000517001", "--format", "json"))
    assert (unknown["basis"], "practitioner_not_known" in unknown["reasons"]) == ("status_not_known", True)


@pytest.mark.parametrize(
    ("options", "basis"),
    [
        (("--date", "1989-12-31"), None),
        (("--date", "2010-02-04"), "no_agreement"),
        (("--date", "2024-02-06"), "conditions_not_known"),
        (("--third-party", "optional", "--status", "refused"), "optional_third_party"),
        (("--taxable-income-cents", "6763623"), "income_above_ceiling"),
        (("--taxable-income-cents", "6763622"), "full_gp"),
    ],
)
def test_the_last_word_of_an_option_counts(command: Command, options: tuple[str, ...], basis: str | None) -> None:
    result = command(*ORDINARY, *options, "--format", "json")
    if basis is None:
        assert "from 1990 to 2079" in refused(result)[0]
    else:
        assert as_json(result)["basis"] == basis
        assert basis in {word for word, _ in BASES.values()}


def test_a_code_copied_wrongly_is_named(command: Command) -> None:
    found = as_json(command(*ORDINARY, "--code", "101033", "--format", "json"))
    assert (found["verdict"], found["reasons"][0]) == ("unpriced", "fee_not_known")
    assert "code_check_digit" in found["reasons"]
    assert set(found["reasons"]) <= set(REASONS)


# --- what is refused -----------------------------------------------------------------------------------------


def test_every_wrong_option_is_named_at_once(command: Command) -> None:
    told = refused(
        command(
            "price", "--code", "10103", "--date", "04/02/2020", "--time", "21h01", "--charged-cents", "30,00",
            "--profession", "doctor", "--status", "half", "--slots", "tuesday", "--setting", "surgery",
            "--third-party", "some", "--holders", "two", "--reading", "late", "--reading", "early=no",
            "--fees", "nowhere", "--practitioners", "nobody.csv",
        )
    )  # fmt: skip
    for start in ("--code '10103'", "--date '04/02/2020'", "--time '21h01'", "--charged-cents '30,00'",
                  "--profession 'doctor'", "--status 'half'", "--slots: 'tuesday'", "--setting 'surgery'",
                  "--third-party 'some'", "--holders 'two'", "--reading 'late'", "--reading 'early'",
                  "nowhere/fees.csv", "nobody.csv"):  # fmt: skip
        assert sum(start in line for line in told) == 1, start


@pytest.mark.parametrize(
    ("option", "written", "meant"),
    [
        ("--date", "04/02/2020", "2020-02-04"),
        ("--date", "4-2-2020", "2020-02-04"),
        ("--date", "31.12.2020", "2020-12-31"),
        ("--date", "31/02/2020", None),
        ("--time", "21h01", "21:01"),
        ("--time", "9:05", "09:05"),
        ("--time", "21u", "21:00"),
        ("--time", "late", None),
        ("--charged-cents", "22,22", "2222"),
        ("--charged-cents", "€ 30.00", "3000"),
        ("--charged-cents", "0,05 €", "5"),
        ("--charged-cents", "twenty", None),
        ("--taxable-income-cents", "30000.50", "3000050"),
        ("--taxable-income-cents", "30000.00", None),
        ("--charged-cents", "EUR 30.00", "3000"),
    ],
)
def test_what_was_probably_meant(command: Command, option: str, written: str, meant: str | None) -> None:
    told = refused(command(*ORDINARY, option, written))[0]
    assert f"{option} '{written}' cannot be read; write " in told
    assert told.endswith(f"here probably {meant}") if meant else "probably" not in told


@pytest.mark.parametrize("written", ["30:99", "45:10"])
def test_no_guess_that_is_itself_wrong(command: Command, written: str) -> None:
    assert "probably" not in refused(command(*ORDINARY, "--time", written))[0]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--setting", "practice", "--outside-round"), "--outside-round with --setting practice"),
        (("--setting", "shared_room", "--unusual-travel"), "--unusual-travel with --setting shared_room"),
        (("--setting", "home", "--single-room-for-convenience"), "--single-room-for-convenience with --setting home"),
        (("--slots", "tue 09:00-13:00"), "--slots without --status partial"),
        (("--practitioners", "doctors.csv", "--practitioner", "19000122003"), "described twice"),
    ],
)
def test_options_that_cannot_go_together(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(folder)
    told = refused(command(*ORDINARY, *options))
    assert len(told) == 1
    assert says in told[0]


def test_a_number_without_a_table_and_a_table_without_a_number(command: Command, folder: Path) -> None:
    line = ("price", "--code", "101032", "--date", "2020-02-04")
    assert "add the table" in refused(command(*line, "--practitioner", "19000122003"))[0]
    assert "add --practitioner" in refused(command(*line, "--practitioners", folder / "doctors.csv"))[0]
    assert command(*ORDINARY, "--practitioner", "19000122003").exit_code == 0


@pytest.mark.parametrize(
    ("code", "setting", "says"),
    [
        ("103132", "practice", "is that of a visit at home"),
        ("101032", "single_room", "is for patients who are not in hospital"),
        ("475086", "practice", "is for patients in hospital"),
    ],
)
def test_a_code_of_another_place_is_doubted_and_priced(command: Command, code: str, setting: str, says: str) -> None:
    result = command(*ORDINARY, "--code", code, "--setting", setting, "--format", "json")
    assert as_json(result)["line"]["setting"] == setting
    assert "warning code_and_setting" in result.stderr
    assert says in result.stderr


@pytest.mark.parametrize(("code", "setting"), [("103132", "home"), ("101032", "practice"), ("475086", "single_room")])
def test_a_code_of_its_place_is_not_doubted(command: Command, code: str, setting: str) -> None:
    assert command(*ORDINARY, "--code", code, "--setting", setting).stderr == ""


def test_a_missing_option_is_asked_for(command: Command) -> None:
    assert "Missing option '--code'" in "".join(refused(command("price")))


def test_every_column_of_a_line_is_an_option() -> None:
    assert set(inspect.signature(price).parameters) >= set(LINE_COLUMNS)


def test_the_line_is_given_back_in_the_types_of_json(command: Command) -> None:
    """Amounts and counts are numbers, facts truth values; marks and codes keep their leading noughts as text."""
    told = command(*ORDINARY, "--charged-cents", " 2222", "--holders", "2", "--dependants", "0", "--patient", "007",
                   "--line-id", "17", "--no-urgent", "--format", "json")  # fmt: skip
    line = as_json(told)["line"]
    assert line == {
        "code": "101032", "date": "2020-02-04", "charged_cents": 2222, "holders": 2, "dependants": 0, "patient": "007",
        "line_id": "17", "urgent": False,
    }  # fmt: skip


def with_slots(command: Command, profession: str, slots: str) -> str:
    result = command("price", "--code", "101032", "--date", "2020-02-04", "--time", "14:00", "--profession", profession,
                     "--status", "partial", "--slots", slots)  # fmt: skip
    assert result.exit_code == 0
    return result.stderr


@pytest.mark.parametrize(
    ("profession", "slots", "what", "clause"),
    [
        ("gp", "tue 09:00-15:00", "a slot of 6 h 00", "14.2.2.2.1"),
        ("specialist", "tue 09:00-13:30", "a slot of 4 h 30", "14.3.2.2.1"),
        ("gp", "mon 09:00-10:00;tue 09:00-10:00;wed 09:00-10:00;thu 09:00-10:00", "4 slots a week", "14.2.2.2.1"),
    ],
)
def test_slots_beyond_what_may_be_declared_are_warned_of(
    command: Command, profession: str, slots: str, what: str, clause: str
) -> None:
    """Three slots of four hours for a general practitioner, four for a specialist; taken as declared all the same."""
    told = with_slots(command, profession, slots)
    assert f"warning slots_beyond_limits: --slots: {what}; " in told
    assert f"[be/amm/2020#{clause}]" in told


@pytest.mark.parametrize(
    ("profession", "slots"),
    [
        ("gp", "mon 09:00-13:00;tue 09:00-13:00;wed 22:00-02:00"),
        ("specialist", "mon 09:00-13:00;tue 09:00-13:00;wed 09:00-13:00;thu 09:00-13:00"),
    ],
)
def test_slots_at_the_limit_are_not(command: Command, profession: str, slots: str) -> None:
    assert with_slots(command, profession, slots) == ""
