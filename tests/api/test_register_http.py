"""The register over HTTP: timetables judged, declarations in the window, the count as it runs; who sees what."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from asking import WEEK, refused, waited
from icalendar import Calendar
from starlette.testclient import TestClient

from medicomut.accession.declarations import Declaration, Kind
from medicomut.accession.window import signed_window
from medicomut.api.app import create_app
from medicomut.api.limits import RATES, Rate
from medicomut.api.settings import Settings
from medicomut.identifiers import synthetic_inami
from medicomut.store import Ledger, open_store
from medicomut.store.register import Register

GP, SPECIALIST, OTHER = synthetic_inami(1, "003"), synthetic_inami(2, "690"), synthetic_inami(3, "004")
YEAR = "be/amm/2020"
IN_WINDOW = datetime(2020, 2, 10, 10, tzinfo=UTC)
BASE = "/v1/register"

TOO_FREE = WEEK.replace("wed,16:00,18:45,A,free", "wed,16:00,19:00,A,free").replace(
    "wed,18:45,19:00,A,tariff,practice\n", ""
)


def rows(text: str) -> list[dict[str, str]]:
    head, *lines = (line.split(",") for line in text.splitlines())
    return [dict(zip(head, line, strict=True)) for line in lines]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A register of three made-up practitioners, of whom nobody has declared anything."""
    where = f"sqlite:///{tmp_path / 'register.db'}"
    engine = open_store(where)
    early = datetime(2020, 1, 30, 9, tzinfo=UTC)
    register = Register(Ledger(engine, lambda: early), signed_window)
    for number, profession, region in ((GP, "gp", "Brussels"), (SPECIALIST, "specialist", "Flanders"),
                                       (OTHER, "gp", "Brussels")):  # fmt: skip
        given: Any = {"profession": profession, "region": region}
        register.declare(Declaration(Kind.registered, number, "test", **given))
    engine.dispose()
    return where


def app_of(url: str, **settings: Any) -> TestClient:
    chosen = {"store": url.replace("register.db", "store.db"), "register": url, "trial_now": IN_WINDOW} | settings
    return TestClient(create_app(Settings(**chosen)))


@pytest.fixture
def api(url: str) -> Iterator[TestClient]:
    with app_of(url) as client:
        yield client


def as_(api: TestClient, name: str, role: str) -> dict[str, str]:
    """Return what a session of somebody sends."""
    app: Any = api.app
    cookie = app.state.entrance.desk.sessions.begin(name, (role,))
    api.cookies.clear()
    headers = {"cookie": f"__Host-medicomut_session={cookie}; medicomut_session={cookie}"}
    return headers | {"x-csrf-token": api.get("/auth/me", headers=headers).json()["csrf_token"]}


def doctor(api: TestClient, number: str = GP) -> dict[str, str]:
    return as_(api, f"account:{number}", "practitioner")


def declare(api: TestClient, headers: dict[str, str], number: str = GP, key: str = "", **body: Any) -> Any:
    sent = headers | ({"idempotency-key": key} if key else {})
    return api.post(f"{BASE}/practitioners/{number}/declarations", json=body, headers=sent)


# --- timetables --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def open_api() -> Iterator[TestClient]:
    """A server without register: rules need none."""
    with TestClient(create_app()) as client:
        yield client


def test_a_timetable_is_judged_with_its_numbers_and_what_mends_it(open_api: TestClient) -> None:
    """29 of 39 hours at tariff are 74.35%: a quarter of an hour is missing."""
    body = {"profession": "gp", "hours": rows(TOO_FREE), "lang": "nl"}
    answer = open_api.post(f"{BASE}/timetable", json=body)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["valid"] is False
    assert [broken["clause"] for broken in found["broken"]] == ["14.2.2.2.2"]
    assert "74,35" in found["broken"][0]["why"]
    assert found["tariff_share_exact"] == "29/39"
    better = open_api.post(f"{BASE}/timetable", json=body | {"hours": found["proposal"]}).json()
    assert better["valid"] is True
    assert better["tariff_share_exact"] == "3/4"


