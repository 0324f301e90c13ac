"""A program that appends until it has done its number or is killed, and says each event once it is recorded.

Run by the tests as `appender.py URL NAME COUNT BATCH`.
"""

from __future__ import annotations

import sys

from ledgers import refusal

from medicomut.store import Ledger, open_store


def main(url: str, name: str, count: int, batch: int) -> None:
    ledger = Ledger(open_store(url))
    for number in range(0, count, batch):
        drafts = [refusal(f"{name}{n:09}", key=f"{name}/{n}") for n in range(number, number + batch)]
        events = ledger.append_all(drafts)
        print(events[-1].sequence, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
