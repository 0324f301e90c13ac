"""JSON without binary fractions: amounts go in and out as the decimals that are written.

A resource is a plain dict. Its numbers are `int` or `Decimal`, never `float`: 22.22 euro is read as 22.22 and
written as 22.22, and 25 euro as 25.00.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Final

import msgspec

from medicomut.errors import Place, Problem, Problems
from medicomut.fhir.elements import Refused, no_key_twice, no_number

Resource = dict[str, Any]
"""A FHIR resource as plain values."""

LONGEST: Final = 1000
"""No text of a request is repeated in an answer beyond this many characters."""

_SHORT_NUMBER, _LONG_NUMBER, _LONG_EXPONENT = 18, 60, 2
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_NOT_TEXT = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")


def read_json(body: bytes | str) -> Resource:
    """Read the body of a request as a resource; numbers with decimals become `Decimal`.

    Raises `Problems`: `not_utf8`, `bad_json` (with line and column), `repeated_key`, `too_deep`, `number_too_long`.
    """
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        document = json.loads(
            text, parse_float=_decimal, parse_int=_whole, parse_constant=no_number, object_pairs_hook=no_key_twice
        )
    except UnicodeDecodeError as fault:
        problem = Problem("not_utf8", f"byte {fault.start} is no UTF-8", mend="send it as UTF-8")
    except json.JSONDecodeError as fault:
        where = Place(line=fault.lineno, column=fault.colno)
        problem = Problem("bad_json", fault.msg, where, mend="send the whole document again")
    except Refused as fault:
        problem = Problem(fault.code, str(fault), mend=fault.mend)
    except RecursionError:
        problem = Problem("too_deep", "elements are nested without end", mend="give a FHIR resource")
    else:
        if isinstance(document, dict):
            return document
        problem = Problem("bad_json", "the document is not an object", mend="give one FHIR resource")
    raise Problems([problem])


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _SHORT_NUMBER else _decimal(digits)


def _decimal(text: str) -> Decimal:
    """Read a number that can be reckoned with: `1e999999` is seven characters, and a million digits once it is."""
    exponent = text.lower().partition("e")[2].lstrip("+-0")
    if len(text) > _LONG_NUMBER or len(exponent) > _LONG_EXPONENT:
        mend = "write it in plain notation, with 18 digits at most"
        raise Refused("number_too_long", f"the number {text[:20]}… has no end", mend)
    return Decimal(text)


def write_json(resource: Resource) -> bytes:
    """Return a resource as JSON in UTF-8; a `Decimal` is written as a number with its own decimals."""
    return _ENCODER.encode(resource)


def money(cents: int) -> Resource:
    """Return integer cents as a Money of FHIR, in euro with two decimals."""
    return {"value": Decimal(cents).scaleb(-2), "currency": "EUR"}


def clean(text: str | None) -> str | None:
    """Return text of a request as it may stand in an answer; None where nothing is left.

    Control characters and half surrogates, which no FHIR string may hold, are replaced; the rest is cut short.
    """
    return (_NOT_TEXT.sub("\ufffd", text).strip()[:LONGEST].strip() or None) if text else None


def clean_uri(text: str | None) -> str | None:
    """Return an address of a request, or None where it holds a space or nothing."""
    found = clean(text)
    return found if found and re.fullmatch(r"\S+", found) else None
