"""Whether too many have refused: by region, and apart for each profession, exact in whole numbers.

Coordinated law of 14 July 1994, article 50 § 3 (`be/law/1994-07-14#50`): a region where *more than* the share refused
stays without the agreement; exactly the share does not prevent it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from math import floor
from typing import Any, Final

from medicomut.agreement.model import Law, Parameter, find_parameter

REGION_TEST: Final = "law.quorum.refusal_share"
PROFESSION_TEST: Final = "law.quorum.profession_share"
VERIFIED: Final = "verified"


class Denominator(StrEnum):
    """Of whom the share of refusals is taken."""

    active = "active"
    all_numbers = "all_numbers"
    without_trainees = "without_trainees"


@dataclass(frozen=True, slots=True)
class Count:
    """How many practitioners of a profession in a region there are, and how many of them refused."""

    region: str
    profession: str
    total: int
    refused: int


@dataclass(frozen=True, slots=True)
class Test:
    """A test of the law: the share that may not be exceeded, of what, and how the law's wording is known."""

    parameter: Parameter
    share: Fraction
    by_profession: bool

    @property
    def verified(self) -> bool:
        """Whether its wording for physicians was read, and not only recollected or read for others."""
        return self.parameter.status == VERIFIED

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "id": self.parameter.id,
            "share": f"{self.share.numerator}/{self.share.denominator}",
            "bound": self.parameter.bound,
            "per": "region and profession" if self.by_profession else "region",
            "status": self.parameter.status,
            "cites": list(self.parameter.cites),
            "source": self.parameter.source,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """One test in one region, of one profession or of both together (`profession` None)."""

    test: Test
    region: str
    profession: str | None
    total: int
    refused: int

    @property
    def most(self) -> int:
        """The most refusals with which the test is passed."""
        return floor(self.test.share * self.total)

    @property
    def passes(self) -> bool:
        """Whether the refusals do not exceed the share."""
        return self.refused <= self.test.share * self.total

    @property
    def share(self) -> Fraction:
        """The share of refusals, exact; 0 where there is nobody."""
        return Fraction(self.refused, self.total) if self.total else Fraction(0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; the share as a decimal to read and exact as a ratio."""
        return {
            "test": self.test.parameter.id,
            "region": self.region,
            "profession": self.profession,
            "total": self.total,
            "refused": self.refused,
            "refusal_share": round(self.share.numerator / self.share.denominator, 6),
            "refusal_share_exact": f"{self.share.numerator}/{self.share.denominator}",
            "most_refusals": self.most,
            "margin": self.most - self.refused,
            "passes": self.passes,
            "status": self.test.parameter.status,
        }


@dataclass(frozen=True, slots=True)
class Quorum:
    """The outcome of every test on a count; only verified tests decide, unless `all_decide`."""

    counts: tuple[Count, ...]
    denominator: Denominator
    tests: tuple[Test, ...]
    outcomes: tuple[Outcome, ...]
    all_decide: bool

    @property
    def regions(self) -> list[str]:
        """The regions, in the order of the count."""
        return list(dict.fromkeys(count.region for count in self.counts))

    def passes(self, region: str) -> bool:
        """Whether the agreement enters into force in a region."""
        own = [found for found in self.outcomes if found.region == region]
        return all(found.passes for found in own if self.all_decide or found.test.verified)

    @property
    def hash(self) -> str:
        """SHA-256 of the count as canonical JSON: noted at the cut-off, it shows later that the count is the same."""
        rows = sorted([count.region, count.profession, count.total, count.refused] for count in self.counts)
        content = {"counts": rows, "denominator": self.denominator.value}
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return sha256(text.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        regions = []
        for region in self.regions:
            own = [count for count in self.counts if count.region == region]
            whole = next(found for found in self.outcomes if found.region == region and found.profession is None)
            regions.append(
                whole.to_dict()
                | {
                    "passes": self.passes(region),
                    "professions": {count.profession: [count.refused, count.total] for count in own},
                    "tests": [found.to_dict() for found in self.outcomes if found.region == region],
                }
            )
        total, refused = (sum(getattr(count, name) for count in self.counts) for name in ("total", "refused"))
        return {
            "passes": all(self.passes(region) for region in self.regions),
            "denominator": self.denominator.value,
            "decided_by": [test.parameter.id for test in self.tests if self.all_decide or test.verified],
            "regions": regions,
            "country": {"total": total, "refused": refused},
            "tests": [test.to_dict() for test in self.tests],
            "hash": self.hash,
        }


def quorum(
    law: Law, counts: Sequence[Count], denominator: Denominator, on: date, *, all_decide: bool = False
) -> Quorum:
    """Hold a count against the tests of the law on a day.

    `all_decide` lets tests decide that are known only second-hand. Raises `Problems` (`no_value_on_date`).
    """
    tests = tuple(_test(law, name, on) for name in (REGION_TEST, PROFESSION_TEST))
    outcomes = tuple(found for test in tests for found in _outcomes(test, counts))
    return Quorum(tuple(counts), denominator, tests, outcomes, all_decide)


def _test(law: Law, name: str, on: date) -> Test:
    parameter = find_parameter(law.parameters, name, law.country)
    share = parameter.on(on)
    if not isinstance(share, int | Fraction):
        raise TypeError(f"{name} is {share!r}, a share was expected")
    return Test(parameter, Fraction(share), by_profession=name == PROFESSION_TEST)


def _outcomes(test: Test, counts: Sequence[Count]) -> Iterable[Outcome]:
    if test.by_profession:
        return [Outcome(test, count.region, count.profession, count.total, count.refused) for count in counts]
    found = []
    for region in dict.fromkeys(count.region for count in counts):
        own = [count for count in counts if count.region == region]
        total, refused = sum(count.total for count in own), sum(count.refused for count in own)
        found.append(Outcome(test, region, None, total, refused))
    return found
