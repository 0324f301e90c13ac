"""Published thresholds of a shortage of general practitioners (`data/observatory/shortage.yaml`), strict as printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Final, Literal

from medicomut.errors import Problem, Problems
from medicomut.observatory.headings import DATA

Measure = Literal["heads", "fte"]
PER: Final = 100_000
"""Densities are practitioners per so many inhabitants."""
UNDECIDED: Final = "undecided"
CLASSES: Final = ("severe", "shortage", "normal", UNDECIDED)
WITHHELD: Final = "withheld"
"""In the place of a class where the number of practitioners may not be told (`withheld.py`)."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A class and what puts a place in it: fewer practitioners per 100,000 than `below`, fewer people per km²."""

    key: str
    below: int | None
    people_per_km2_below: int | None


@dataclass(frozen=True, slots=True)
class Scheme:
    """Thresholds published together: what they count, where they stand, their classes from the gravest."""

    name: str
    measure: Measure
    source: str
    status: str
    title: Mapping[str, str]
    classes: tuple[Threshold, ...]

    def judge(self, density: Fraction, people_per_km2: Fraction | None = None) -> str:
        """Return the class of a density; `undecided` where it hangs on an area that is not known."""
        doubt = False
        for each in self.classes:
            if each.below is not None and density >= each.below:
                continue
            if each.people_per_km2_below is None:
                return UNDECIDED if doubt else each.key
            if people_per_km2 is None:
                doubt = True
            elif people_per_km2 < each.people_per_km2_below:
                return each.key
        raise AssertionError(self.name)  # the last class has no condition

    def enough(self, inhabitants: int, key: str) -> int:
        """Return how many practitioners, at least, are not below the threshold of a class without an area."""
        below = next(each.below for each in self.classes if each.key == key and each.below is not None)
        return -(-below * inhabitants // PER)


@cache
def schemes() -> dict[str, Scheme]:
    """Return the schemes by name, the first the default."""
    return {name: _scheme(name, found) for name, found in _data().items() if name != "words"}


def scheme(name: str) -> Scheme:
    """Return a scheme by name; raises `Problems` (`unknown_scheme`)."""
    if name not in schemes():
        mend = f"write one of: {', '.join(schemes())}"
        raise Problems([Problem("unknown_scheme", f"{name[:40]!r} is no set of thresholds", mend=mend)])
    return schemes()[name]


def word(key: str, lang: str) -> str:
    """Return a class, or what is counted, in the reader's language."""
    said: str = _data()["words"][key][lang]
    return said


def _scheme(name: str, found: Mapping[str, Any]) -> Scheme:
    classes = (Threshold(each["key"], each.get("below"), each.get("people_per_km2_below")) for each in found["classes"])
    return Scheme(name, found["measure"], found["source"], found["status"], found["title"], tuple(classes))


@cache
def _data() -> dict[str, Any]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - a tenth of a second, paid only when thresholds are asked for

    found: dict[str, Any] = YAML(typ="safe").load((DATA / "shortage.yaml").read_text("utf-8"))
    return found
