"""Where batches are checked: small ones at once, large ones in processes of their own, where there are such.

A batch of a thousand lines keeps a core busy for some ten milliseconds: a time in which one line asked for meanwhile
would wait, and in which the other cores have nothing to do.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process

from anyio import to_thread

from medicomut.api.batch import Answer, answered
from medicomut.api.room import Room
from medicomut.api.settings import Settings

log = logging.getLogger("medicomut.api")

AT_ONCE_BYTES = 20_000
"""A body up to this size is answered at once: handing it over would take longer."""


class Batches:
    """Answers batches for one server."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._pool: ProcessPoolExecutor | None = None

    def start(self) -> None:
        """Begin the processes, where any are wanted; they are ready a second later, and asked only then."""
        count = self.room.settings.batch_processes
        if not count:
            return
        # Nothing of the server is handed down but where the fees lie and how much is too much: no store, no secret.
        wanted = Settings(fees=self.room.settings.fees, check_lines=self.room.settings.check_lines)
        self._pool = ProcessPoolExecutor(count, get_context("spawn"), _begin, (wanted,))
        for _ in range(count):
            self._pool.submit(_ready)

    def stop(self) -> None:
        """End the processes, and wait for it: the interpreter's own end would else meet them half gone."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    async def answer(self, body: bytes, kind: str) -> Answer:
        """Answer a batch, see `answered`; raises `Problems` as it does."""
        if len(body) <= AT_ONCE_BYTES:
            return answered(self.room, body, kind)
        pool = self._pool
        if pool:
            try:
                return await asyncio.get_running_loop().run_in_executor(pool, _work, body, kind)
            except BrokenProcessPool:
                log.exception("a process that checks batches ended; others are begun")
                if self._pool is pool:  # who waited beside this one has not begun them already
                    pool.shutdown(wait=False)
                    self.start()
        return await to_thread.run_sync(answered, self.room, body, kind)


_room: Room | None = None


def _begin(settings: Settings) -> None:
    """Make a process ready: it ends with the server, however that ends, and leaves Ctrl-C to it."""
    global _room  # noqa: PLW0603 - one room a process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    _room = Room(settings)
    gc.collect()
    gc.freeze()


def _end_with_the_server() -> None:
    server = parent_process()
    if server:
        server.join()
        os._exit(0)


def _ready() -> None:
    """Do nothing: what is asked first makes the process begin."""


def _work(body: bytes, kind: str) -> Answer:
    assert _room is not None  # noqa: S101 - the process began with one
    return answered(_room, body, kind)
