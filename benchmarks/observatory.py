"""How long contradictions, counts behind rates and audited suppression take, on the published figures of 2024.

    python benchmarks/observatory.py [--runs 10] [--tables 1000]

Asked: the matrix of 2024 reconstructed and proved unique in under a second; 1,000 random tables whose suppression
passes the audit. The counts are synthetic; the audit is made anew, by an attacker who sees what is published alone.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import time

from medicomut.observatory.attack import Attacker
from medicomut.observatory.count_table import Shape
from medicomut.observatory.published import published
from medicomut.observatory.reconstruct import reconstruct
from medicomut.observatory.suppress import suppress
from medicomut.observatory.verify import verify
from timing import milliseconds

SEED = 2024


def main() -> None:
    """Measure, and print medians and the slowest run in milliseconds; the audit of random tables in seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--tables", type=int, default=1000)
    asked = parser.parse_args()
    article = published("conventioning-2024")
    results = {
        "verify_2024_ms": milliseconds(lambda: verify(article), asked.runs),
        "reconstruct_2024_ms": milliseconds(lambda: reconstruct(article), asked.runs),
        "reconstruct_2024_unique": reconstruct(article).unique,
        "suppression": audited(asked.tables),
        "python": platform.python_version(),
    }
    print(json.dumps(results, indent=2))


def audited(tables: int) -> dict[str, object]:
    """Suppress random tables of one to three columns and audit each from what is published."""
    chance = random.Random(SEED)  # noqa: S311  synthetic counts, the same for the same seed
    passed, hidden, cells = 0, 0, 0
    start = time.perf_counter()
    for _ in range(tables):
        shape, counts = random_table(chance)
        threshold, width = chance.choice([3, 5, 10]), chance.choice([3, 5, 10])
        found = suppress(shape, counts, threshold, width)
        attacker = Attacker(shape, found.published)
        small = [cell for cell, count in enumerate(counts[:-1]) if 0 < count < threshold]
        passed += not attacker.exposed(width) and set(small) <= set(attacker.hidden)
        hidden, cells = hidden + len(attacker.hidden), cells + len(counts)
    seconds = time.perf_counter() - start
    return {"tables": tables, "passed": passed, "cells": cells, "hidden": hidden, "seconds": round(seconds, 1)}


def random_table(chance: random.Random) -> tuple[Shape, list[int]]:
    """Return a table of synthetic counts, many of them small, that holds at least 60 in all."""
    sizes = chance.choice([(4,), (9,), (2, 3), (3, 4), (5, 5), (8, 6), (2, 2, 2), (2, 3, 3)])
    columns = tuple(f"column {at}" for at in range(len(sizes)))
    shape = Shape(columns, tuple(tuple(f"label {n}" for n in range(size)) for size in sizes))
    leaves = [cell for cell in shape.cells if "total" not in cell]
    counts = {cell: chance.choice([0, chance.randint(1, 9), chance.randint(0, 40), chance.randint(20, 900)])
              for cell in leaves}  # fmt: skip
    counts[leaves[0]] += 60
    return shape, shape.with_totals(counts)


if __name__ == "__main__":
    main()
