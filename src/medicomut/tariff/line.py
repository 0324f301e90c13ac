"""One line of care as plain values: reading its fields, and giving the rules the facts they need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from medicomut.tariff.book import SLOT_COUNT
from medicomut.tariff.conditions import FIRST_DAY, LAST_DAY, Conditions
from medicomut.tariff.vocabulary import FACTS, WORDS

if TYPE_CHECKING:
    from medicomut.tariff.fee_table import FeeTable
    from medicomut.tariff.practitioners import Slot

TRUE_WORDS = ("true", "1", "yes", "oui", "ja", "y", "t")
FALSE_WORDS = ("false", "0", "no", "non", "nee", "nein", "n", "f")

AMOUNT_LIMIT = 1_000_000_000_000
"""No amount of cents at or beyond this is believed (ten thousand million euro)."""

CHARGE_LIMIT = 1_000_000_000
"""No single charge at or beyond this is believed (ten million euro)."""

NOT_PUBLISHED = ("example", "unverified", "synthetic")
"""The statuses of fees that no table one can rely on states."""

LIMITS = {
    "charged_cents": CHARGE_LIMIT,
    "taxable_income_cents": AMOUNT_LIMIT,
    "holders": 100,
    "dependants": 100,
}

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_CODE = re.compile(r"[0-9]{6}")
_PRACTITIONER = re.compile(r"[0-9]{1,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PUNCTUATION = re.compile(r"[\s./-]")


@dataclass(slots=True)
class Line:
    """A line read: what it states, and the columns that could not be read."""

    code: int | None = None
    date: date | None = None
    second: int | None = None
    practitioner: int | None = None
    site: str | None = None
    patient: str | None = None
    words: dict[str, int] = field(default_factory=dict)
    facts: dict[str, bool] = field(default_factory=dict)
    amounts: dict[str, int] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)


def read_line(fields: Mapping[str, Any]) -> Line:
    """Read the fields of a line, named and written as `docs/lines.md` says; text or typed values.

    An empty or absent field is not stated. A field that cannot be read is named in `unreadable` and then
    treated as not stated; nothing raises.
    """
    line = Line()
    for name, value in fields.items():
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            _set(line, name, value)
        except (ValueError, TypeError):
            line.unreadable.append(name)
    return line


def _set(line: Line, name: str, value: Any) -> None:
    if name in WORDS:
        line.words[name] = word_number(name, value)
    elif name in FACTS:
        line.facts[name] = truth(value)
    elif name in LIMITS:
        line.amounts[name] = whole(name, value)
    elif name == "code":
        line.code = code_number(value)
    elif name == "date":
        line.date = day_of(value)
    elif name == "time":
        line.second = second_of(value)
    elif name == "practitioner":
        line.practitioner = practitioner_number(value)
    elif name in ("site", "patient"):
        setattr(line, name, str(value).strip())


def word_number(column: str, value: Any) -> int:
    """Return the number of a word of the column; raises `ValueError` when it is none of them."""
    return WORDS[column].index(str(value).strip().lower()) + 1


def truth(value: Any) -> bool:
    """Read a yes or a no (true/false, 1/0, yes/no in four languages); raises `ValueError`."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in TRUE_WORDS:
        return True
    if text in FALSE_WORDS:
        return False
    raise ValueError(text)


def whole(column: str, value: Any) -> int:
    """Read a whole number within the limit of its column; only a charge may be negative. Raises `ValueError`."""
    text = str(value).strip()
    if isinstance(value, bool) or not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number, limit = int(text), LIMITS[column]
    if not (-limit < number < limit) or (number < 0 and column != "charged_cents"):
        raise ValueError(text)
    return number


def code_number(value: Any) -> int:
    """Read a code of six digits; raises `ValueError`."""
    text = str(value).strip()
    if not _CODE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def practitioner_number(value: Any) -> int:
    """Read a practitioner's number, with or without its usual punctuation; raises `ValueError`."""
    text = _PUNCTUATION.sub("", str(value))
    if not _PRACTITIONER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def day_of(value: Any) -> date:
    """Read a day written 2020-03-31 that a line may carry; raises `ValueError`."""
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    else:
        text = str(value).strip()
        if not _DATE.fullmatch(text):
            raise ValueError(text)
        found = date.fromisoformat(text)
    if not FIRST_DAY <= found <= LAST_DAY:
        raise ValueError(str(value))
    return found


