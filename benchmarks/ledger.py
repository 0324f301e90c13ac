"""The cost of the ledger, as ratios to bare inserts of the same rows into the same SQLite settings in the same run.

    python benchmarks/ledger.py [--events 10000] [--url postgresql://user@host/empty]

Two ways to append are measured: each event durable by itself, and all in one transaction as an import does; then
the verification of the chain. The baseline writes rows that are already computed, with the driver alone and without
hashes, triggers or look-ups. With `--url` the ledger is that of PostgreSQL; the baseline then is its own driver.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from medicomut.store import Draft, Event, Ledger, open_store

COLUMNS = ", ".join(f"{name} {'BIGINT' if name in {'sequence', 'version'} else 'TEXT'}" for name in Event._fields)


def main() -> None:
    """Measure, print a table and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--url")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_store(given.url or f"sqlite:///{Path(folder) / 'ledger.db'}")
        results = measure(engine, given.events)
        results["database"] = engine.dialect.name
        engine.dispose()
    report(given.events, results)


def measure(engine: Engine, count: int) -> dict[str, Any]:
    """Append one by one and all at once, verify, and insert the same rows bare."""
    ledger = Ledger(engine)
    singles, together = drafts("single", count), drafts("together", count)
    found: dict[str, Any] = {
        "append_one_by_one_s": seconds(lambda: [ledger.append(draft) for draft in singles]),
        "append_together_s": seconds(lambda: ledger.append_all(together)),
    }
    rows = [tuple(event) for event in ledger.events()]
    assert len(rows) == 2 * count
    found["verify_s"] = seconds(ledger.verify)
    one_by_one, at_once = bare(engine, rows[:count], rows[count:])
    found |= {"bare_one_by_one_s": one_by_one, "bare_together_s": at_once}
    found["times_bare_one_by_one"] = round(found["append_one_by_one_s"] / one_by_one, 2)
    found["times_bare_together"] = round(found["append_together_s"] / at_once, 2)
    found["verified_events_a_second"] = round(len(rows) / found["verify_s"])
    return found


def drafts(name: str, count: int) -> list[Draft]:
    """Return declarations of nobody, each with a key and an expected version, as the register sends them."""
    return [
        Draft(
            stream=f"practitioner/{name}-{number}",
            kind="accession.refused",
            payload={"number": f"{number:011}", "profession": "gp", "channel": "import"},
            actor="secretariat:1",
            basis="be/amm/2020#17.2",
            key=f"{name}/{number}",
            expected_version=0,
        )
        for number in range(count)
    ]


def bare(engine: Engine, singles: list[tuple[Any, ...]], together: list[tuple[Any, ...]]) -> tuple[float, float]:
    """Insert rows with the driver alone, a commit each and then all in one transaction; return the seconds."""
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE bare ({COLUMNS}, PRIMARY KEY (sequence))"))
    raw = engine.raw_connection()
    cursor = raw.cursor()
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    statement = f"INSERT INTO bare VALUES ({', '.join([mark] * len(Event._fields))})"  # noqa: S608

    def one_by_one() -> None:
        for row in singles:
            cursor.execute("BEGIN") if mark == "?" else None
            cursor.execute(statement, row)
            raw.commit()

    def at_once() -> None:
        cursor.execute("BEGIN") if mark == "?" else None
        cursor.executemany(statement, together)
        raw.commit()

    measured = (seconds(one_by_one), seconds(at_once))
    raw.close()
    return measured


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    begun = time.perf_counter()
    work()
    return round(time.perf_counter() - begun, 4)


def report(count: int, found: dict[str, Any]) -> None:
    """Print the ratios, and everything as JSON."""
    print(f"{count:,} events on {found['database']}, Python {platform.python_version()}")
    for name, what in (("one_by_one", "each durable by itself"), ("together", "in one transaction")):
        append, plain = found[f"append_{name}_s"], found[f"bare_{name}_s"]
        ratio = found[f"times_bare_{name}"]
        print(f"  {what:24} {count / append:>9,.0f} a second, {ratio:.1f} times bare inserts ({count / plain:,.0f})")
    print(f"  {'verified':24} {found['verified_events_a_second']:>9,} a second")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
