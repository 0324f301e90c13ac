"""How each column of a line is written, and what somebody who wrote it otherwise probably meant."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from medicomut.tariff.line import FALSE_WORDS
from medicomut.tariff.vocabulary import FACTS, THIRD_PARTY, WORDS

_HOW = {
    "code": "six digits: 101032",
    "date": "year-month-day: 2020-02-04, from 1990 to 2079",
    "time": "hour:minute on 24 hours: 21:01",
    "practitioner": "the INAMI number: 11 digits",
    "charged_cents": "whole cents, digits only: 3000 for 30 euro",
    "taxable_income_cents": "whole cents, digits only: 3000000 for 30 000 euro",
    "holders": "a whole number below 100",
    "dependants": "a whole number below 100",
}
_NO_THIRD_PARTY = dict.fromkeys(FALSE_WORDS, THIRD_PARTY[0])
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_HOUR = re.compile(r"(\d{1,2})\s?[hHuU.:](\d{2})?")
_EURO = re.compile(r"(?:€\s?|EUR\s?)?(\d+)[.,](\d{2})(?:\s?€|\s?EUR)?")


def how_to_write(column: str, value: Any) -> str:
    """Return how to write a column, with the value as it should stand where that can be guessed."""
    if column in FACTS:
        how = "yes or no (true/false, 1/0, oui/non, ja/nee/nein)"
    elif column == "third_party":
        how = f"one of: {', '.join(WORDS[column])} (a yes or a no is not read: a yes does not say which)"
    elif column in WORDS:
        how = f"one of: {', '.join(WORDS[column])}"
    else:
        how = _HOW[column]
    text = str(value).strip()
    meant = _NO_THIRD_PARTY.get(text.lower()) if column == "third_party" else _meant(column, text)
    return f"write {how}" + (f"; here probably {meant}" if meant else "")


def _meant(column: str, text: str) -> str | None:
    if column == "date" and (found := _DAY.fullmatch(text)):
        try:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        except ValueError:
            return None
    if column == "time" and (found := _HOUR.fullmatch(text)) and int(found[1]) < 24 and int(found[2] or 0) < 60:
        return f"{found[1].zfill(2)}:{found[2] or '00'}"
    if column.endswith("_cents") and (found := _EURO.fullmatch(text)):
        if text.endswith(".00") and text[0].isdecimal():
            return None  # 3000.00 without a sign: thirty euro in cents as a program writes them, or 3000 euro?
        return (found[1] + found[2]).lstrip("0") or "0"
    return None
