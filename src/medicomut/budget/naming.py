"""Names that are not known, refused with the nearest ones; rates as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from fractions import Fraction
from typing import Final

from medicomut import money
from medicomut.errors import Problem, Problems

HIGHEST_RATE: Final = Fraction(1, 5)
"""No rate of indexation is outside ±20 %: what lies beyond is a slip of the unit (195 for 1.95)."""

FINEST: Final = 10**8
"""Rates are written to a millionth of a percent at most."""

_PERCENT: Final = re.compile(r"([-+−]?)\s*([0-9]+(?:[.,][0-9]+)?)\s*%")
_FRACTION: Final = re.compile(r"([-+−]?)\s*(0[.,][0-9]+|0)")
_NEAR: Final = 3


def unknown(kind: str, name: str, known: Iterable[str], owner: str, cites: tuple[str, ...] = ()) -> Problem:
    """Return the fault ``unknown_<kind>`` for a name that ``owner`` does not have, with the nearest that it has."""
    names = list(known)
    lowered = name.casefold().strip()
    near = [word for word in names if len(lowered) >= _NEAR and lowered in word.casefold()][:_NEAR]
    near = near or get_close_matches(lowered, names, n=_NEAR, cutoff=0.5)
    mend = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(names) or 'none'}"
    return Problem(code=f"unknown_{kind}", what=f"{owner} has no {kind} {name!r}", mend=mend, cites=cites)


def rate(text: object, cites: tuple[str, ...] = ()) -> Fraction:
    """Read a rate as people write it, exactly: ``1.95%``, ``1,95 %`` and ``0.0195`` are all 39/2000.

    A number without a percent sign is a fraction of one and begins with ``0``; ``1.95`` alone is refused, since
    nothing says whether it is 1.95 % or 195 %. Rates lie within ±20 %. Raises ``Problems`` (``bad_rate``), citing
    ``cites``, the clause that the rate would change.
    """
    written = text.replace("\u00a0", " ").replace("\u202f", " ").strip() if isinstance(text, str) else ""
    percent, fraction = _PERCENT.fullmatch(written), _FRACTION.fullmatch(written)
    found = percent or fraction
    if found is None or len(written) > money.LONGEST:
        raise _bad_rate(f"{text!r} is not a rate", cites)
    value = money.ratio(found[2].replace(",", ".")) * (-1 if found[1] in {"-", "−"} else 1)
    value = value / 100 if percent else value
    if (value * FINEST).denominator != 1:
        raise _bad_rate(f"{text!r} has more decimals than any agreement", cites)
    if abs(value) > HIGHEST_RATE:
        raise _bad_rate(f"{text!r} is outside the allowed range", cites)
    return value


def _bad_rate(what: str, cites: tuple[str, ...]) -> Problems:
    return Problems(
        [
            Problem(
                code="bad_rate",
                what=what,
                why="a rate of indexation lies between -20% and 20%, with at most six decimals, and says its unit",
                mend="write 1.95%, 1,95 % or 0.0195",
                cites=cites,
            )
        ]
    )
