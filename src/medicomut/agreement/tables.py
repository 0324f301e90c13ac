"""The tables that come with an agreement.

Index rates, budget annex, denunciation, promises, printed claims.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from medicomut.agreement.expressions import Expression
from medicomut.agreement.text import Spot, Text


@dataclass(frozen=True, slots=True)
class RateGroup:
    """Fees indexed at one rate: a group of the clause, or an exception to a group for some codes.

    ``rate`` is what the clause prints and ``annex_rate`` what the annex prints, as fractions; ``None`` where
    the one or the other is silent. ``status`` and ``source`` say how it is known that the codes belong here,
    as for a parameter.
    """

    id: str
    label: Text
    rate: Fraction | None
    annex_rate: Fraction | None
    articles: tuple[str, ...]
    codes: tuple[str, ...]
    cites: tuple[str, ...]
    annex_line: str | None
    group: str | None
    status: str
    source: str | None
    spot: Spot

    @property
    def in_force(self) -> Fraction:
        """Return the rate that applies: the clause's, else the annex's.

        The loader refuses a group with neither.
        """
        rate = self.annex_rate if self.rate is None else self.rate
        if rate is None:
            raise ValueError(f"{self.id} has no rate")
        return rate


@dataclass(frozen=True, slots=True)
class IndexTable:
    """The index rates of an agreement by fee group, from a day, with the exceptions by code."""

    mass: Fraction
    start: date
    cites: tuple[str, ...]
    groups: tuple[RateGroup, ...]
    exceptions: tuple[RateGroup, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """The two columns of the annex, in thousands of euro as printed; ``None`` where the cell is empty."""

    in_year: int | None
    annual: int | None


@dataclass(frozen=True, slots=True)
class AnnexLine:
    """A line of the annex: from when the measure runs, and its cost; ``codes`` are those printed in it."""

    id: str
    label: Text
    codes: tuple[str, ...]
    start: date
    start_printed: str
    prorata: bool
    printed: Amounts
    cites: tuple[str, ...]
    spot: Spot


@dataclass(frozen=True, slots=True)
class AnnexBlock:
    """A group of lines of the annex with its printed total."""

    id: str
    letter: str | None
    label: Text
    sign: str
    cites: tuple[str, ...]
    lines: tuple[AnnexLine, ...]
    total: Amounts
    spot: Spot


@dataclass(frozen=True, slots=True)
class AnnexTotal:
    """A printed total over blocks, or the balance of one sum less another (``minus``)."""

    id: str
    label: Text
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    printed: Amounts
    spot: Spot


@dataclass(frozen=True, slots=True)
class AnnexNote:
    """A footnote of the annex, summarised, and what it is attached to."""

    mark: str
    attached_to: tuple[str, ...]
    summary: Text
    spot: Spot


@dataclass(frozen=True, slots=True)
class Annex:
    """The budget table of an agreement: blocks of lines, printed totals, notes."""

    unit: str
    columns: Mapping[str, Text]
    months: int
    blocks: tuple[AnnexBlock, ...]
    totals: tuple[AnnexTotal, ...]
    notes: tuple[AnnexNote, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What entitles somebody to denounce the agreement, and what does not."""

    id: str
    clause: str
    who: tuple[str, ...]
    extent: tuple[str, ...]
    trigger: Text
    exceptions: tuple[Text, ...]
    spot: Spot


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit of the denunciation: the parameter holding its days, and the event it runs from."""

    id: str
    clause: str
    parameter: str | None
    anchor: str
    label: Text
    spot: Spot


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the denunciation: who does what, under which clock."""

    id: str
    clause: str
    track: str
    actor: str
    what: Text
    clock: str | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows from a denunciation."""

    id: str
    clause: str
    track: str
    what: Text
    spot: Spot


@dataclass(frozen=True, slots=True)
class Denunciation:
    """How the agreement can be ended before its term."""

    grounds: tuple[Ground, ...]
    clocks: tuple[Clock, ...]
    steps: tuple[Step, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise: who, what, how the text words the time, and the day it falls due if there is one.

    ``parameter`` names the date, month or year it falls due by, where its clause states several.
    """

    id: str
    clause: str
    actor: str
    wording: str
    due: date | None
    parameter: str | None
    what: Text
    spot: Spot


@dataclass(frozen=True, slots=True)
class Erratum:
    """A fault of the source that a machine cannot find alone: as printed, and as we read it."""

    id: str
    clause: str
    printed: str
    reading: str
    why: str
    note: Text
    spot: Spot


@dataclass(frozen=True, slots=True)
class Statement:
    """Something the text claims or implies and that can be recomputed from its own figures.

    ``printed`` and ``computed`` give numbers in ``unit``; ``expected`` says whether the claim is known to
    hold; ``result`` is the known value of ``computed`` where it does not, at ``result_decimals``.
    """

    id: str
    kind: str
    clause: str
    claim: Text
    printed: Expression | None
    unit: str | None
    computed: Expression | None
    compare: str | None
    decimals: int | None
    expected: str | None
    result: Fraction | None
    result_decimals: int
    why: Text
    spot: Spot
