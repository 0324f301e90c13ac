"""Speed and memory of the main job, as ratios to a named baseline measured in the same run.

`make bench` makes ten million synthetic lines once (benchmarks/data), then measures, each in a process of its own:

- a bare scan: Polars reads every column of the same file and finds its greatest value (the baseline);
- the check: the same file, Parquet to Parquet, every column kept and eleven added, with its summary;
- the check of texts: from .csv, .jsonl and .parquet, on fewer lines (`--formats`), for its speed and memory;
- one line priced and explained in the process; `medicomut --help` as a process.

Figures are the median of several runs; the least shows what the machine can do when nobody else uses it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
ROWS, RUNS, PRACTITIONERS = 10_000_000, 5, 20_000
FORMAT_ROWS = 1_000_000
TARGETS = {"lines_a_second": 5_000_000, "peak_memory_gb": 1.0, "times_bare_scan": 12, "price_us": 50, "help_s": 0.3}


def main() -> None:
    """Make the data where it is missing, measure, print a table and the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--formats", type=int, default=FORMAT_ROWS, metavar="ROWS", help="lines of the check of texts")
    parser.add_argument("--part", choices=("make", *PARTS, *PAIRS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        if given.part in PAIRS:
            print(json.dumps(check_texts(given.rows, given.formats, *given.part.split("-"))))
        else:
            print(json.dumps(PARTS[given.part](given.rows, given.runs) if given.part != "make" else make(given.rows)))
        return
    if not lines_file(given.rows).exists():
        print(f"making {given.rows:,} lines once …", file=sys.stderr)
        part("make", given)
    results = {name: part(name, given) for name in PARTS}
    texts = {name: part(name, given) for name in PAIRS}
    report(given.rows, results, texts)


def part(name: str, given: argparse.Namespace) -> dict[str, Any]:
    """Run one measurement in a process of its own."""
    command = [sys.executable, __file__, "--part", name, "--rows", str(given.rows), "--runs", str(given.runs)]
    command += ["--formats", str(given.formats)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


def lines_file(rows: int) -> Path:
    """Return where the lines lie."""
    return DATA / f"lines-{rows}.parquet"


def make(rows: int) -> dict[str, Any]:
    """Make practitioners, fees and lines; written as Polars writes Parquet by default."""
    import polars as pl

    from medicomut.engines import files, synthetic
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.fee_table import FeeTable
    from medicomut.tariff.fees import FeeSchedule

    DATA.mkdir(exist_ok=True)
    people = synthetic.practitioners(PRACTITIONERS, 1)
    files.write(DATA / "practitioners.csv", people.schema, lambda: iter([people]), len(people))
    if not (DATA / "fees").exists():
        synthetic.fees_folder(DATA / "fees", 2020)
    table = FeeTable(FeeSchedule.load(DATA / "fees"))
    conditions = Conditions()
    first = next(synthetic.lines(1, 1, people, conditions, table))
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        rough = Path(folder) / "rough.parquet"
        files.write(rough, first.schema, lambda: synthetic.lines(rows, 1, people, conditions, table), rows)
        ready = Path(folder) / "ready.parquet"
        pl.scan_parquet(rough).drop("planted").sink_parquet(ready)
        ready.replace(lines_file(rows))
    return {}


def repeated(job: Callable[[], object], runs: int) -> dict[str, Any]:
    """Return the wall and processor seconds of each run, after one that is not counted, and the peak memory."""
    job()
    walls, processors = [], []
    for _ in range(runs):
        wall, before = time.perf_counter(), os.times()
        job()
        walls.append(time.perf_counter() - wall)
        after = os.times()
        processors.append(after.user + after.system - before.user - before.system)
    return {"wall": walls, "cpu": processors, "peak_gb": peak_gb()}


def peak_gb() -> float:
    """Return the most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)


def bare_scan(rows: int, runs: int) -> dict[str, Any]:
    """Read every column of the file and find its greatest value."""
    import polars as pl

    def scan() -> None:
        pl.scan_parquet(lines_file(rows)).select(pl.all().max()).collect(engine="streaming")

    return repeated(scan, runs)


def check(rows: int, runs: int) -> dict[str, Any]:
    """Check the file, Parquet to Parquet."""
    from medicomut.engines import files, job
    from medicomut.engines.people import read_practitioners
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.fee_table import FeeTable
    from medicomut.tariff.fees import FeeSchedule

    conditions, fees = Conditions(), FeeTable(FeeSchedule.load(DATA / "fees"))
    people = read_practitioners(DATA / "practitioners.csv")
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        names = count()

        def once() -> None:
            out = Path(folder) / f"checked-{next(names)}.parquet"
            found = job.check_file(files.open_lines(lines_file(rows)), out, conditions, fees, people)
            assert found.lines == rows, "lines in and lines out differ"

        return repeated(once, runs)


def check_texts(rows: int, wanted: int, source: str, result: str) -> dict[str, Any]:
    """Check the first lines of the file once, from one format to another."""
    import polars as pl

    from medicomut.engines import files, job
    from medicomut.engines.people import read_practitioners
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.fee_table import FeeTable
    from medicomut.tariff.fees import FeeSchedule

    conditions, fees = Conditions(), FeeTable(FeeSchedule.load(DATA / "fees"))
    people = read_practitioners(DATA / "practitioners.csv")
    lines = DATA / f"texts-{min(rows, wanted)}.{source}"
    if not lines.exists():
        first = pl.scan_parquet(lines_file(rows)).head(wanted)
        chunks = lambda: first.collect_batches(chunk_size=100_000, maintain_order=True)  # noqa: E731
        files.write(lines, first.collect_schema(), chunks, wanted)
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        started = time.perf_counter()
        found = job.check_file(files.open_lines(lines), Path(folder) / f"checked.{result}", conditions, fees, people)
        wall = time.perf_counter() - started
    assert found.lines == min(rows, wanted), "lines in and lines out differ"
    return {"lines": found.lines, "wall": [wall], "peak_gb": peak_gb()}


def price(rows: int, runs: int) -> dict[str, Any]:
    """Price one line, say its result and every step of its explanation."""
    del rows
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.fee_table import FeeTable
    from medicomut.tariff.fees import FeeSchedule
    from medicomut.tariff.price import Pricer, accession_of

    pricer = Pricer(Conditions(), FeeTable(FeeSchedule.load()))
    who = accession_of("gp", "full")
    line = {"code": "101032", "date": "2020-02-04", "time": "21:01", "express_request": "true", "charged_cents": "3000"}
    count = 5000

    def many() -> None:
        for _ in range(count):
            priced = pricer.price(line, accession=who)
            priced.result()
            priced.steps()

    measured = repeated(many, runs)
    return measured | {"wall": [seconds / count * 1e6 for seconds in measured["wall"]]}


def show_help(rows: int, runs: int) -> dict[str, Any]:
    """Start the command line and ask for its help."""
    del rows
    command = [str(Path(sys.executable).parent / "medicomut"), "--help"]
    return repeated(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL), runs)


PARTS = {"bare_scan": bare_scan, "check": check, "price": price, "help": show_help}


PAIRS = ("csv-csv", "csv-parquet", "parquet-csv", "jsonl-jsonl")


def report(rows: int, results: dict[str, dict[str, Any]], texts: dict[str, dict[str, Any]]) -> None:
    """Print what was measured beside what is asked."""
    scan, checked = results["bare_scan"]["wall"], results["check"]["wall"]
    middle, least = statistics.median, min
    found = {
        "lines_a_second": rows / middle(checked),
        "lines_a_second_best": rows / least(checked),
        "peak_memory_gb": results["check"]["peak_gb"],
        "times_bare_scan": middle(checked) / middle(scan),
        "price_us": middle(results["price"]["wall"]),
        "price_us_best": least(results["price"]["wall"]),
        "help_s": middle(results["help"]["wall"]),
    }
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {rows:,} lines\n")
    rows_of_table = [
        ("bare scan of the file (baseline)", f"{middle(scan):.2f} s", ""),
        ("check, Parquet to Parquet", f"{middle(checked):.2f} s (least {least(checked):.2f})", ""),
        ("lines a second", f"{found['lines_a_second']:,.0f} (best {found['lines_a_second_best']:,.0f})", "≥ 5,000,000"),
        ("times the bare scan", f"{found['times_bare_scan']:.1f}", "≤ 12"),
        ("peak memory of the check", f"{found['peak_memory_gb']:.2f} GB", "≤ 1 GB"),
        (
            "one line priced and explained",
            f"{found['price_us']:.0f} µs (least {found['price_us_best']:.0f})",
            "≤ 50 µs",
        ),
        ("medicomut --help", f"{found['help_s']:.2f} s", "≤ 0.3 s"),
    ]
    for name, found_here in texts.items():
        seconds, count = found_here["wall"][0], found_here["lines"]
        speed = f"{count / seconds:,.0f} lines a second of {count:,}"
        rows_of_table.append((f"check, {name.replace('-', ' to ')}, once", speed, ""))
        rows_of_table.append(("  peak memory", f"{found_here['peak_gb']:.2f} GB", "≤ 1 GB"))
    for name, value, asked in rows_of_table:
        print(f"{name:36} {value:32} {asked}")
    print(json.dumps({**found, "targets": TARGETS, "runs": results | texts}))


if __name__ == "__main__":
    main()
