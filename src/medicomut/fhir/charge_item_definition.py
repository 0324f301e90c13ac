"""The fee of a code in an interval of days, as a ChargeItemDefinition with its split for four kinds of patient."""

from __future__ import annotations

from datetime import date
from typing import Final

from medicomut.errors import Place, Problem
from medicomut.fhir.exact import Resource, money
from medicomut.fhir.names import CANONICAL, NOMENCLATURE
from medicomut.fhir.search import day_asked, read_one, refused, searchset
from medicomut.tariff.fee_table import Binding, FeeTable
from medicomut.tariff.line import NOT_PUBLISHED, code_number

KINDS: Final = (
    "no preferential regime, no global medical file",
    "no preferential regime, global medical file",
    "preferential regime, no global medical file",
    "preferential regime, global medical file",
)
"""The kinds of patient, in the order of `Binding.shares`."""


def search_charge_item_definitions(fees: FeeTable, code: str | None, on: str | None = None) -> Resource:
    """Return the fees of a code: the one that binds on a day, or all of them in their order, as a searchset.

    `code` is `102010` or `system|102010`. An OperationOutcome where a parameter cannot be read: `missing_code`,
    `bad_code`, `bad_date`.
    """
    problems: list[Problem] = []
    number, day = _code_asked(code, problems), day_asked(on, problems)
    if problems or number is None:
        return refused(*problems)
    found = [row for row in fees.rows if row.code == number and (day is None or row.valid_from <= day <= row.valid_to)]
    return searchset(map(_definition, found))


def read_charge_item_definition(fees: FeeTable, identifier: str) -> Resource:
    """Return ChargeItemDefinition/CODE-FIRSTDAY, or an OperationOutcome `not_found`."""
    code, _, first = identifier.partition("-")
    try:
        row = fees.binding(code_number(code), date.fromisoformat(first))
    except ValueError:
        row = None
    found = _definition(row) if row is not None and definition_id(row) == identifier else None
    return read_one(found, "ChargeItemDefinition", identifier)


def definition_id(row: Binding) -> str:
    """Return the identifier of a fee: its code and its first day."""
    return f"{row.code:06}-{row.valid_from}"


def _code_asked(text: str | None, problems: list[Problem]) -> int | None:
    where, mend = Place(field="code"), "write it as six digits, such as 101032"
    if not text:
        problems.append(Problem("missing_code", "no code is asked for", where, mend=mend))
        return None
    system, _, value = text.rpartition("|")
    try:
        number = code_number(value)
    except ValueError:
        number = None
    if number is None or system not in ("", NOMENCLATURE):
        problems.append(Problem("bad_code", f"{text[:120]!r} is no code of the nomenclature", where, mend=mend))
        return None
    return number


def _definition(row: Binding) -> Resource:
    """A fee that no published table states is a draft; a share that is not known is left out."""
    doubtful = row.status in NOT_PUBLISHED
    groups = [{"priceComponent": [_component("base", "fee", row.fee)]}]
    for kind, share in zip(KINDS, row.shares, strict=True):
        if share is not None:
            parts = [_component("informational", "reimbursement", row.fee - share)]
            parts.append(_component("informational", "patient-share", share))
            groups.append({"applicability": [{"description": kind}], "priceComponent": parts})
    identifier = definition_id(row)
    return {
        "resourceType": "ChargeItemDefinition",
        "id": identifier,
        "url": f"{CANONICAL}/ChargeItemDefinition/{identifier}",
        "status": "draft" if doubtful else "active",
        "experimental": doubtful,
        "effectivePeriod": {"start": str(row.valid_from), "end": str(row.valid_to)},
        "code": {"coding": [{"system": NOMENCLATURE, "code": f"{row.code:06}"}]},
        "propertyGroup": groups,
    }


def _component(kind: str, name: str, cents: int) -> Resource:
    code = {"coding": [{"system": f"{CANONICAL}/CodeSystem/amount", "code": name}]}
    return {"type": kind, "code": code, "amount": money(cents)}
