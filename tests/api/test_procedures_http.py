"""Procedures over HTTP: an agreement on a day, by its events or one's own; denunciation, grounds, replay, letters."""

from typing import Any

import pytest
from asking import refused
from starlette.testclient import TestClient

BASE = "/v1/procedures/be/amm/2020"
CASE = "/v1/procedures/be/amm/2024"
SIGNED = [
    {"day": "2019-12-19", "event": "concluded", "by": "commission", "evidence": "minutes (made up)",
     "insurers_for": 9, "insurers_votes": 12, "physicians_for": 12, "physicians_votes": 12},
    {"day": "2020-01-29", "event": "published", "by": "official_gazette", "evidence": "numac 2020040150"},
]  # fmt: skip
MEASURE = [
    {"day": "2020-06-01", "event": "situation_occurred", "by": "king", "evidence": "a decree (made up)",
     "ground": "fee_restriction"},
    {"day": "2020-06-05", "event": "situation_found", "by": "cartel_kartel", "evidence": "a meeting (made up)"},
    {"day": "2020-06-10", "event": "notified", "by": "cartel_kartel", "evidence": "a letter (made up)"},
]  # fmt: skip
LETTER = {"ground": "16.2.1", "by": "party", "event": "2020-03-02", "lang": "fr"}


def codes(answer: Any, status: int) -> list[tuple[str, str | None]]:
    assert answer.status_code == status, answer.text
    return [(one["code"], one["field"]) for one in answer.json()["problems"]]


def test_what_is_known(api: TestClient) -> None:
    found = api.get("/v1/procedures").json()
    assert [item["agreement"] for item in found["items"]] == ["be/amm/2020", "be/amm/2024"]
    assert [item["replay"] for item in found["items"]] == [None, f"{CASE}/replay"]
    assert "third_party_extension" in [one["event"] for one in found["occurrences"]]


def test_an_agreement_on_a_day(api: TestClient) -> None:
    answer = api.get(f"{BASE}/timeline", params={"on": "2020-02-10"})
    found = answer.json()
    assert (found["state"], found["open"]) == ("refusal_window", False)
    assert found["may_act"][0]["until"]["due"] == "2020-02-28"
    assert found["may_act"][0]["until"]["days_left"] == 18
    assert answer.headers["cache-control"].startswith("public")
    assert api.get(f"{BASE}/timeline").status_code == 200


def test_under_another_reading(api: TestClient) -> None:
    readings = ["denunciation_clocks=as_in_2020", "end_anchor=finding"]
    found = api.get(f"{CASE}/timeline", params={"on": "2024-11-25", "reading": readings}).json()
    assert (found["state"], found["clocks_of"]) == ("denunciation_open", "be/amm/2020")
    assert api.get(f"{CASE}/timeline", params={"on": "2024-11-25"}).json()["state"] == "denunciation_open"


def test_by_events_of_ones_own(api: TestClient) -> None:
    body = {"on": "2020-07-01", "events": SIGNED + MEASURE}
    answer = api.post(f"{BASE}/timeline", json=body)
    assert (answer.json()["state"], answer.headers["cache-control"]) == ("last_day", "no-store")
    later = api.post(f"{BASE}/timeline", json=body | {"readings": {"end_anchor": "finding"}})
    assert later.json()["state"] == "denunciation_open"


@pytest.mark.parametrize(
    ("events", "status", "expected"),
    [
        (None, 422, [("missing_field", "events")]),
        ("x", 422, [("wrong_kind", "events")]),
        ([1], 422, [("wrong_kind", None)]),
        ([{**SIGNED[0], "colour": "red"}], 422, [("unknown_field", "colour")]),
        ([{**SIGNED[0], "evidence": ["x"]}], 422, [("wrong_kind", "evidence")]),
        ([SIGNED[0], {**SIGNED[1], "day": "2020-02-30"}], 422, [("bad_day", "day")]),
        ([{**SIGNED[0], "day": "9999-12-31"}], 422, [("bad_day", "day")]),
        ([{**SIGNED[0], "physicians_for": 8}], 422, [("majority_missing", None)]),
        ([SIGNED[1]], 422, [("impossible_event", None)]),
        ([SIGNED[0]] * 501, 413, [("too_many_events", "events")]),
    ],
)
def test_events_that_cannot_be_used_are_refused(api: TestClient, events: Any, status: int, expected: Any) -> None:
    body = {"on": "2020-07-01"} | ({} if events is None else {"events": events})
    assert codes(api.post(f"{BASE}/timeline", json=body), status) == expected