def test_the_same_timetable_as_csv(open_api: TestClient) -> None:
    answer = open_api.post(
        f"{BASE}/timetable?profession=gp&lang=fr", content=WEEK, headers={"content-type": "text/csv"}
    )
    assert answer.json()["valid"] is True
    assert answer.headers["content-language"] == "fr"


def test_a_reading_changes_the_judgement(open_api: TestClient) -> None:
    """Slots that touch are two where the reading says so: 14.2.2.2.1 allows three."""
    cut = rows(
        WEEK.replace(
            "mon,09:00,12:00,A,free,practice", "mon,09:00,10:30,A,free,practice\nmon,10:30,12:00,A,free,practice"
        )
    )
    body = {"profession": "gp", "hours": cut}
    assert open_api.post(f"{BASE}/timetable", json=body).json()["valid"] is True
    other = open_api.post(f"{BASE}/timetable", json=body | {"readings": {"slot_adjacency": "separate"}}).json()
    assert [broken["clause"] for broken in other["broken"]] == ["14.2.2.2.1"]


def test_a_calendar_and_a_notice_for_the_door(open_api: TestClient) -> None:
    body = {"profession": "gp", "hours": rows(WEEK), "name": "Dr <Example>", "lang": "de"}
    calendar = open_api.post(f"{BASE}/timetable", json=body, headers={"accept": "text/calendar"})
    assert calendar.headers["content-type"].startswith("text/calendar")
    events = [one for one in Calendar.from_ical(calendar.content).walk() if one.name == "VEVENT"]
    assert len(events) == 8
    notice = open_api.post(f"{BASE}/timetable", json=body, headers={"accept": "text/html"})
    assert "Stunden und Tarife" in notice.text
    assert "Dr &lt;Example&gt;" in notice.text
    assert notice.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"hours": rows(WEEK)}, "unknown_profession"),
        ({"profession": "gp"}, "bad_hours"),
        ({"profession": "gp", "hours": []}, "no_rows"),
        ({"profession": "gp", "hours": [{"day": "mon", "begin": "09:00"}]}, "unknown_field"),
        ({"profession": "gp", "hours": [{"day": ["mon"], "start": "09:00"}]}, "wrong_kind"),
        ({"profession": "gp", "hours": rows(WEEK), "agreement": "be/amm/1999"}, "unknown_agreement"),
        ({"profession": "gp", "hours": rows(WEEK), "agreement": "be/amm/2024"}, "no_partial_accession"),
        ({"profession": "gp", "hours": rows(WEEK), "readings": {"week": "x"}}, "unknown_reading"),
        ({"profession": "gp", "hours": rows(WEEK), "week_of": "soon"}, "bad_day"),
    ],
)
def test_what_cannot_be_judged_is_named(open_api: TestClient, body: dict[str, Any], code: str) -> None:
    answer = open_api.post(f"{BASE}/timetable", json=body)
    assert code in [problem["code"] for problem in refused(answer, answer.status_code)["problems"]]
    assert 400 <= answer.status_code < 500


def test_every_fault_of_every_row_is_told_with_its_row(open_api: TestClient) -> None:
    wrong = [*rows(WEEK)[:1], {**rows(WEEK)[0], "day": "lun", "kind": "off"}]
    problem = refused(open_api.post(f"{BASE}/timetable", json={"profession": "gp", "hours": wrong}), 422)
    assert {(one["row"], one["field"]) for one in problem["problems"]} == {(2, "day"), (2, "kind")}


# --- window, quorum, statistics ----------------------------------------------------------------------------------


def test_the_window_of_2020(open_api: TestClient) -> None:
    found = open_api.get(f"{BASE}/window?agreement={YEAR}").json()
    assert (found["last_day"], found["in_force"]) == ("2020-02-28", "2020-03-14")
    refused(open_api.get(f"{BASE}/window?agreement=be/amm/2024"), 422)
    assert open_api.get(f"{BASE}/window?agreement=be/amm/2024&published=2024-02-05").json()["last_day"] == "2024-03-06"


