"""An agreement as plain values, for JSON and CSV.

Everything the data hold, exact, in the notation it is written in.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from functools import singledispatch
from typing import Any

from medicomut.agreement.expressions import Expression
from medicomut.agreement.figures import write_figure
from medicomut.agreement.model import Agreement, Ambiguity, Clause, Heading, Parameter, Value, cited_in
from medicomut.agreement.tables import Commitment, IndexTable, RateGroup
from medicomut.agreement.text import Interval, Spot, Text

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
# A cell that begins so is run as a formula by spreadsheet programs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(unit: str, value: Value) -> Any:
    """Return a value as the data write it: whole numbers as they are, decimals and times as text."""
    return _WRITTEN[unit](value) if unit in _WRITTEN else value


def _euros(cents: Any) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "eur": _euros,
    "meur": write_figure,
    "million": write_figure,
    "percent": lambda value: write_figure(value * 100),
    "ratio": lambda value: f"{value.numerator}/{value.denominator}",
    "time": lambda value: f"{value // 60:02}:{value % 60:02}",
    "date": date.isoformat,
    "codes": list,
}


def heading_to_dict(heading: Heading) -> dict[str, Any]:
    """Return the cover sheet of an agreement."""
    return _plain_fields(heading)


def clause_to_dict(clause: Clause) -> dict[str, Any]:
    """Return a clause; ``references`` holds each clause it names once, ``errata`` the known faults of its print."""
    plain = _plain_fields(clause)
    return plain | {"references": plain.pop("named")}


def ambiguity_to_dict(ambiguity: Ambiguity, owner: str) -> dict[str, Any]:
    """Return an ambiguity: the question, the readings, the one we take and why; clauses in full."""
    cited = {"cites": list(cited_in(owner, ambiguity.cites)), "affects": list(cited_in(owner, ambiguity.affects))}
    return _plain_fields(ambiguity) | cited


def commitment_to_dict(commitment: Commitment, owner: str) -> dict[str, Any]:
    """Return a promise: actor, wording, the day it is due, its clause in full."""
    return _plain_fields(commitment) | {"clause": cited_in(owner, [commitment.clause])[0]}


def parameter_to_dict(parameter: Parameter, owner: str = "") -> dict[str, Any]:
    """Return a parameter with its values as written.

    Its clauses in full (``be/amm/2020#14.4``) when owned.
    """
    values = [_interval(dated.interval) | {"value": written(parameter.unit, dated.value)} for dated in parameter.values]
    return _plain_fields(parameter) | {"values": values, "cites": list(cited_in(owner, parameter.cites))}


def to_dict(agreement: Agreement) -> dict[str, Any]:
    """Return everything in an agreement as plain values."""
    parts = {
        field.name: _plain(getattr(agreement, field.name)) for field in fields(agreement) if field.name != "heading"
    }
    return heading_to_dict(agreement.heading) | parts


def to_rows(agreement: Agreement) -> Iterator[tuple[str, str, str, str]]:
    """Yield ``(record, id, field, value)``, one row a value: the content of :func:`to_dict` in long form."""
    for part, content in to_dict(agreement).items():
        if isinstance(content, list) and content and isinstance(content[0], dict):
            for number, record in enumerate(content, start=1):
                name = record.get("id") or record.get("number") or str(number)
                yield from ((part, name, field, value) for field, value in _flat(record))
        else:
            yield from ((part, agreement.id, field, value) for field, value in _flat(content))


def as_csv(agreement: Agreement) -> str:
    """Return the rows of :func:`to_rows` as CSV with a header, for a spreadsheet or a program."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("record", "id", "field", "value"))
    writer.writerows(to_rows(agreement))
    return text.getvalue()


def _flat(content: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _flat(value, f"{path}.{key}" if path else key)
    elif isinstance(content, list):
        for number, value in enumerate(content, start=1):
            yield from _flat(value, f"{path}.{number}" if path else str(number))
    elif content is not None:
        yield path, _cell(str(content))


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


@singledispatch
def _plain(value: Any) -> Any:
    """Return a value of the model as JSON knows it."""
    return _plain_fields(value) if is_dataclass(value) else value


_plain.register(Text, Text.to_dict)
_plain.register(Expression, lambda value: value.text)
_plain.register(Fraction, write_figure)
_plain.register(date, date.isoformat)
_plain.register(tuple, lambda value: [_plain(child) for child in value])
_plain.register(Mapping, lambda value: {key: _plain(child) for key, child in value.items()})
_plain.register(Parameter, parameter_to_dict)
_plain.register(Clause, clause_to_dict)
_plain.register(IndexTable, lambda value: _plain_fields(value) | {"mass": _percent(value.mass)})


@_plain.register
def _(value: RateGroup) -> dict[str, Any]:
    rates = {"rate": _percent(value.rate), "annex_rate": _percent(value.annex_rate)}
    return _plain_fields(value) | rates


@_plain.register
def _interval(value: Interval) -> dict[str, str]:
    return {"from": value.start.isoformat(), "to": value.end.isoformat() if value.end else "open"}


def _plain_fields(record: Any) -> dict[str, Any]:
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {name: _plain(value) for name, value in values.items() if not isinstance(value, Spot)}


def _percent(rate: Fraction | None) -> str | None:
    return None if rate is None else write_figure(rate * 100)
