"""What a verification finds: one finding a slip, with its proof in a sentence and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from medicomut.money import Lang
from medicomut.observatory.evidence import write
from medicomut.observatory.numbers import Kind, plain_number

Severity = Literal["contradiction", "warning", "wording", "remark"]
"""`contradiction`: figures that cannot all be true. `warning`: regions that do not make the country. `wording`: a true
figure called what it is not. `remark`: what a sentence leaves out."""


@dataclass(frozen=True, slots=True)
class Part:
    """One figure of a finding: its name, as printed, and what follows from the others.

    `values` is empty where nothing follows, one number, or the least and the greatest possible; `kind` and `decimals`
    say how they are written (rates in percent).
    """

    cell: str
    printed: str
    values: tuple[Fraction, ...]
    kind: Kind
    decimals: int

    @property
    def computed(self) -> str | None:
        """What follows from the other figures in plain notation: `3586`, `82.05`, `3585 to 3587`; or `None`."""
        return " to ".join(plain_number(value, self.decimals) for value in self.values) or None

    def in_language(self, lang: Lang) -> str:
        """Write what follows in the reader's language: `3 586`, `82,05 %`; `?` where nothing does."""
        return " – ".join(write(value, self.kind, self.decimals, lang) for value in self.values) or "?"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    `kind` names the check: `sum`, `weighted_mean`, `difference`, `rate`, `repeat`, `repeated_column`, `copied_cell`,
    `impossible_rate`, `counts_behind_rates`, `points_called_percent`, `rate_and_persons`, `change_not_stated`. `parts`
    are the figures, one or a column. `why` is the proof by language. `mends` says that what is computed is what to
    print instead, `unique` that nothing else, and no other figure, mends it with as few changes. `alternatives` are
    the figures that another repair of the same size would change.
    """

    kind: str
    severity: Severity
    cell: str
    parts: tuple[Part, ...]
    why: Mapping[str, str]
    mends: bool
    unique: bool
    alternatives: tuple[str, ...] = ()

    @property
    def printed(self) -> str:
        """The figures as printed, one after the other."""
        return "; ".join(printed for _, printed in dict.fromkeys((part.cell, part.printed) for part in self.parts))

    @property
    def computed(self) -> str | None:
        """What follows from the other figures, in plain notation, one after the other; `None` where nothing does."""
        return "; ".join(part.computed or "?" for part in self.parts) if any(p.values for p in self.parts) else None

    def computed_in(self, lang: Lang) -> str:
        """Write what follows from the other figures in the reader's language."""
        return "; ".join(part.in_language(lang) for part in self.parts)

    @property
    def repair(self) -> str | None:
        """What to print instead, in plain notation; `None` where the other figures do not tell."""
        return self.computed if self.mends else None

    def to_dict(self, lang: str) -> dict[str, Any]:
        """Return plain values for JSON, `why` in the reader's language."""
        found: dict[str, Any] = {
            "kind": self.kind,
            "severity": self.severity,
            "cell": self.cell,
            "printed": self.printed,
            "computed": self.computed,
            "why": self.why[lang],
            "repair": self.repair,
            "unique": self.unique,
        }
        if len(self.parts) > 1:
            found["cells"] = [{"cell": p.cell, "printed": p.printed, "computed": p.computed} for p in self.parts]
        if self.alternatives:
            found["alternatives"] = list(self.alternatives)
        return found


@dataclass(frozen=True, slots=True)
class Report:
    """Every finding on a publication, and how many of the country the regions leave out, within tolerance.

    `repaired` says whether the repairs together leave figures that all agree.
    """

    name: str
    figures: int
    findings: tuple[Finding, ...]
    without_region: Sequence[Mapping[str, Any]]
    repaired: bool

    def to_dict(self, lang: str) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "table": self.name,
            "figures": self.figures,
            "findings": [finding.to_dict(lang) for finding in self.findings],
            "without_region": [dict(each) for each in self.without_region],
            "repaired": self.repaired,
        }
