"""What the routes share: the agreement, the fees and the pricers, loaded once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from fastapi import Request

from medicomut.api.problems import fault
from medicomut.api.settings import Settings
from medicomut.engines.people import read_practitioners
from medicomut.errors import Place, Problem, Problems
from medicomut.tariff import price as pricing
from medicomut.tariff.book import READINGS
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.fees import SHIPPED, FeeSchedule
from medicomut.tariff.practitioners import Practitioners
from medicomut.tariff.price import Pricer

MOST_REMEMBERED = 20_000
"""Codes and outcomes remembered between requests: hostile ones may be as many as they like."""


class Room:
    """Data loaded once, a pricer for each choice of readings, and one that knows the table of practitioners."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.schedule = FeeSchedule.load(settings.fees or SHIPPED)
        self.fees = FeeTable(self.schedule)
        self.plain = Pricer(Conditions(), self.fees)
        self.people = read_practitioners(settings.practitioners) if settings.practitioners else Practitioners([])
        self.with_people = Pricer(self.plain.conditions, self.fees, self.people)
        self._pricer = lru_cache(maxsize=64)(lambda chosen: Pricer(Conditions(dict(chosen)), self.fees))

    def pricer(self, readings: object) -> Pricer:
        """Return the pricer of the readings chosen, an object of names and values.

        Raises `Problems` for what is not one, and for readings that do not exist or change nothing in a line.
        """
        if not readings:
            if readings is not None and readings != {}:
                raise _not_readings(readings)
            return self.plain
        if not isinstance(readings, Mapping) or not all(isinstance(value, str) for value in readings.values()):
            raise _not_readings(readings)
        if len(readings) > len(READINGS):
            raise _not_readings(readings)
        try:
            pricer = self._pricer(tuple(sorted(readings.items())))
        except Problems as found:
            where = Place(field="readings")
            raise Problems(problem.at(where) for problem in found.problems) from None
        return pricer

    def ask(self, people: Practitioners) -> None:
        """Have what `/fhir` answers rest on other practitioners than those of a table: on the register's."""
        self.people, self.with_people = people, Pricer(self.plain.conditions, self.fees, people)

    def forget(self, pricer: Pricer) -> None:
        """Keep memory flat whatever is asked."""
        if len(pricer.conditions.codes_read) > MOST_REMEMBERED:
            pricer.conditions.codes_read.clear()
        if pricing.cites.cache_info().currsize > MOST_REMEMBERED:
            pricing.cites.cache_clear()


def _not_readings(given: object) -> Problems:
    return Problems(
        [
            Problem(
                "bad_readings",
                f"readings {str(given)[:100]!r} is not an object of names and values",
                Place(field="readings"),
                mend=f'write {{"late_boundary": "from"}}; the readings are: {", ".join(READINGS)}',
            )
        ]
    )


def room_of(request: Request) -> Room:
    """Return what the routes share."""
    room: Room = request.app.state.room
    return room


async def refuse_unknown_query(request: Request) -> None:
    """Raise `Problems` for a parameter the route does not know: misspelt, it would be passed over in silence."""
    if not request.scope["query_string"]:
        return
    known = {parameter.alias for parameter in request.scope["route"].dependant.query_params}
    for name in request.query_params:
        if name not in known:
            mend = f"those it knows: {', '.join(sorted(known))}" if known else "it takes none"
            raise fault("unknown_parameter", f"this address knows no {name[:100]!r}", mend, name[:100])
