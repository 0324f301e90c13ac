"""The audit trail of this server: who read or changed what, in the ledger of `store.audit`.

One thread writes; what arrives while it waits for the disk is committed together with the next. So a request that
must wait for its record waits for one commit at most, however many wait with it, and the loop never does.

What changes something, or reads what is kept about people, is recorded first and then done (`note`): what the
ledger does not take is refused with 503 `not_recorded`. A question answered from what was sent with it, or from
what is public, is recorded behind the answer (`note_later`). See `docs/audit.md`.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import re
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from medicomut.api import limits
from medicomut.api.access import PUBLIC, Principal, entrance_of
from medicomut.api.problems import fault
from medicomut.errors import Problems
from medicomut.store import Ledger
from medicomut.store.audit import Access, Agent, Interaction, Outcome, Peer, record_all

log = logging.getLogger("medicomut.api")

MOST_WAITING: Final = 10_000
"""Records kept in memory while the store does not take them; what comes after these is lost, and counted."""

TOGETHER: Final = 1_000
PATIENCE_SECONDS: Final = 10
AGAIN_SECONDS: Final = 2

_LONGEST: Final = 300
_UNFIT = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff]|[^\\S ]")


@dataclass(frozen=True, slots=True)
class _Entry:
    """An access to be recorded, and the answer that waits for it; None where none does."""

    access: Access
    waiting: Future[None] | None = None

    def answer(self, fault: Problems | None) -> None:
        """Tell the answer that waits, unless its patience has ended."""
        if self.waiting is None or not self.waiting.set_running_or_notify_cancel():
            return
        if fault is None:
            self.waiting.set_result(None)
        else:
            self.waiting.set_exception(fault)


class Trail:
    """The thread that records, and the line of records before it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.failing = False
        """The store did not take the last records."""
        self.lost = 0
        """Records given up since the start."""
        self._entries: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._kept: list[_Entry] = []
        self._thread = threading.Thread(target=self._run, name="audit trail", daemon=True)

    def start(self) -> None:
        """Begin to record."""
        self._thread.start()

    def stop(self) -> None:
        """Record what waits, and end; blocks until it is done."""
        self._entries.put(None)
        self._thread.join()

    async def record(self, access: Access) -> None:
        """Return once the access is durable; raises `Problems` (`not_recorded`) where the store does not take it."""
        waiting: Future[None] = Future()
        self._entries.put(_Entry(access, waiting))
        try:
            await asyncio.wait_for(asyncio.wrap_future(waiting), PATIENCE_SECONDS)
        except TimeoutError:
            raise _not_recorded() from None

    def later(self, access: Access) -> None:
        """Record an access for which no answer waits."""
        if self._entries.qsize() + len(self._kept) < MOST_WAITING:
            self._entries.put(_Entry(access))
        else:
            self._lose(1)

    def _run(self) -> None:
        ended = False
        while not ended:
            batch, ended = self._next()
            refused = self._write(self._kept + batch)
            for entry in refused:
                entry.answer(_not_recorded())
            self._kept = [entry for entry in refused if entry.waiting is None]
        if self._kept:
            self._lose(len(self._kept))

    def _next(self) -> tuple[list[_Entry], bool]:
        """Wait for what comes and take all that is there; tell whether it was the last."""
        batch: list[_Entry] = []
        try:
            entry = self._entries.get(timeout=AGAIN_SECONDS if self._kept else None)
            while entry is not None:
                batch.append(entry)
                if len(batch) == TOGETHER:
                    return batch, False
                entry = self._entries.get_nowait()
        except queue.Empty:
            return batch, False
        return batch, True

    def _write(self, batch: list[_Entry]) -> list[_Entry]:
        """Record a batch in one transaction and answer who waits; return those the store did not take."""
        if not batch:
            return []
        try:
            record_all(self.ledger, [entry.access for entry in batch])
        except (Problems, SQLAlchemyError) as refused:
            if isinstance(refused, Problems) and any(problem.where for problem in refused.problems):
                return self._one_by_one(batch, refused)
            self._failed(refused)
            return batch
        self.failing = False
        for entry in batch:
            entry.answer(None)
        return []

    def _one_by_one(self, batch: list[_Entry], refused: Problems) -> list[_Entry]:
        """Record the others where one of a batch can never be: it is given up."""
        if len(batch) > 1:
            return [left for entry in batch for left in self._write([entry])]
        log.error("no record of the audit trail: %s", _codes(refused))
        batch[0].answer(_not_recorded())
        self._lose(1)
        return []

    def _failed(self, refused: Problems | SQLAlchemyError) -> None:
        """Log the first refusal of a row of them, without a word of what was to be recorded."""
        if not self.failing:
            log.error("the audit trail is not written: %s", _codes(refused))
        self.failing = True

    def _lose(self, count: int) -> None:
        self.lost += count
        log.error("records of the audit trail lost: %d, %d since the start", count, self.lost)


