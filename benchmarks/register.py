"""The register of 60,588 practitioners: imported durably, asked as a whole, verified; and a chain of a million events.

    python benchmarks/register.py [--events 1000000]

The baseline, in the same run on the same disk, is the driver alone writing the same rows of events in one transaction
without hash, trigger, decision or span. What is asked: import in 6 s, status of everybody in 1 s, quorum in 200 ms, a
million events verified in 12 s.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from ledger import bare, drafts
from medicomut.accession import demonstration
from medicomut.accession.quorum import Denominator, quorum
from medicomut.accession.status import term_of
from medicomut.accession.window import signed_window
from medicomut.agreement import available, load, load_law
from medicomut.cli.register_import import uncollected
from medicomut.store import Ledger, open_store
from medicomut.store.register import Register

ON = date(2024, 3, 18)
ASKED = {"import_s": 6, "statuses_s": 1, "quorum_s": 0.2, "verify_million_s": 12}
RUNS = 5


def main() -> None:
    """Measure, print a table and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder)) | {"verify_million_s": chain(Path(folder), given.events)}
    print(f"60,588 practitioners on SQLite, Python {platform.python_version()}")
    for name, what in (
        ("import_s", "registrations imported durably"),
        ("refusals_s", "8,339 refusals imported upon them"),
        ("statuses_s", "status of everybody on a day"),
        ("quorum_s", "quorum, counted from the register"),
        ("verify_million_s", f"chain of {given.events:,} events verified"),
    ):
        asked = f"  asked: at most {ASKED[name]} s" if name in ASKED else ""
        wall, worked = found[name]
        print(f"  {what:36} {wall:>8.3f} s, {worked:.3f} s of the processor{asked}")
    print(f"  {'import against bare inserts':36} {found['times_bare']:>8.1f} times")
    print(json.dumps(found))


def measure(folder: Path) -> dict[str, Any]:
    """Import the demonstration register, and ask it; the median of several runs where that does not change it."""
    engine = open_store(f"sqlite:///{folder / 'register.db'}")
    terms = [term_of(load(named)) for named in available()]
    law = load_law("be")
    found: dict[str, Any] = {}
    for name, now, declared in (
        ("import_s", demonstration.OPENED, list(demonstration.registrations())),
        ("refusals_s", demonstration.REFUSED, list(demonstration.refusals())),
    ):
        register = Register(
            Ledger(engine, partial(_same, now)), partial(signed_window, published=demonstration.PUBLISHED)
        )
        with uncollected():  # as the command does
            found[name] = seconds(partial(register.declare_all, declared))
    found["statuses_s"] = repeated(lambda: register.statuses(ON, terms))
    found["quorum_s"] = repeated(
        lambda: quorum(law, register.counts(ON, terms), Denominator.active, demonstration.PUBLISHED)
    )
    rows = [tuple(event) for event in register.ledger.events()][:60_588]
    _, together = bare(engine, [], rows)
    engine.dispose()
    return found | {"bare_s": together, "times_bare": round(found["import_s"][0] / together, 1)}


def _same(now: datetime) -> datetime:
    return now


def chain(folder: Path, events: int) -> tuple[float, float]:
    """Return how long a chain of so many events takes to verify."""
    engine = open_store(f"sqlite:///{folder / 'chain.db'}")
    ledger = Ledger(engine)
    for number in range(0, events, 50_000):
        ledger.append_all(drafts(f"part-{number}", min(50_000, events - number)))
    taken = seconds(ledger.verify)
    engine.dispose()
    return taken


def repeated(work: Callable[[], object]) -> tuple[float, float]:
    """Return the median times of several runs."""
    walls, worked = zip(*(seconds(work) for _ in range(RUNS)), strict=True)
    return median(walls), median(worked)


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return how long something takes, and how long of it this process worked: the rest it waited, for others too."""
    begun, worked = time.perf_counter(), time.process_time()
    work()
    return round(time.perf_counter() - begun, 4), round(time.process_time() - worked, 4)


if __name__ == "__main__":
    main()
