"""Files over HTTP: submitted, followed, downloaded, given up, and taken up again after a kill."""

from __future__ import annotations

import errno
import json
import random
import signal
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import httpx2
import polars as pl
import pytest
from asking import DOCTORS, LINES, Server, refused, waited
from starlette.testclient import TestClient
from typer.testing import CliRunner

from medicomut.api import jobs
from medicomut.api.app import create_app
from medicomut.api.job_work import refuse_bomb
from medicomut.api.settings import Settings
from medicomut.cli.main import app as command_line
from medicomut.errors import Problems


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "lines.csv").write_text(LINES, "utf-8")
    (tmp_path / "doctors.csv").write_text(DOCTORS, "utf-8")
    frame = pl.read_csv(tmp_path / "lines.csv", infer_schema=False)
    frame.write_parquet(tmp_path / "lines.parquet")
    frame.write_ndjson(tmp_path / "lines.jsonl")
    frame.write_excel(tmp_path / "lines.xlsx")
    return tmp_path


def checked(lines: Path, out: Path, *options: str) -> bytes:
    """Return the bytes that the command writes for the same lines."""
    arguments = ["check", str(lines), "--out", str(out), *options]
    result = CliRunner().invoke(command_line, arguments)
    assert result.exit_code == 0, result.stderr
    return out.read_bytes()


def opened(settings: Settings) -> TestClient:
    """Return a client on the machine of a server that is open to it."""
    return TestClient(create_app(settings), base_url="http://127.0.0.1", client=("127.0.0.1", 50_000))


def ended(api: TestClient | httpx2.Client, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = waited(
        lambda: api.get(job["href"]).json(), lambda seen: seen["state"] not in {"queued", "running"}
    )
    return found


def form(files: Path, name: str = "lines.csv") -> dict[str, tuple[str, bytes]]:
    return {"lines": (name, (files / name).read_bytes()),
            "practitioners": ("doctors.csv", (files / "doctors.csv").read_bytes())}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "out"),
    [("lines.csv", "csv"), ("lines.parquet", "parquet"), ("lines.jsonl", "csv"), ("lines.xlsx", "xlsx")],
)
def test_a_file_comes_back_as_the_command_writes_it(api: TestClient, files: Path, name: str, out: str) -> None:
    """Submit, follow, download: the same bytes; then forget it."""
    sent = api.post("/v1/jobs", files=form(files, name), data={"out": out, "reading": ["late_boundary=from"]})
    assert sent.status_code == 202, sent.text
    assert sent.headers["location"] == sent.json()["href"]
    job = ended(api, sent.json())
    assert (job["state"], job["lines_done"], job["lines_total"]) == ("done", 4, 4)
    assert job["summary"]["verdicts"] == {"ok": 2, "excess": 1, "unpriced": 1, "unknown": 0}
    assert job["receipt"]["readings"]["late_boundary"] == "from"
    options = ["--practitioners", str(files / "doctors.csv"), "--reading", "late_boundary=from"]
    got = api.get(job["result"])
    assert got.content == checked(files / name, files / f"checked.{out}", *options)
    assert got.headers["content-disposition"] == f'attachment; filename="result.{out}"'
    assert job["id"] in [one["id"] for one in api.get("/v1/jobs").json()["items"]]
    assert api.delete(job["href"]).status_code == 204
    assert refused(api.get(job["href"]), 404)["code"] == "unknown_job"


def test_a_file_as_the_body_itself(api: TestClient, files: Path) -> None:
    sent = api.post("/v1/jobs", content=LINES.encode(), headers={"content-type": "text/csv; charset=utf-8"})
    job = ended(api, sent.json())
    assert api.get(job["result"]).content == checked(files / "lines.csv", files / "checked.csv")


def test_the_latest_job_is_first_and_pages_go_on(api: TestClient) -> None:
    numbers = [api.post("/v1/jobs", content=LINES.encode(), headers={"content-type": "text/csv"}).json()["id"]
               for _ in range(3)]  # fmt: skip
    first = api.get("/v1/jobs?limit=2")
    assert [job["id"] for job in first.json()["items"]] == numbers[:0:-1]
    assert api.get(first.links["next"]["url"]).json()["items"][0]["id"] == numbers[0]


