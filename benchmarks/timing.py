"""How long something takes, over several runs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def milliseconds(run: Callable[[], object], runs: int) -> dict[str, float]:
    """Return the median and the slowest of several runs, after one that loads what there is to load."""
    run()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    return {"median": round(statistics.median(times), 2), "slowest": round(max(times), 2)}
