"""One line over HTTP: the answer of `medicomut price`, and what is refused by name."""

from __future__ import annotations

import json

import pytest
from asking import LATE, refused
from starlette.testclient import TestClient
from typer.testing import CliRunner

from medicomut.cli.main import app as command_line

ARGUMENTS = ["price", "--code", "101032", "--date", "2020-02-04", "--time", "21:01", "--profession", "gp", "--status",
             "full", "--express-request", "--format", "json"]  # fmt: skip


@pytest.mark.parametrize("lang", ["fr", "nl", "de", "en"])
def test_the_answer_is_that_of_the_command(api: TestClient, lang: str) -> None:
    """Same line, same JSON: result, steps with sentences and clauses, receipt."""
    told = json.loads(CliRunner().invoke(command_line, [*ARGUMENTS, "--lang", lang]).stdout)
    line = {name: value for name, value in LATE.items() if name != "charged_cents"}
    assert api.post("/v1/price", json=line | {"lang": lang}).json() == told


def test_a_doubt_is_told_by_both_doors(api: TestClient) -> None:
    """103132 is a visit at home: at the practice it is doubted, and priced as stated."""
    options = ["price", "--code", "103132", "--date", "2020-02-04", "--setting", "practice", "--format", "json"]
    told = json.loads(CliRunner().invoke(command_line, options).stdout)
    answer = api.post("/v1/price", json={"code": "103132", "date": "2020-02-04", "setting": "practice"}).json()
    assert answer == told
    assert [warning["code"] for warning in answer["warnings"]] == ["code_and_setting"]


def test_an_express_request_after_nine(api: TestClient) -> None:
    """Clause 14.2.3.4: at 21:01 the fee does not bind; recalled by the doctor, it does."""
    late = api.post("/v1/price", json=LATE).json()
    assert (late["tariff_binds"], late["basis"]) == (False, "consultation_at_late_hour_gp")
    assert "be/amm/2020#14.2.3.4" in late["cites"]
    assert (late["fee_cents"], late["supplement_cents"], late["excess_cents"]) == (2222, 778, 0)
    assert api.post("/v1/price", json=LATE | {"recalled": True}).json()["tariff_binds"] is True


def test_slots_and_readings(api: TestClient) -> None:
    """Clause 14.2.2.2: Tuesday at ten at site A is declared off tariff, at site B it is not."""
    line = {"code": "101032", "date": "2020-02-04", "time": "10:00", "profession": "gp", "status": "partial",
            "slots": "tue 09:00-13:00@A", "setting": "practice"}  # fmt: skip
    found = [api.post("/v1/price", json=line | {"site": site}).json()["basis"] for site in "AB"]
    assert found == ["off_tariff_slot_gp", "partial_gp_at_tariff"]
    at_nine = LATE | {"time": "21:00"}
    strict, other = (api.post("/v1/price", json=at_nine | {"readings": chosen}).json()
                     for chosen in ({}, {"late_boundary": "from"}))  # fmt: skip
    assert (strict["tariff_binds"], other["tariff_binds"]) == (True, False)
    assert other["receipt"]["readings"]["late_boundary"] == "from"


@pytest.mark.parametrize(
    ("accepts", "says"),
    [
        ("fr-BE,fr;q=0.9", "Le tarif"),
        ("nl;q=0.4,de;q=0.8", "Das Honorar"),
        ("es", "The agreement"),
        ("", "The agreement"),
    ],
)
def test_the_language_the_client_likes_best(api: TestClient, accepts: str, says: str) -> None:
    step = api.post("/v1/price", json=LATE, headers={"accept-language": accepts}).json()["steps"]
    sentences = {found["name"]: found["says"] for found in step}
    lang = {"Le tarif": "fr", "Das Honorar": "de", "The agreement": "en"}[says]
    named = api.post("/v1/price", json=LATE | {"lang": lang}).json()["steps"]
    assert sentences == {found["name"]: found["says"] for found in named}


