"""Searches and reads: their parameters, and their answers as a searchset, a resource or an OperationOutcome."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from medicomut.errors import Place, Problem
from medicomut.fhir.exact import Resource, clean
from medicomut.fhir.names import CANONICAL
from medicomut.fhir.outcome import operation_outcome
from medicomut.tariff.line import day_of


def searchset(found: Iterable[Resource], included: Iterable[Resource] = ()) -> Resource:
    """Return the resources found, and those they refer to, as a Bundle; `total` counts the former alone."""
    entries = [_entry(resource, "match") for resource in found]
    total = len(entries)
    entries += [_entry(resource, "include") for resource in included]
    return {"resourceType": "Bundle", "type": "searchset", "total": total, **({"entry": entries} if entries else {})}


def _entry(resource: Resource, mode: str) -> Resource:
    address = f"{CANONICAL}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": address, "resource": resource, "search": {"mode": mode}}


def read_one(found: Resource | None, kind: str, identifier: str) -> Resource:
    """Return a resource that was read, or an OperationOutcome `not_found`."""
    if found is not None:
        return found
    what = f"there is no {kind}/{clean(identifier) or ''}"
    return refused(Problem("not_found", what, Place(field=kind), mend="search for it"))


def refused(*problems: Problem) -> Resource:
    """Return the faults of a search as an OperationOutcome; their places are names of parameters."""
    return operation_outcome(problems)


def day_asked(text: str | None, problems: list[Problem]) -> date | None:
    """Read a `date=` parameter, `2020-03-31` or `eq2020-03-31`; None for none, or with a fault `bad_date`."""
    if text is None:
        return None
    try:
        return day_of(text.removeprefix("eq"))
    except ValueError:
        what = f"{text[:40]!r} is not a day one can ask for"
        problems.append(Problem("bad_date", what, Place(field="date"), mend="write it as 2020-03-31"))
        return None