def test_a_server_told_when_an_agreement_was_published(url: str) -> None:
    with app_of(url, publications={"be/amm/2024": date(2024, 2, 5)}) as api:
        assert api.get(f"{BASE}/window?agreement=be/amm/2024").json()["last_day"] == "2024-03-06"


def test_without_register_only_rules_are_answered(open_api: TestClient) -> None:
    for path in (f"quorum?agreement={YEAR}", "statistics", f"status/{GP}"):
        assert refused(open_api.get(f"{BASE}/{path}"), 409)["code"] == "no_register_here"


def test_the_count_runs_with_the_declarations(api: TestClient) -> None:
    """Two general practitioners in Brussels: one refusal is 50%, more than 40%."""
    before = api.get(f"{BASE}/quorum?agreement={YEAR}").json()
    assert before["passes"] is True
    assert declare(api, doctor(api), kind="refused", agreement=YEAR).status_code == 201
    after = api.get(f"{BASE}/quorum?agreement={YEAR}").json()
    assert after["passes"] is False
    brussels = next(region for region in after["regions"] if region["region"] == "Brussels")
    assert (brussels["refused"], brussels["total"], brussels["passes"]) == (1, 2, False)
    assert before["hash"] != after["hash"]
    earlier = api.get(f"{BASE}/quorum", params={"agreement": YEAR, "known_at": "2020-02-01T00:00:00+01:00"}).json()
    assert earlier["hash"] == before["hash"]
    counted = api.get(f"{BASE}/statistics?by=profession&on=2020-03-20").json()  # of three persons nothing is told
    assert [(row["profession"], row["active"], row["refused"]) for row in counted["rows"]] == [
        ("gp", None, None), ("specialist", None, None), (None, None, None),
    ]  # fmt: skip
    csv = api.get(f"{BASE}/statistics?by=profession&on=2020-03-20", headers={"accept": "text/csv"}).text
    assert csv.splitlines()[1].startswith("gp,general practitioner,,")
    for mask in (1, 11):
        assert refused(api.get(f"{BASE}/statistics?mask={mask}"), 422)["field"] == "mask"
    assert refused(api.get(f"{BASE}/statistics?by=number"), 422)["code"] == "bad_attribute"
    later = refused(api.get(f"{BASE}/statistics?on=2020-03-20&since=2020-03-20"), 422)
    assert (later["code"], later["field"]) == ("bad_since", "since")


def test_adhesion_is_counted_with_its_change(url: str) -> None:
    """Twelve in Ghent, of whom none refuses, are told; the six in Antwerp are not: three would be left of the total."""
    engine = open_store(url)
    register = Register(Ledger(engine, lambda: IN_WINDOW), signed_window)
    for serial in range(20, 38):
        given: Any = {"profession": "gp", "municipality": "44021" if serial < 32 else "11002"}
        register.declare(Declaration(Kind.registered, synthetic_inami(serial, "003"), "test", **given))
    engine.dispose()
    with app_of(url) as api:
        asked = {"by": "arrondissement", "on": "2020-02-20", "since": "2020-02-05", "lang": "fr"}
        found = {row["arrondissement_name"]: row for row in api.get(f"{BASE}/statistics", params=asked).json()["rows"]}
    assert (found["Gand"]["active"], found["Gand"]["adhered"], found["Gand"]["rate"]) == (12, 12, 1.0)
    assert (found["Gand"]["persons"], found["Gand"]["masked"]) == (12, False)
    for place in ("Anvers", "non indiqué"):
        assert (found[place]["active"], found[place]["rate_exact"], found[place]["masked"]) == (None, None, True)


# --- declarations ------------------------------------------------------------------------------------------------