def test_what_is_null_is_not_stated(api: TestClient) -> None:
    bare = {"code": "101032", "date": "2020-02-04"}
    nothing = bare | dict.fromkeys(("time", "status", "on_duty", "charged_cents", "slots", "readings", "lang"))
    assert api.post("/v1/price", json=nothing).json() == api.post("/v1/price", json=bare).json()


@pytest.mark.parametrize(
    ("change", "code", "field", "mend"),
    [
        ({"expres_request": True}, "unknown_field", "expres_request", "express_request"),
        ({"on_duty": "yes"}, "wrong_kind", "on_duty", "true or false"),
        ({"charged_cents": 22.5}, "wrong_kind", "charged_cents", "whole number"),
        ({"charged_cents": "2222"}, "wrong_kind", "charged_cents", "whole number"),
        ({"charged_cents": True}, "wrong_kind", "charged_cents", "whole number"),
        ({"slots": 1}, "wrong_kind", "slots", "text"),
        ({"date": "04/02/2020"}, "field_unreadable", "date", "2020-02-04"),
        ({"code": "10103"}, "field_unreadable", "code", "six digits"),
        ({"holders": 10**40}, "field_unreadable", "holders", "below 100"),
        ({"third_party": "ja"}, "field_unreadable", "third_party", "a yes does not say which"),
        ({"third_party": "Nee"}, "field_unreadable", "third_party", "here probably none"),
        ({"date": None}, "missing_field", "date", "add date"),
        ({"code": " "}, "missing_field", "code", "add code"),
        ({"status": "half"}, "unknown_word", "status", "full, partial, refused"),
        ({"slots": "tue 09:00-13:00"}, "slots_without_partial", "slots", "status partial"),
        ({"setting": "practice", "outside_round": True}, "fields_contradict", "outside_round", "setting home"),
        ({"profession": None, "status": None, "practitioner": "19000122003"}, "practitioner_alone", "practitioner",
         "profession"),
        ({"lang": "es"}, "unknown_language", "lang", "fr, nl, de, en"),
        ({"readings": {"late_boundary": "soon"}}, "unknown_reading", "readings", ""),
        ({"readings": {"late_moment": "start"}}, "", "readings", "late_boundary, late_until, night_hours"),
        ({"readings": {"late_bundary": "from"}}, "unknown_ambiguity", "readings", "did you mean late_boundary?"),
        ({"readings": {"moon": "full"}}, "unknown_ambiguity", "readings", "optional_third_party_scope"),
        ({"readings": ["late_boundary"]}, "bad_readings", "readings", "late_boundary"),
        ({"readings": 0}, "bad_readings", "readings", "late_boundary"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named(api: TestClient, change: dict[str, object], code: str, field: str, mend: str) -> None:
    problem = refused(api.post("/v1/price", json=LATE | change), 422)
    assert (problem["field"], code in problem["code"]) == (field, True)
    assert mend in problem["mend"]


def test_every_fault_at_once(api: TestClient) -> None:
    line = {"code": "10103", "date": "2020-02-30", "time": "21h01", "status": "half", "slots": "tuesday"}
    problem = refused(api.post("/v1/price", json=line), 422)
    assert {found["field"] for found in problem["problems"]} == {"code", "date", "time", "status", "slots"}
    slots = next(found for found in problem["problems"] if found["field"] == "slots")
    assert "be/amm/2020#14.2.2.2.1" in slots["cites"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "not_json"),
        (b"", "application/json", 400, "not_json"),
        (b"[" * 100_000, "application/json", 400, "not_json"),
        (b'{"code": "\xff"}', "application/json", 400, "not_json"),
        (b"[]", "application/json", 422, "not_an_object"),
        (b"null", "application/json", 422, "not_an_object"),
        (b"code=101032", "application/x-www-form-urlencoded", 415, "unknown_media_type"),
    ],
)
def test_what_is_no_object_of_json(api: TestClient, body: bytes, kind: str, status: int, code: str) -> None:
    answer = api.post("/v1/price", content=body, headers={"content-type": kind})
    assert refused(answer, status)["code"] == code