def _codes(refused: Problems | SQLAlchemyError) -> str:
    if isinstance(refused, Problems):
        return ", ".join(problem.code for problem in refused.problems)
    return type(refused).__name__


def _not_recorded() -> Problems:
    why = "what changes something, or reads what is kept about people, is recorded before it is done"
    return fault("not_recorded", "the audit trail cannot be written now", "try again later", why=why)


def trail_of(request: Request) -> Trail | None:
    """Return the trail of this server; None where no store is set and nothing is recorded."""
    trail: Trail | None = request.app.state.trail
    return trail


async def note(
    request: Request,
    interaction: Interaction,
    outcome: Outcome,
    entity: str,
    *,
    agent: Agent | None = None,
    patient: str | None = None,
    query: str | None = None,
    reason: str | None = None,
) -> None:
    """Record an access durably before it is done; where no store is set, do nothing.

    `entity` is a FHIR reference or a path of the API. `agent` is who signed in, where the request does not say so
    yet (a sign-in, a refusal); `query` what was searched for, where that is less than the address says. Nothing of it
    ever holds a national number: `patient` is a reference or a pseudonym. Raises `Problems` (`not_recorded`, 503)
    where the store does not take it: do nothing then.
    """
    trail = trail_of(request)
    if trail is not None:
        await trail.record(_access(request, interaction, outcome, entity, agent, patient, query, reason))


def note_later(
    request: Request,
    interaction: Interaction,
    outcome: Outcome,
    entity: str,
    *,
    agent: Agent | None = None,
    patient: str | None = None,
    query: str | None = None,
    reason: str | None = None,
) -> None:
    """Record an access behind the answer, as `note` does otherwise: for questions that read nothing kept here."""
    trail = trail_of(request)
    if trail is not None:
        trail.later(_access(request, interaction, outcome, entity, agent, patient, query, reason))


def note_question(
    request: Request, interaction: Interaction, outcome: Outcome, entity: str, *, query: str | None = None,
    reason: str | None = None,
) -> None:  # fmt: skip
    """Record a question about somebody behind the answer, as `note_later` does.

    An event is never erased: who has not signed in may leave only so many, or a stranger would fill the ledger.
    Raises HTTPException (429) beyond that, before anything is answered.
    """
    if trail_of(request) is None:
        return
    if _signed_in(request) is None and not limits.from_this_machine(request):
        entrance_of(request).limits.take("recorded", limits.address(request))
    note_later(request, interaction, outcome, entity, query=query, reason=reason)


def _access(
    request: Request,
    interaction: Interaction,
    outcome: Outcome,
    entity: str,
    agent: Agent | None,
    patient: str | None,
    query: str | None,
    reason: str | None,
) -> Access:
    server = request.scope.get("server") or ("unknown", None)
    client = request.client.host if request.client else "unknown"
    return Access(
        interaction,
        outcome,
        _fit(entity),
        request.scope.get("request_id", "none"),
        Peer(_fit(request.headers.get("user-agent", "")) or "unknown", client),
        Peer("medicomut", str(server[0])),
        agent or _signed_in(request),
        _fit(patient) if patient is not None else None,
        _fit(request.url.query if query is None else query) if interaction == "search" else None,
        _fit(reason) if reason is not None else None,
    )


def _signed_in(request: Request) -> Agent | None:
    """Return who signed in; nobody did where everybody is let in."""
    who: Principal | None = getattr(request.state, "principal", None)
    return Agent(_fit(who.name), who.roles) if who is not None and who.name != PUBLIC.name else None


def _fit(text: str) -> str:
    """Return text as it may stand in the ledger: printable, and not without end."""
    return _UNFIT.sub("\ufffd", text)[:_LONGEST]