def test_a_practitioner_declares_and_everybody_reads_the_status(api: TestClient) -> None:
    answer = declare(api, doctor(api), kind="partial", agreement=YEAR, hours=rows(WEEK))
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["basis"] == f"{YEAR}#17.2"
    assert receipt["valid_from"] == "2020-02-10"
    assert receipt["actor"] == f"trial:account:{GP}"
    api.cookies.clear()
    asked = f"{BASE}/status/{GP}"
    free = api.get(f"{asked}?on=2020-03-17&time=09:30&site=A&lang=fr").json()
    assert (free["status"], free["off_tariff"], free["profession"]) == ("partial", True, "gp")
    assert api.get(f"{asked}?on=2020-03-17&time=14:00").json()["off_tariff"] is False
    assert api.get(f"{asked}?on=2020-02-09").json()["status"] == "full"
    known = {"on": "2020-03-17", "known_at": "2020-02-01T00:00:00+01:00"}
    assert api.get(asked, params=known).json()["status"] == "full"
    assert refused(api.get(f"{BASE}/status/19000123003"), 422)["code"] == "no_inami_number"


def test_every_reason_against_a_declaration_names_its_clause(api: TestClient) -> None:
    problem = refused(declare(api, doctor(api), kind="partial", agreement=YEAR, hours=rows(TOO_FREE)), 422)
    assert problem["code"] == "timetable_not_valid"
    assert problem["cites"] == [f"{YEAR}#14.2.2.2.2"]
    problem = refused(declare(api, doctor(api), kind="changed", agreement=YEAR, hours=rows(WEEK)), 422)
    assert (problem["code"], problem["cites"]) == ("nothing_to_change", [f"{YEAR}#17.3"])


def test_too_late_is_too_late(url: str) -> None:
    """Day 30 counts to its last second in Brussels."""
    for instant, status in ((datetime(2020, 2, 28, 22, 59, 59, tzinfo=UTC), 201),
                            (datetime(2020, 2, 28, 23, 0, tzinfo=UTC), 422)):  # fmt: skip
        with app_of(url, trial_now=instant) as api:
            number = GP if status == 201 else OTHER
            answer = declare(api, doctor(api, number), number, kind="refused", agreement=YEAR)
            assert answer.status_code == status, answer.text
    assert refused(answer, 422)["code"] == "window_closed"


def test_sent_again_under_its_key_it_is_recorded_once(api: TestClient) -> None:
    me = doctor(api)
    first = declare(api, me, key="a1", kind="refused", agreement=YEAR)
    declare(api, me, kind="acceded", agreement=YEAR)
    again = declare(api, me, key="a1", kind="refused", agreement=YEAR)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["sequence"] == first.json()["sequence"]
    assert api.get(f"{BASE}/status/{GP}?on=2020-03-20").json()["status"] == "full"
    assert refused(declare(api, me, key="a1", kind="acceded", agreement=YEAR), 409)["code"] == "key_reused"


def test_nobody_declares_for_another_or_reads_their_history(api: TestClient) -> None:
    mine = doctor(api)
    assert declare(api, mine, OTHER, kind="refused", agreement=YEAR).status_code == 403
    assert api.get(f"{BASE}/practitioners/{OTHER}/history", headers=mine).status_code == 403
    assert api.get(f"{BASE}/practitioners/{GP}/history", headers=mine).status_code == 200
    assert refused(declare(api, mine, kind="ended", valid_from="2020-05-01"), 422)["code"] == "unknown_kind"
    api.cookies.clear()
    assert declare(api, {}, kind="refused", agreement=YEAR).status_code == 401
    assert api.get(f"{BASE}/practitioners/{GP}/history").status_code == 401
    assert api.get(f"{BASE}/table").status_code == 401
    assert api.get(f"{BASE}/table", headers=mine).status_code == 403
    insurer = as_(api, "account:fund", "insurer")
    assert api.get(f"{BASE}/practitioners/{GP}/history", headers=insurer).status_code == 403


def test_a_token_that_bears_a_doctors_number_is_not_that_doctor(api: TestClient) -> None:
    app: Any = api.app
    secret = app.state.entrance.desk.tokens.issue(GP, ["practitioner"], 1)[1]
    answer = declare(api, {"authorization": f"Bearer {secret}"}, kind="refused", agreement=YEAR)
    assert answer.status_code == 403


