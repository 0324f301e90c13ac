"""What is declared to the register: the kinds of declaration, and a declaration as it was recorded.

`be/amm/2020#17.1` (refusal), `#17.2` (partial accession), `#17.3` (change), `#16.2.5` (individual denunciation).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from medicomut.accession.timetable import Hours
from medicomut.accession.timetable_file import write_row
from medicomut.identifiers import Profession
from medicomut.slots import hours_of_week


class Kind(StrEnum):
    """What happened. The words are those of the ledger."""

    registered = "practitioner.registered"
    ended = "practitioner.ended"
    refused = "accession.refused"
    partial = "accession.partial"
    changed = "accession.changed"
    acceded = "accession.acceded"
    denounced = "accession.denounced"
    corrected = "accession.corrected"


BASIS = {
    Kind.refused: "17.1",
    Kind.partial: "17.2",
    Kind.changed: "17.3",
    Kind.denounced: "16.2.5",
}
"""The clause on which each expression of will rests; what has none rests on what the declaration says."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody asks to be recorded about one practitioner.

    `valid_from` is asked for where the clause does not fix it: the day of registration or of the end of activity,
    the day on which the measure denounced enters into force, the day from which a correction holds. A correction
    names the version it `corrects` and says what holds instead: `says` is the kind, `None` that nothing was
    declared; `checker` is the second person.
    """

    kind: Kind
    number: str
    actor: str
    agreement: str | None = None
    hours: tuple[Hours, ...] = ()
    profession: Profession | None = None
    region: str | None = None
    valid_from: date | None = None
    corrects: int | None = None
    says: Kind | None = None
    checker: str | None = None
    basis: str | None = None
    province: str | None = None
    arrondissement: str | None = None
    municipality: str | None = None

    def payload(self) -> dict[str, Any]:
        """Return what the ledger stores: text, whole numbers and lists, without what is not said."""
        said = {
            "number": self.number,
            "agreement": self.agreement,
            "hours": [write_row(hours) for hours in self.hours] or None,
            "profession": self.profession,
            "region": self.region,
            "province": self.province,
            "arrondissement": self.arrondissement,
            "municipality": self.municipality,
            "corrects": self.corrects,
            "says": None if self.says is None else self.says.value,
            "checker": self.checker,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A declaration in the ledger: its number there, its version in the practitioner's stream, when it was recorded."""

    sequence: int
    version: int
    kind: Kind
    payload: Mapping[str, Any]
    valid_from: date
    recorded: datetime
    actor: str
    basis: str | None

    @property
    def agreement(self) -> str | None:
        """The agreement it is about."""
        found = self.payload.get("agreement")
        return None if found is None else str(found)

    @property
    def corrects(self) -> int | None:
        """The version that a correction is about."""
        found = self.payload.get("corrects")
        return None if found is None else int(found)

    @property
    def says(self) -> Kind | None:
        """What a correction says holds instead, None where nothing was declared."""
        found = self.payload.get("says")
        return None if found is None else Kind(found)

    @property
    def hours(self) -> tuple[Hours, ...]:
        """The hours declared, empty where there are none."""
        return read_hours(self.payload.get("hours", ()))


def read_hours(rows: Sequence[Mapping[str, str]]) -> tuple[Hours, ...]:
    """Return hours from the rows of a payload."""
    return tuple(
        Hours(*hours_of_week(row["day"], row["start"], row["end"]), row["site"], row["kind"], row["setting"])
        for row in rows
    )


PLACES: Final = ("region", "province", "arrondissement", "municipality")


@dataclass(frozen=True, slots=True)
class Registration:
    """What is registered of a practitioner: profession, and where the practice lies.

    `region` is a name such as `Brussels`; `province`, `arrondissement` and `municipality` are Statbel's codes. What
    was not stated is None.
    """

    profession: Profession | None = None
    region: str | None = None
    province: str | None = None
    arrondissement: str | None = None
    municipality: str | None = None


def registration(payload: Mapping[str, Any]) -> Registration:
    """Return what the payload of a registration says."""
    said = payload.get("profession")
    profession: Profession | None = "gp" if said == "gp" else "specialist" if said == "specialist" else None
    return Registration(profession, *(payload.get(name) for name in PLACES))