@pytest.mark.parametrize(
    ("content", "code", "mend"),
    [
        (b"code\n101032\n", "missing_column", "add it"),
        (b"code,date,verdict\n101032,2020-02-04,ok\n", "column_taken", "rename"),
        (b"\x00\xff", "not_utf8", "UTF-8"),
        (b"code,date,code\n1,2,3\n", "", ""),
    ],
)
def test_a_file_that_cannot_be_checked_says_why(api: TestClient, content: bytes, code: str, mend: str) -> None:
    """The faults are those of the command; no place on the server is named."""
    job = ended(api, api.post("/v1/jobs", content=content, headers={"content-type": "text/csv"}).json())
    assert job["state"] == "failed"
    assert any(code in problem["code"] for problem in job["problems"])
    assert any(mend in problem["mend"] for problem in job["problems"])
    shape = {"code", "detail", "file", "line", "row", "field", "why", "mend", "cites", "severity"}
    assert {frozenset(problem) for problem in job["problems"]} == {frozenset(shape)}
    assert {problem["file"] for problem in job["problems"]} <= {"lines.csv", None}
    assert refused(api.get(f"{job['href']}/result"), 409)["code"] == "no_result_yet"


@pytest.mark.parametrize("ending", ["parquet", "xlsx", "jsonl"])
def test_a_file_that_is_not_what_it_says(api: TestClient, ending: str) -> None:
    sent = api.post("/v1/jobs", files={"lines": (f"x.{ending}", b"PK\x03\x04 nothing of the kind")})
    job = ended(api, sent.json())
    assert (job["state"], bool(job["problems"])) == ("failed", True)


def test_practitioners_with_faults(api: TestClient, files: Path) -> None:
    parts = form(files) | {"practitioners": ("d.csv", b"practitioner,profession,status\n1,gp,half\n")}
    job = ended(api, api.post("/v1/jobs", files=parts).json())
    assert [problem["code"] for problem in job["problems"]] == ["practitioner_row"]


@pytest.mark.parametrize(
    ("parts", "data", "status", "code"),
    [
        ({"practitioners": ("d.csv", b"x")}, {}, 400, "bad_upload"),
        ({"lines": ("x.pdf", b"x")}, {}, 415, "unknown_media_type"),
        ({"lines": ("../../x", b"x")}, {}, 415, "unknown_media_type"),
        ({"lines": ("x.csv", b"x")}, {"out": "pdf"}, 400, "bad_upload"),
        ({"lines": ("x.csv", b"x")}, {"reading": "late"}, 422, "bad_readings"),
        ({"lines": ("x.csv", b"x")}, {"reading": "late_boundary=soon"}, 422, "unknown_reading"),
        ({"line": ("x.csv", b"x")}, {}, 422, "unknown_field"),
    ],
)
def test_a_form_that_cannot_be_used(
    api: TestClient, settings: Settings, parts: dict[str, Any], data: dict[str, str], status: int, code: str
) -> None:
    """It is refused by name, and nothing of it stays."""
    assert settings.data is not None
    before = set((settings.data / "jobs").iterdir())
    assert refused(api.post("/v1/jobs", files=parts, data=data), status)["code"] == code
    assert set((settings.data / "jobs").iterdir()) == before


@pytest.mark.parametrize("kind", ["application/json", "", "multipart/form-data", "multipart/form-data; boundary=x"])
def test_a_body_of_no_kind_of_ours(api: TestClient, kind: str) -> None:
    answer = api.post("/v1/jobs", content=b"{}", headers={"content-type": kind})
    assert answer.status_code in {400, 415}
    assert refused(answer, answer.status_code)["mend"]


def test_a_server_without_a_folder_takes_none() -> None:
    with opened(Settings(open=True)) as api:
        assert refused(api.get("/v1/jobs"), 409)["code"] == "no_jobs_here"


def test_no_more_jobs_than_are_kept(tmp_path: Path) -> None:
    with opened(Settings(data=tmp_path, jobs_kept=1, open=True)) as api:
        first = api.post("/v1/jobs", content=LINES.encode(), headers={"content-type": "text/csv"})
        assert first.status_code == 202
        again = api.post("/v1/jobs", content=LINES.encode(), headers={"content-type": "text/csv"})
        assert refused(again, 429)["code"] == "too_many_jobs"


