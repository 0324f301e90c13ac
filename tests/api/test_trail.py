"""The audit trail of a server: what is recorded, what waits for it, and what happens when the store does not answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from medicomut.api import trail as trails
from medicomut.api.trail import Trail
from medicomut.errors import Problems
from medicomut.store import Ledger, open_store
from medicomut.store.audit import STREAM, Access, Peer, record_all

HERE = Peer("medicomut", "127.0.0.1")


def access(number: int, **other: Any) -> Access:
    fields: dict[str, Any] = {
        "interaction": "read", "outcome": "success", "entity": f"/v1/jobs/{number}", "request_id": f"r{number}",
        "client": HERE, "server": HERE,
    }  # fmt: skip
    return Access(**fields | other)


@contextmanager
def running(folder: Path) -> Iterator[Trail]:
    engine = open_store(f"sqlite:///{folder}/ledger.db")
    trail = Trail(Ledger(engine))
    trail.start()
    yield trail
    trail.stop()
    engine.dispose()


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    with running(tmp_path) as found:
        yield found


def recorded(trail: Trail) -> list[str]:
    return [event.content["entity"] for event in trail.ledger.events(STREAM)]


def test_what_was_recorded_is_there_when_the_answer_comes(trail: Trail) -> None:
    asyncio.run(trail.record(access(1)))
    assert recorded(trail) == ["/v1/jobs/1"]
    assert trail.ledger.verify().holds


def test_many_at_once_are_committed_together(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    batches = []

    def counted(ledger: Ledger, accesses: list[Access]) -> Any:
        batches.append(len(accesses))
        return record_all(ledger, accesses)

    monkeypatch.setattr(trails, "record_all", counted)

    async def all_at_once() -> None:
        await asyncio.gather(*(trail.record(access(n)) for n in range(500)))

    asyncio.run(all_at_once())
    assert recorded(trail) == [f"/v1/jobs/{n}" for n in range(500)]
    assert len(batches) < 50


def test_what_waits_is_recorded_before_the_end(tmp_path: Path) -> None:
    with running(tmp_path) as trail:
        for number in range(100):
            trail.later(access(number))
    assert len(recorded(trail)) == 100
    assert trail.lost == 0


class Broken:
    """A store that does not answer until it is mended."""

    def __init__(self) -> None:
        self.mended = False

    def __call__(self, ledger: Ledger, accesses: list[Access]) -> Any:
        if not self.mended:
            raise OperationalError("INSERT", {"payload": "who it was about"}, Exception("gone"))
        return record_all(ledger, accesses)


def test_a_store_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Who must wait is refused; what need not wait is kept until the store answers again, and nothing of it logged."""
    broken = Broken()
    monkeypatch.setattr(trails, "record_all", broken)
    monkeypatch.setattr(trails, "AGAIN_SECONDS", 0.01)
    with running(tmp_path) as trail, caplog.at_level(logging.ERROR):
        trail.later(access(1))
        with pytest.raises(Problems) as refused:
            asyncio.run(trail.record(access(2)))
        assert refused.value.problems[0].code == "not_recorded"
        assert trail.failing
        broken.mended = True
    assert recorded(trail) == ["/v1/jobs/1"]
    assert not trail.failing
    assert "OperationalError" in caplog.text
    assert "who it was about" not in caplog.text


def test_a_store_that_never_answers_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What is lost is counted, in memory as many are kept as may be."""
    monkeypatch.setattr(trails, "record_all", Broken())
    monkeypatch.setattr(trails, "MOST_WAITING", 3)
    with running(tmp_path) as trail:
        for number in range(10):
            trail.later(access(number))
    assert trail.lost == 10
    assert "lost" in caplog.text


def test_one_that_cannot_be_recorded_does_not_take_the_others_with_it(trail: Trail) -> None:
    async def three() -> list[Any]:
        wrong = access(2, interaction="look")
        calls = (trail.record(wanted) for wanted in (access(1), wrong, access(3)))
        return await asyncio.gather(*calls, return_exceptions=True)

    first, second, third = asyncio.run(three())
    assert first is third is None
    assert isinstance(second, Problems)
    assert recorded(trail) == ["/v1/jobs/1", "/v1/jobs/3"]


def test_an_answer_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer keeps the database: the answer gives up, and what was asked is recorded all the same."""
    monkeypatch.setattr(trails, "PATIENCE_SECONDS", 0.05)
    with running(tmp_path) as trail:
        other = trail.ledger.engine.connect().execution_options(immediate=True)
        with other, other.begin(), pytest.raises(Problems):
            asyncio.run(trail.record(access(1)))
        trail.later(access(2))
    assert recorded(trail) == ["/v1/jobs/1", "/v1/jobs/2"]
