"""The clocks of a denunciation as an agreement and its readings set them: the letter, the end, the effect for one.

`be/amm/2020#16.2.4` counts the letter from the finding and the end from the occurrence; where the text can be read
otherwise, the reading is named. Of an agreement whose text was not found the clocks are not known, unless those of
another are supposed; whatever rests on that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Final

from medicomut.agreement.loading import available, load
from medicomut.agreement.model import Agreement, cited_in, find_parameter
from medicomut.agreement.tables import Clock, Ground
from medicomut.agreement.text import Text
from medicomut.errors import Problem, Problems
from medicomut.procedure.deadlines import AS_PRINTED, Deadline, days_after
from medicomut.procedure.wording import words

LETTER, END, OWN_LETTER = "collective_letter", "collective_end", "individual_letter"
"""The clocks of an agreement's data: an organisation's letter, the end failing a settlement, a physician's letter."""

OCCURRENCE, FINDING = "occurrence", "finding"
ANCHORS: Final = (OCCURRENCE, FINDING)
LETTER_ANCHOR, END_ANCHOR = "letter_anchor", "end_anchor"
READINGS: Final = (
    LETTER_ANCHOR,
    END_ANCHOR,
    "letter_date",
    "meeting_after_end",
    "withdrawal",
    "bound_until_end",
    "sunday_deadlines",
    "denunciation_clocks",
)
"""The ambiguities that change something in a procedure."""

_AS_IN: Final = "as_in_"


@dataclass(frozen=True, slots=True)
class Rules:
    """The denunciation of an agreement under chosen readings.

    `source` is the agreement whose clocks run: its own, or another's where that is supposed; None where they are not
    known.
    """

    agreement: Agreement
    source: Agreement | None
    readings: Mapping[str, str]

    @property
    def supposed(self) -> bool:
        """Whether the clocks are those of another agreement."""
        return self.source is not None and self.source is not self.agreement

    def reading(self, name: str) -> str:
        """Return the value of a reading; empty where neither agreement raises the question."""
        return self.readings.get(name, "")

    def ground(self, name: str) -> Ground:
        """Return a ground by its name or clause; raises `Problems` (`unknown_ground`)."""
        grounds = () if self.agreement.denunciation is None else self.agreement.denunciation.grounds
        found = next((ground for ground in grounds if name in (ground.id, ground.clause)), None)
        if found is None:
            known = ", ".join(f"{ground.id} ({ground.clause})" for ground in grounds)
            what = f"{self.agreement.id} has no ground {name!r}"
            raise Problems([Problem("unknown_ground", what, mend=f"known: {known or 'none'}")])
        return found

    def with_anchor(self, anchor: str) -> Rules:
        """Return the same rules with both clocks counted from one anchor."""
        return replace(self, readings={**self.readings, LETTER_ANCHOR: anchor, END_ANCHOR: anchor})

    def with_anchors(self) -> list[Rules]:
        """Return the rules under each pair of anchors, letter and end; only these rules where no clock is known."""
        if self.source is None:
            return [self]
        return [
            replace(self, readings={**self.readings, LETTER_ANCHOR: letter, END_ANCHOR: end})
            for letter, end in product(ANCHORS, ANCHORS)
        ]

    def deadline(self, name: str, occurrence: date, finding: date) -> Deadline | None:
        """Return the deadline of a clock for a situation; None where the clock is not known.

        Raises `Problems` (`no_value_on_date`) for a situation outside the term of the agreement.
        """
        clock = self._clock(name)
        if clock is None or clock.parameter is None or self.source is None:
            return None
        anchor = self.readings[END_ANCHOR if name == END else LETTER_ANCHOR]
        start = occurrence if anchor == OCCURRENCE else finding
        count = _whole(find_parameter(self.source.parameters, clock.parameter, self.source.id).on(
            self.source.heading.term.start if self.supposed else occurrence, self.source.id
        ))  # fmt: skip
        found = days_after(
            name,
            self.agreement.id,
            clock.label,
            anchor,
            start,
            count,
            cited_in(self.source.id, [clock.clause]),
            consequence(name),
            self.reading("sunday_deadlines") or AS_PRINTED,
            "supposed" if self.supposed else "stated",
        )
        return replace(found, to_act=name != END)

    def _clock(self, name: str) -> Clock | None:
        known = None if self.source is None else self.source.denunciation
        return None if known is None else next((clock for clock in known.clocks if clock.id == name), None)


def consequence(name: str) -> Text:
    """Return what follows when a deadline has passed."""
    return words()[f"consequence_{name}"]


def rules(agreement: Agreement, chosen: Mapping[str, str] | None = None) -> Rules:
    """Return the rules of denunciation of an agreement under chosen readings, the default ones for the others.

    Raises `Problems`: `unknown_ambiguity` and `unknown_reading` for a reading that does not exist.
    """
    chosen = chosen or {}
    own = {ambiguity.id for ambiguity in agreement.ambiguities}
    clocks = agreement.readings({name: value for name, value in chosen.items() if name in own})
    source = _source(agreement, clocks.get("denunciation_clocks"))
    if source is None or source is agreement:
        readings = agreement.readings(chosen)
    else:
        readings = source.readings({name: value for name, value in chosen.items() if name not in own}) | clocks
    return Rules(agreement, source, {name: value for name, value in readings.items() if name in READINGS})


def _source(agreement: Agreement, clocks: str | None) -> Agreement | None:
    if clocks is None:
        return agreement if agreement.denunciation and agreement.denunciation.clocks else None
    heading = agreement.heading
    named = f"{heading.country}/{heading.family}/{clocks.removeprefix(_AS_IN)}"
    return load(named) if clocks.startswith(_AS_IN) and named in available() else None


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r}: a whole number of days was expected")
    return value