def test_a_refused_event_names_its_row(api: TestClient) -> None:
    body = {"events": [*SIGNED, MEASURE[2]]}
    (problem,) = api.post(f"{BASE}/timeline", json=body).json()["problems"]
    assert (problem["code"], problem["row"]) == ("event_out_of_order", 3)


def test_deadlines_as_json_and_csv(api: TestClient) -> None:
    found = api.get(f"{CASE}/deadlines", params={"reading": "denunciation_clocks=as_in_2020"}).json()["deadlines"]
    by_name = {one["id"]: one for one in found}
    assert by_name["opt_out"]["warnings"] == ["sunday"]
    assert by_name["opt_out"]["otherwise_due"] == "2024-12-16"
    rows = api.get(f"{BASE}/deadlines", headers={"Accept": "text/csv"}).text.splitlines()
    assert len(rows) == 4


def test_a_denunciation_weighed(api: TestClient) -> None:
    days = {"ground": "16.2.1", "by": "party", "event": "2020-03-02", "finding": "2020-03-02"}
    found = api.get(f"{BASE}/denunciation", params=days).json()
    assert (found["admissible"], found["letter_by"], found["ends_on"]) == (True, "2020-03-17", "2020-04-01")
    late = api.get(f"{BASE}/denunciation", params=days | {"notified": "2020-03-18"}).json()
    assert (late["admissible"], late["reasons"][0]["code"]) == (False, "letter_late")
    before = api.get(f"{BASE}/denunciation", params=days | {"finding": "2020-03-01"})
    assert codes(before, 422) == [("finding_before_event", "finding")]
    assert codes(api.get(f"{BASE}/denunciation", params=days | {"event": "9999-12-31", "finding": "9999-12-31"}), 422)


def test_which_grounds_something_opens(api: TestClient) -> None:
    asked = {"event": "extension of compulsory third-party payment", "on": "2020-03-02"}
    (found,) = api.get(f"{BASE}/grounds", params=asked).json()["events"]
    opening = {one["clause"]: one for one in found["grounds"] if one["opens"]}
    assert list(opening) == ["16.2.2"]
    assert opening["16.2.2"]["for"] == {"party": True, "individual": False}
    assert opening["16.2.2"]["letter"]["due"] == "2020-03-17"
    unknown = api.get(f"{BASE}/grounds", params={"event": "rain", "on": "2020-03-02"})
    assert refused(unknown, 422)["code"] == "unknown_occurrence"


def test_the_replay_of_2024(api: TestClient) -> None:
    days = api.get(f"{CASE}/replay").json()["days"]
    assert next(day["on"] for day in days if day["parts"]) == "2024-11-20"
    (one,) = api.get(f"{CASE}/replay", params={"on": "2024-12-02"}).json()["days"]
    assert {anchor: state["state"] for anchor, state in one["anchors"].items()} == {
        "occurrence": "ended_if_supposed",
        "finding": "settled_on_condition",
    }
    assert refused(api.get(f"{BASE}/replay"), 404)["code"] == "no_replay"


def test_a_letter_is_a_draft_kept_by_nobody(api: TestClient) -> None:
    page = api.post(f"{BASE}/letter", json=LETTER | {"name": "Syndicat fictif"}, headers={"Accept": "text/html"})
    assert "Syndicat fictif" in page.text
    assert (page.headers["cache-control"], page.headers["content-language"]) == ("no-store", "fr")
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
    made = api.post(f"{BASE}/letter", json=LETTER | {"lang": "nl"}, headers={"Accept": "application/pdf"})
    assert made.content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"lang": "de"}, ("unknown_language", "lang")),
        ({"by": "king"}, ("unknown_value", "by")),
        ({"event": "soon"}, ("bad_day", "event")),
        ({"ground": None}, ("missing_field", "ground")),
        ({"number": "123"}, ("bad_inami", "number")),
        ({"by": "doctor", "ground": "16.2.2"}, ("not_admissible", None)),
        ({"name": "x" * 2001}, ("wrong_kind", "name")),
        ({"readings": {"moon": "full"}}, ("bad_reading", "reading")),
        ({"colour": "red"}, ("unknown_field", "colour")),
    ],
)
def test_a_letter_that_cannot_be_written_is_refused(api: TestClient, change: Any, expected: Any) -> None:
    assert codes(api.post(f"{BASE}/letter", json=LETTER | change), 422) == [expected]
