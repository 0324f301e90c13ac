"""How long the allocator takes for ten fee groups and more, beside a scenario priced in the same run.

    python benchmarks/allocator.py [--runs 50]

Asked: at most 50 ms for ten groups, with the proof; a scenario well under 10 ms, as a slider moves.
"""

from __future__ import annotations

import argparse
import json
import platform
from fractions import Fraction

from medicomut.agreement import load
from medicomut.budget.allocator import allocate
from medicomut.budget.demands import Demands
from medicomut.budget.pricing import price
from medicomut.budget.scenario import from_settings
from timing import milliseconds


def main() -> None:
    """Measure, and print medians and the slowest run in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=50)
    runs = parser.parse_args().runs
    agreement = load("be/amm/2020")
    full = {"all": Fraction("0.0195")}
    free = Demands({"consultations": Fraction("0.0195")}, full, mass=138_706)
    crowded = Demands({"all": Fraction("0.01")}, full, (("surgery", "gynaecology"),), Fraction("0.009"), 138_706)
    conflict = Demands({"all": Fraction("0.015")}, full, spread=Fraction("0.001"), mass=138_706)
    results = {
        "allocate_ms": milliseconds(lambda: allocate(agreement, free), runs),
        "allocate_many_limits_ms": milliseconds(lambda: allocate(agreement, crowded), runs),
        "allocate_conflict_ms": milliseconds(lambda: allocate(agreement, conflict), runs),
        "scenario_ms": milliseconds(
            lambda: price(agreement, from_settings(agreement, [("all", "1.5%"), ("surgery", "1.25%")])), runs
        ),
        "groups": len(allocate(agreement, free).steps),
        "python": platform.python_version(),
    }
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
