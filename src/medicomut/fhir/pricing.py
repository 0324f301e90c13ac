"""The lines of a request priced, and what no charge tells: how much supplement would be lawful."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from medicomut.tariff.conditions import Conditions
from medicomut.tariff.line import Line, read_line
from medicomut.tariff.price import Priced, Pricer

Room = Literal["none", "unlimited", "unknown"]
"""Whether a supplement is lawful: none is, the agreement and the law set no maximum, or it is not known."""

ROOMS: Final[dict[str, Room]] = {"excess": "none", "ok": "unlimited"}
"""The room there is, by the verdict on a charge above the fee."""

NOT_STATED: Final = "_not_stated"
ABOUT_THE_LAW: Final = frozenset({"law_not_checked", "preferential_kind_assumed"})
"""What is doubtful about a law that bars a supplement, whether or not one was charged."""

NOT_ABOUT_A_TARIFF: Final = "charged_not_stated"


@dataclass(frozen=True, slots=True)
class Answered:
    """A line with its price: the result, the room there is for a supplement, and the clauses and reasons behind."""

    priced: Priced
    result: Mapping[str, Any]
    room: Room
    reasons: tuple[str, ...]
    cites: tuple[str, ...]


def price_lines(pricer: Pricer, lines: Sequence[Mapping[str, Any]], *, asked: bool) -> list[Answered]:
    """Price the lines of one claim, which are those of one patient; never raises for what they say.

    `asked` says that a tariff is asked for, so that nothing has been charged yet.
    """
    repeated = _repeated_ecgs(lines, pricer.conditions)
    answer = _asked if asked else _charged
    return [answer(pricer, line, again) for line, again in zip(lines, repeated, strict=True)]


def _charged(pricer: Pricer, line: Mapping[str, Any], repeated: bool) -> Answered:
    priced = pricer.price(line, ecg_repeated=repeated)
    result = priced.result()
    return Answered(priced, result, "unknown", tuple(result["reasons"]), tuple(result["cites"]))


def _asked(pricer: Pricer, line: Mapping[str, Any], repeated: bool) -> Answered:
    priced = pricer.price(line, ecg_repeated=repeated)
    result = priced.result()
    named = [reason for reason in result["reasons"] if reason != NOT_ABOUT_A_TARIFF]
    fee = result["fee_cents"]
    if fee is None:
        return Answered(priced, result, "unknown", tuple(named), tuple(result["cites"]))
    # What would be said of one cent above the fee is what holds for every supplement, and names what would matter.
    above = pricer.price({**line, "charged_cents": fee + 1}, ecg_repeated=repeated).result()
    room = ROOMS.get(above["verdict"], "unknown")
    for reason in above["reasons"]:
        if (reason.endswith(NOT_STATED) or reason in ABOUT_THE_LAW) and reason not in named:
            named.append(reason)
    return Answered(priced, result, room, tuple(named), tuple(above["cites"]))


def _repeated_ecgs(lines: Sequence[Mapping[str, Any]], conditions: Conditions) -> list[bool]:
    """Return for each line whether the claim holds another electrocardiogram of that day (6.5).

    The readings `ecg_same_day` and `ecg_same_code` say whether another doctor's, or another code's, counts.
    """
    keys = [_ecg(read_line(line), conditions) for line in lines]
    counts = Counter(key for key in keys if key is not None)
    return [key is not None and counts[key] > 1 for key in keys]


def _ecg(line: Line, conditions: Conditions) -> tuple[Any, ...] | None:
    if line.code not in conditions.ecg_codes or line.date is None:
        return None

    def parts() -> Iterator[Any]:
        yield line.date
        yield line.practitioner if conditions.readings["ecg_same_day"] == "patient_day_practitioner" else None
        yield line.code if conditions.readings["ecg_same_code"] == "same_code" else None

    return tuple(parts())