def second_of(value: Any) -> int:
    """Read a time written 21:01 or 21:01:30 as seconds after midnight; raises `ValueError`."""
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    found = _TIME.fullmatch(str(value).strip())
    if not found:
        raise ValueError(str(value))
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)


def code_facts(code: int, conditions: Conditions) -> dict[str, bool]:
    """Return what the digits of a code say: check digit, ambulatory root, watched series."""
    root, check = divmod(code, 10)
    return {
        "code_valid": root % 7 == check,  # see identifiers.check_nomenclature
        "ambulatory_code": root % 2 == 1,
        "visit_code": code in conditions.visit_codes,
        "in_series_960": str(code).zfill(6).startswith(conditions.watched_series),
    }


def facts_of(
    line: Line,
    conditions: Conditions,
    fees: FeeTable,
    accession: tuple[bool, int, int, tuple[Slot, ...]],
    *,
    ecg_repeated: bool = False,
) -> dict[str, Any]:
    """Return every input of the rulebook for one line.

    `accession` is (practitioner known, profession, status, slots). What is not stated becomes false, zero or one
    holder, and its `…_stated` false: the rule of `docs/lines.md`.
    """
    readable = line.code is not None and line.date is not None
    values: dict[str, Any] = dict(conditions.parameters)
    for fact in FACTS:
        values[fact] = line.facts.get(fact, False)
        values[fact + "_stated"] = fact in line.facts
    values["readable"] = readable
    values["ecg_repeated"] = ecg_repeated
    values["setting"] = line.words.get("setting", 0)
    values["third_party"] = line.words.get("third_party", 0)
    values["second"] = -1 if line.second is None else line.second
    values["time_stated"] = line.second is not None
    _amounts(values, line)
    _day(values, line, conditions)
    _fee(values, line, fees)
    _practitioner(values, line.site, accession)
    values.update(code_facts(line.code or 0, conditions))
    return values


def _amounts(values: dict[str, Any], line: Line) -> None:
    stated = line.amounts
    values["charged_cents"] = stated.get("charged_cents", 0)
    values["charge_stated"] = "charged_cents" in stated
    values["taxable_income_cents"] = stated.get("taxable_income_cents", 0)
    values["income_stated"] = "taxable_income_cents" in stated
    values["holders"] = stated.get("holders", 1)
    values["holders_stated"] = "holders" in stated
    values["dependants"] = stated.get("dependants", 0)
    values["dependants_stated"] = "dependants" in stated


def _day(values: dict[str, Any], line: Line, conditions: Conditions) -> None:
    day = conditions.day(line.date or FIRST_DAY)
    values["agreement_exists"] = day.agreement_exists
    values["conditions_known"] = day.conditions_known
    values["day_off"] = day.day_off
    values["shared_room_law"] = day.shared_room_law
    values["preferential_ban"] = day.preferential_ban
    values["preferential_kind_open"] = day.preferential_kind_open
    weekday = (line.date or FIRST_DAY).weekday()
    values["second_of_week"] = -1 if line.second is None else weekday * 86_400 + line.second


def _fee(values: dict[str, Any], line: Line, fees: FeeTable) -> None:
    found = fees.binding(line.code, line.date) if line.code is not None and line.date is not None else None
    shares = found.shares if found else (None,) * 4
    share = shares[2 * values["preferential"] + values["medical_file"]]
    values["fee_known"] = found is not None
    values["fee_cents"] = found.fee if found else 0
    values["fee_is_not_published"] = found is not None and found.status in NOT_PUBLISHED
    values["fee_is_derived"] = found is not None and found.status == "derived"
    values["share_known"] = share is not None
    values["patient_share_cents"] = share or 0
    offset = 2 * values["preferential"]
    values["share_depends_on_file"] = shares[offset] != shares[offset + 1]


def _practitioner(values: dict[str, Any], site: str | None, accession: tuple[bool, int, int, tuple[Slot, ...]]) -> None:
    known, profession, status, slots = accession
    values["practitioner_known"] = known
    values["profession"], values["status"] = profession, status
    places = {slot.site for slot in slots if slot.site}
    numbers = {place: n for n, place in enumerate(sorted(places), start=1)}
    values["site"] = 0 if site is None else numbers.get(site, -1)
    for n in range(SLOT_COUNT):
        slot = slots[n] if n < len(slots) else None
        values[f"slot_{n + 1}_from"] = slot.start if slot else 0
        values[f"slot_{n + 1}_to"] = slot.end if slot else 0
        values[f"slot_{n + 1}_site"] = numbers.get(slot.site, 0) if slot and slot.site else 0
