"""Who acceded, as FHIR: Practitioner and PractitionerRole from the table of practitioners.

A role is one interval of the table: its status in our extension, and the slots without tariff as available times
that our extension marks as such. They are no timetable: they say when the tariff does not bind, not when the doctor
works. The table holds no names, so none are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from medicomut.errors import Place, Problem
from medicomut.fhir.add_item import STATUS_CODES
from medicomut.fhir.exact import Resource
from medicomut.fhir.names import CONVENTION, EXT_OFF_TARIFF, EXT_STATUS, HC_PARTY, NIHDI
from medicomut.fhir.search import day_asked, read_one, refused, searchset
from medicomut.slots import Slot, write_hours, write_time
from medicomut.tariff.line import practitioner_number
from medicomut.tariff.practitioners import Accession, Practitioners
from medicomut.tariff.vocabulary import GP, STATUSES

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = 86_400
_LAST_SECOND: Final = "23:59:59"


def search_practitioners(table: Practitioners, identifier: str | None) -> Resource:
    """Return the practitioner with an INAMI number (`number` or `system|number`) as a searchset of one or none.

    An OperationOutcome where the parameter is missing or cannot be read: `missing_identifier`, `bad_identifier`.
    """
    problems: list[Problem] = []
    number = _number_asked(identifier, problems)
    if problems or number is None:
        return refused(*problems)
    return searchset([_practitioner(number)] if number in table else [])


def search_roles(
    table: Practitioners, identifier: str | None, on: str | None = None, *, include: bool = False
) -> Resource:
    """Return the roles of a practitioner: the one that holds on a day, or all of them in their order.

    `include` adds the Practitioner (`_include=PractitionerRole:practitioner`). Faults as for
    `search_practitioners`, and `bad_date`.
    """
    problems: list[Problem] = []
    number, day = _number_asked(identifier, problems), day_asked(on, problems)
    if problems or number is None:
        return refused(*problems)
    found = [_role(row) for row in _rows(table, number, day)]
    return searchset(found, [_practitioner(number)] if include and found else [])


def read_practitioner(table: Practitioners, identifier: str) -> Resource:
    """Return Practitioner/NUMBER, or an OperationOutcome `not_found`."""
    number = _number(identifier)
    found = _practitioner(number) if number is not None and number in table else None
    return read_one(found, "Practitioner", identifier)


def read_role(table: Practitioners, identifier: str) -> Resource:
    """Return PractitionerRole/NUMBER-FIRSTDAY, or an OperationOutcome `not_found`."""
    number = _number(identifier.partition("-")[0])
    rows = _rows(table, number, None) if number is not None else []
    found = next((row for row in rows if role_id(row) == identifier), None)
    return read_one(_role(found) if found is not None else None, "PractitionerRole", identifier)


def role_id(row: Accession) -> str:
    """Return the identifier of a role: the number and the first day, `open` where it has none."""
    return f"{row.practitioner}-{'open' if row.valid_from == date.min else row.valid_from}"


def _rows(table: Practitioners, number: int, day: date | None) -> list[Accession]:
    if day is not None:
        return [row] if (row := table.on(number, day)) is not None else []
    return table.of(number).rows


def _number(text: str) -> int | None:
    try:
        return practitioner_number(text)
    except ValueError:
        return None


def _number_asked(identifier: str | None, problems: list[Problem]) -> int | None:
    where, mend = Place(field="identifier"), f"write it as {NIHDI}|18749704477, or the number alone"
    if not identifier:
        problems.append(Problem("missing_identifier", "no identifier is asked for", where, mend=mend))
        return None
    system, _, value = identifier.rpartition("|")
    number = _number(value)
    if number is None or system not in ("", NIHDI):
        problems.append(Problem("bad_identifier", f"{identifier[:120]!r} is no INAMI number", where, mend=mend))
        return None
    return number


def _practitioner(number: int) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": str(number),
        "identifier": [{"system": NIHDI, "value": str(number)}],
    }


def _role(row: Accession) -> Resource:
    bounds = {"start": row.valid_from, "end": row.valid_to}
    period = {name: str(day) for name, day in bounds.items() if day not in (date.min, date.max)}
    kind = "persgeneralphysician" if row.profession == GP else "persphysician"
    times = list(_times(row.slots))
    status = {"system": CONVENTION, "code": STATUS_CODES[STATUSES[row.status - 1]]}
    return {
        "resourceType": "PractitionerRole",
        "id": role_id(row),
        "extension": [{"url": EXT_STATUS, "valueCoding": status}],
        **({"period": period} if period else {}),
        "practitioner": {
            "reference": f"Practitioner/{row.practitioner}",
            "identifier": {"system": NIHDI, "value": str(row.practitioner)},
        },
        "code": [{"coding": [{"system": HC_PARTY, "code": kind}]}],
        **({"availableTime": times} if times else {}),
    }


def _times(slots: Iterable[Slot]) -> Iterator[Resource]:
    """Yield the times of the slots, one for each day; a time that ends at midnight ends a second before.

    FHIR has no time of 24:00; the extension keeps the slot as it was declared.
    """
    for slot in slots:
        parts: list[Resource] = [{"url": "tariffApplies", "valueBoolean": False}]
        parts.append({"url": "slot", "valueString": slot_text(slot)})
        if slot.site is not None:
            parts.append({"url": "site", "valueString": slot.site})
        start = slot.start
        while start < slot.end:
            day, end = start // _DAY, min(slot.end, (start // _DAY + 1) * _DAY)
            yield {
                "extension": [{"url": EXT_OFF_TARIFF, "extension": parts}],
                "daysOfWeek": [DAYS[day]],
                "availableStartTime": f"{_clock(start)}:00",
                "availableEndTime": _LAST_SECOND if end % _DAY == 0 else f"{_clock(end)}:00",
            }
            start = end


def slot_text(slot: Slot) -> str:
    """Return a slot as the table writes it, without its site: `fri 22:00-01:00`."""
    day, start, end = write_hours(slot.start // 60, slot.end // 60)
    return f"{day} {start}-{end}"


def _clock(second: int) -> str:
    return write_time(second % _DAY // 60)