def test_no_file_that_the_disk_has_no_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept free is for what is there already: the store, and the results of jobs under way."""
    csv = {"content-type": "text/csv"}
    with opened(Settings(data=tmp_path, open=True, disk_reserve=10**15)) as api:
        refusal = refused(api.post("/v1/jobs", content=LINES.encode(), headers=csv), 507)
        assert (refusal["code"], "room" in refusal["mend"]) == ("disk_full", True)
    with opened(Settings(data=tmp_path, open=True, disk_reserve=0, upload_bytes=10**15)) as api:
        said = api.post("/v1/jobs", content=LINES.encode(), headers=csv)
        assert said.status_code == 202
        assert refused(api.post("/v1/jobs", content=iter([LINES.encode()]), headers=csv), 507)["code"] == "disk_full"

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(jobs, "_write_body", full)
        assert refused(api.post("/v1/jobs", content=LINES.encode(), headers=csv), 507)["code"] == "disk_full"
        assert [path.name for path in (tmp_path / "jobs").glob("*.new")] == []


def test_more_lines_than_a_job_may_hold(tmp_path: Path) -> None:
    with opened(Settings(data=tmp_path, job_lines=3, open=True)) as api:
        job = ended(api, api.post("/v1/jobs", content=LINES.encode(), headers={"content-type": "text/csv"}).json())
        assert [problem["code"] for problem in job["problems"]] == ["too_many_lines"]


def test_a_workbook_that_would_unpack_beyond_measure(tmp_path: Path) -> None:
    """Fifty million noughts pack into fifty thousand bytes."""
    bomb = tmp_path / "lines.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(Problems, match="unpacks to more than 10000000"):
        refuse_bomb(bomb, 10_000_000)
    refuse_bomb(bomb, 50_000_000)
    with opened(Settings(data=tmp_path / "data", unpacked_bytes=10_000_000, open=True)) as api:
        job = ended(api, api.post("/v1/jobs", files={"lines": ("x.xlsx", bomb.read_bytes())}).json())
        assert [problem["code"] for problem in job["problems"]] == ["unpacks_too_large"]


def test_a_workbook_that_says_it_is_small(tmp_path: Path) -> None:
    """What the members say of their size is not believed, and one that cannot be read hides none behind it."""
    bomb = tmp_path / "lines.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    said = bomb.read_bytes().replace((20_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    first = said.index(b"PK\x01\x02") + 42  # where the first member lies, in the list at the end
    bomb.write_bytes(said[:first] + b"\x00\xff\xff\x7f" + said[first + 4 :])
    with zipfile.ZipFile(bomb) as archive:
        assert [member.file_size for member in archive.infolist()] == [8, 1_000]
    tracemalloc.start()
    with pytest.raises(Problems) as refused_there:
        refuse_bomb(bomb, 10_000_000)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()
    assert [problem.code for problem in refused_there.value.problems] == ["unpacks_too_large"]


def test_a_workbook_packed_as_workbooks_are_not(tmp_path: Path) -> None:
    packed = tmp_path / "lines.xlsx"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000)
    with pytest.raises(Problems) as refused_there:
        refuse_bomb(packed, 10_000_000)
    assert [problem.code for problem in refused_there.value.problems] == ["bad_workbook"]


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_workbook_within_the_limit_is_counted_to_the_byte(tmp_path: Path, packing: int) -> None:
    book = tmp_path / "lines.xlsx"
    with zipfile.ZipFile(book, "w", packing) as archive:
        archive.writestr("a.xml", random.Random(1).randbytes(3_000_000))
        archive.writestr("b.xml", b"0" * 3_000_000)
    refuse_bomb(book, 6_000_000)
    with pytest.raises(Problems):
        refuse_bomb(book, 5_999_999)


# --- long jobs -----------------------------------------------------------------------------------------------

MANY = 2_000_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return lines enough for the check of them to be met half done."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "few.csv").write_text(LINES, "utf-8")
    (folder / "doctors.csv").write_text(DOCTORS, "utf-8")
    few = pl.read_csv(folder / "few.csv", infer_schema=False)
    pl.concat([few] * (MANY // len(few))).write_parquet(folder / "lines.parquet")
    return folder


def test_a_job_is_given_up(api: TestClient, many: Path) -> None:
    long = api.post("/v1/jobs", files=form(many, "lines.parquet")).json()
    waiting = api.post("/v1/jobs", files=form(many, "lines.parquet")).json()
    after = api.post("/v1/jobs", content=LINES.encode(), headers={"content-type": "text/csv"}).json()
    assert api.post(f"{waiting['href']}/cancel").json()["state"] == "cancelled"
    waited(lambda: api.get(long["href"]).json(), lambda seen: seen["state"] == "running")
    assert api.post(f"{long['href']}/cancel").json()["state"] == "cancelled"
    assert refused(api.post(f"{long['href']}/cancel"), 409)["code"] == "not_running"
    assert refused(api.get(f"{long['href']}/result"), 409)["code"] == "no_result_yet"
    assert ended(api, after)["state"] == "done"
    assert api.get(long["href"]).json()["state"] == "cancelled"


def test_a_job_survives_the_killing_of_the_server(many: Path, tmp_path: Path) -> None:
    """Killed (SIGKILL) in the middle of a job, started again: the job ends with the bytes of the command."""
    server = Server(tmp_path)
    job = server.client.post("/v1/jobs", files=form(many, "lines.parquet")).json()
    half = waited(lambda: server.client.get(job["href"]).json(), lambda seen: seen["lines_done"] > 0)
    assert half["lines_total"] == MANY
    server.end(signal.SIGKILL)
    left = json.loads((tmp_path / "jobs" / job["id"] / "job.json").read_text("utf-8"))
    assert left["state"] == "running"
    assert not (tmp_path / "jobs" / job["id"] / "result.parquet").exists()
    server = Server(tmp_path)
    done = ended(server.client, job)
    assert (done["state"], done["lines_done"]) == ("done", MANY)
    with server.client.stream("GET", done["result"]) as answer:
        got = b"".join(answer.iter_bytes())
    log = server.end(signal.SIGTERM)
    assert server.process.returncode == 0
    assert "Traceback" not in log
    assert not list((tmp_path / "jobs" / job["id"]).glob(".*part*"))
    wanted = checked(many / "lines.parquet", tmp_path / "c.parquet", "--practitioners", str(many / "doctors.csv"))
    assert got == wanted


def test_a_graceful_stop_leaves_the_job_for_the_next_start(many: Path, tmp_path: Path) -> None:
    server = Server(tmp_path)
    job = server.client.post("/v1/jobs", files=form(many, "lines.parquet")).json()
    waited(lambda: server.client.get(job["href"]).json(), lambda seen: seen["state"] == "running")
    server.end(signal.SIGTERM)
    assert server.process.returncode == 0
    left = json.loads((tmp_path / "jobs" / job["id"] / "job.json").read_text("utf-8"))
    assert left["state"] == "running"
    assert [path.name for path in (tmp_path / "jobs").iterdir() if path.is_dir()] == [job["id"]]


def test_two_servers_share_a_folder_and_the_one_left_goes_on(many: Path, tmp_path: Path) -> None:
    """Several workers behind one address: each answers for every job; what a killed one left, another takes up."""
    first, second = Server(tmp_path), Server(tmp_path)
    job = second.client.post("/v1/jobs", files=form(many, "lines.parquet")).json()
    waited(lambda: second.client.get(job["href"]).json(), lambda seen: seen["lines_done"] > 0)
    given_up = first.client.post("/v1/jobs", files=form(many, "lines.parquet")).json()
    assert second.client.post(f"{given_up['href']}/cancel").json()["state"] == "cancelled"
    first.end(signal.SIGKILL)
    assert ended(second.client, job)["lines_done"] == MANY
    assert second.client.get(given_up["href"]).json()["state"] == "cancelled"
    again = second.client.post("/v1/jobs", files=form(many, "lines.parquet")).json()
    waited(lambda: second.client.get(again["href"]).json(), lambda seen: seen["state"] == "running")
    assert second.client.delete(again["href"]).status_code == 204
    second.end(signal.SIGTERM)
    assert second.process.returncode == 0
