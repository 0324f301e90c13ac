"""A program that imports file after file of registrations and refusals until it is killed, and says each that is in.

Run by the tests as `importer.py URL ROWS DAY`, the day being that of February 2020 on which it works.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from itertools import count

from medicomut.accession.import_rows import read_declarations
from medicomut.accession.window import signed_window
from medicomut.identifiers import synthetic_inami
from medicomut.store import Ledger, open_store
from medicomut.store.register import Register
from medicomut.store.register_import import record_import


def main(url: str, rows: int, day: int) -> None:
    begun = datetime(2020, 2, day, 9, tzinfo=UTC)
    engine = open_store(url)
    for number in count():
        register = Register(Ledger(engine, lambda: begun + timedelta(seconds=number)), signed_window)  # noqa: B023
        first = number * rows // 2
        file = []
        for serial in range(first, first + rows // 2):
            inami = synthetic_inami(serial % 10_000, f"{580 + serial // 10_000:03}")
            file.append({"number": inami, "kind": "registered", "arrondissement": "44000"})
            file.append({"number": inami, "kind": "refused", "agreement": "be/amm/2020"})
        record_import(register, read_declarations(file, "secretariat"))
        print(register.ledger.head().sequence, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