def test_the_secretariat_declares_for_anybody_and_exports_the_table(api: TestClient) -> None:
    office = as_(api, "account:office", "secretariat")
    new = synthetic_inami(9, "580")
    given = {"profession": "specialist", "region": "Wallonia"}
    assert declare(api, office, new, kind="registered", **given).status_code == 201
    assert declare(api, office, new, kind="refused", agreement=YEAR).status_code == 201
    history = api.get(f"{BASE}/practitioners/{new}/history", headers=office).json()
    assert [one["kind"] for one in history["items"]] == ["registered", "refused"]
    table = api.get(f"{BASE}/table", headers=office)
    assert table.headers["content-type"].startswith("text/csv")
    assert f"{new},specialist,refused,2020-02-10,2020-12-31," in table.text
    as_json = api.get(f"{BASE}/table", headers=office | {"accept": "application/json"}).json()
    assert len(as_json["rows"]) == table.text.count("\n") - 1


# --- what rests on the register ----------------------------------------------------------------------------------


def test_fhir_answers_from_the_register(api: TestClient) -> None:
    """Silence until the declaration, then partial accession with its slots; as of a day, one."""
    declare(api, doctor(api), kind="partial", agreement=YEAR, hours=rows(WEEK))
    api.cookies.clear()
    found = api.get(f"/fhir/PractitionerRole?identifier={GP}").json()
    periods = [entry["resource"]["period"] for entry in found["entry"]]
    assert periods == [{"start": "2020-01-30", "end": "2020-02-09"}, {"start": "2020-02-10", "end": "2020-12-31"},
                       {"start": "2024-01-01", "end": "2025-12-31"}]  # fmt: skip
    assert len(found["entry"][1]["resource"]["availableTime"]) == 3
    one = api.get(f"/fhir/PractitionerRole?identifier={GP}&date=2020-02-05").json()
    assert [entry["resource"]["id"] for entry in one["entry"]] == [f"{GP}-2020-01-30"]
    assert api.get(f"/fhir/PractitionerRole/{GP}-2020-02-10").status_code == 200
    assert api.get(f"/fhir/Practitioner/{GP}").status_code == 200
    assert api.get(f"/fhir/Practitioner/{synthetic_inami(8, '003')}").status_code == 404


LINES = f"""line_id,code,date,time,practitioner,site,setting,express_request,recalled,third_party,charged_cents
1,101032,2020-02-11,09:30,{GP},A,practice,no,no,none,3000
2,101032,2020-02-11,15:00,{GP},A,practice,no,no,none,3000
3,101032,2020-02-11,15:00,{OTHER},,practice,no,no,none,3000
"""


def test_a_file_without_a_table_is_checked_from_the_register(url: str, tmp_path: Path) -> None:
    """Off tariff in his slot, at tariff outside it; the same as with the exported table."""
    often = {**RATES, "jobs": Rate(100_000, 100_000)}
    with app_of(url, data=tmp_path / "jobs", rates=often) as api:
        declare(api, doctor(api), kind="partial", agreement=YEAR, hours=rows(WEEK))
        office = as_(api, "account:office", "secretariat")
        table = api.get(f"{BASE}/table", headers=office).content
        files = {"lines": ("lines.csv", LINES.encode())}
        results = []
        for sent in (files, files | {"practitioners": ("doctors.csv", table)}):
            job = api.post("/v1/jobs", files=sent, headers=office).json()["href"]
            done = waited(lambda job=job: api.get(job, headers=office).json(), lambda job: job["state"] == "done")
            results.append(api.get(done["result"], headers=office).text)
    assert results[0] == results[1]
    found = [row["basis"] for row in csv.DictReader(io.StringIO(results[0]))]
    assert found == ["off_tariff_slot_gp", "partial_gp_at_tariff", "full_gp"]


def test_who_declared_and_who_looked_stands_in_the_audit_trail(api: TestClient) -> None:
    me = doctor(api)
    declare(api, me, kind="refused", agreement=YEAR)
    declare(api, me, kind="changed", agreement=YEAR, hours=rows(WEEK))
    api.get(f"{BASE}/practitioners/{GP}/history", headers=me)
    auditor = as_(api, "account:auditor", "auditor")
    lines = api.get("/v1/audit", headers=auditor).text
    assert f"register/{GP}/declarations" in lines
    assert "nothing_to_change" in lines
    assert f"register/{GP}/history" in lines
