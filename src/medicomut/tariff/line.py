"""One line of care as plain values: reading its fields, and giving the rules the facts they need."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from medicomut.slots import SLOT_COUNT
from medicomut.tariff.book import SLOT_RULES
from medicomut.tariff.conditions import FIRST_DAY, LAST_DAY, Conditions
from medicomut.tariff.vocabulary import FACTS, WORDS

if TYPE_CHECKING:
    from medicomut.slots import Slot
    from medicomut.tariff.fee_table import FeeTable

TRUE_WORDS = ("true", "1", "yes", "oui", "ja", "y", "t")
FALSE_WORDS = ("false", "0", "no", "non", "nee", "neen", "nein", "n", "f")

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

LOWEST = {"charged_cents": 1 - CHARGE_LIMIT, "holders": 1}
"""What is less than this is not believed; for the other columns, less than nought."""

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
        setter = _SETTERS.get(name)  # other columns are the file's own
        if setter is None or value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            setter(line, name, value)
        except (ValueError, TypeError):
            line.unreadable.append(name)
    return line


def _set_word(line: Line, name: str, value: Any) -> None:
    line.words[name] = word_number(name, value)


def _set_fact(line: Line, name: str, value: Any) -> None:
    line.facts[name] = truth(value)


def _set_amount(line: Line, name: str, value: Any) -> None:
    line.amounts[name] = whole(name, value)


def _set_code(line: Line, _: str, value: Any) -> None:
    line.code = code_number(value)


def _set_date(line: Line, _: str, value: Any) -> None:
    line.date = day_of(value)


def _set_time(line: Line, _: str, value: Any) -> None:
    line.second = second_of(value)


def _set_practitioner(line: Line, _: str, value: Any) -> None:
    line.practitioner = practitioner_number(value)


def _set_text(line: Line, name: str, value: Any) -> None:
    setattr(line, name, str(value).strip())


_SETTERS: dict[str, Callable[[Line, str, Any], None]] = {
    **dict.fromkeys(WORDS, _set_word),
    **dict.fromkeys(FACTS, _set_fact),
    **dict.fromkeys(LIMITS, _set_amount),
    "code": _set_code,
    "date": _set_date,
    "time": _set_time,
    "practitioner": _set_practitioner,
    "site": _set_text,
    "patient": _set_text,
}


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
    if not LOWEST.get(column, 0) <= number < limit:
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


def code_facts(code: int, conditions: Conditions) -> Mapping[str, bool]:
    """Return what the digits of a code say: check digit, ambulatory root, visit, watched series."""
    found = conditions.codes_read.get(code)
    if found is None:
        root, check = divmod(code, 10)
        found = conditions.codes_read[code] = {
            "code_valid": root % 7 == check,  # see identifiers.check_nomenclature
            "ambulatory_code": root % 2 == 1,
            "visit_code": code in conditions.visit_codes,
            "in_series_960": str(code).zfill(6).startswith(conditions.watched_series),
        }
    return found


NOT_STATED: dict[str, Any] = {
    **dict.fromkeys(FACTS, False),
    **{f"{fact}_stated": False for fact in FACTS},
    **{f"slot_{n}_{part}": 0 for n in range(1, SLOT_COUNT + 1) for part in ("from", "to", "site")},
    "setting": 0, "third_party": 0, "second": -1, "second_of_week": -1, "time_stated": False, "site": 0,
    "charged_cents": 0, "charge_stated": False, "taxable_income_cents": 0, "income_stated": False, "holders": 1,
    "holders_stated": False, "dependants": 0, "dependants_stated": False, "fee_known": False, "fee_cents": 0,
    "fee_is_not_published": False, "fee_is_derived": False, "fee_highest_cents": 0,
    "share_is_derived": False, "share_known": False, "patient_share_cents": 0,
    "share_depends_on_file": False,
}  # fmt: skip
"""What the rules see of a line that states nothing: the rule of `docs/lines.md` for each column."""

_STATED_AS = {"charged_cents": "charge_stated", "taxable_income_cents": "income_stated"}

_HOUSEHOLD = frozenset({"taxable_income_cents", "holders", "dependants"})
_VISIT = frozenset(
    {"outside_round", "urgent", "unusual_travel", "duty_service_sufficient", "requested_by_treating_doctor"}
)
_OPEN_HOURS = frozenset({"on_duty", "open_to_public", "recalled"})
_ROOM = frozenset({"single_room_for_convenience"})


def shape_of(line: Line, slots: tuple[Slot, ...]) -> tuple[bool, ...]:
    """Say of the groups of facts that most lines leave out whether the line states one: see `absent`."""
    facts, amounts = line.facts, line.amounts
    return (
        not slots,
        _HOUSEHOLD.isdisjoint(amounts),
        _VISIT.isdisjoint(facts),
        _OPEN_HOURS.isdisjoint(facts),
        _ROOM.isdisjoint(facts),
    )


def absent(shape: tuple[bool, ...]) -> dict[str, bool | int]:
    """Return what the rules read that is known beforehand of a line of this shape."""
    no_slots, *left_out = shape
    known: dict[str, bool | int] = dict.fromkeys(SLOT_RULES, False) if no_slots else {}
    for empty, group in zip(left_out, (_HOUSEHOLD, _VISIT, _OPEN_HOURS, _ROOM), strict=True):
        if empty:
            known |= {name: NOT_STATED[name] for name in group}
            known |= dict.fromkeys((_STATED_AS.get(name) or f"{name}_stated" for name in group), False)
    return known


def _blank(conditions: Conditions) -> dict[str, Any]:
    """Return a line that states nothing."""
    if not conditions.blank:
        conditions.blank.update(NOT_STATED)
        conditions.blank.update(conditions.parameters)
    return conditions.blank.copy()


def facts_of(
    line: Line,
    conditions: Conditions,
    fees: FeeTable,
    accession: tuple[bool, int, int, tuple[Slot, ...]],
    *,
    ecg_repeated: bool = False,
) -> dict[str, Any]:
    """Return every input of the rulebook for one line.

    `accession` is (practitioner known, profession, status, slots).
    """
    values = _blank(conditions)
    values.update(line.facts)
    values.update(line.words)
    values.update(line.amounts)
    for fact in line.facts:
        values[fact + "_stated"] = True
    for amount in line.amounts:
        values[_STATED_AS.get(amount) or amount + "_stated"] = True
    values["readable"] = line.code is not None and line.date is not None
    values["ecg_repeated"] = ecg_repeated
    _day(values, line, conditions)
    _fee(values, line, fees)
    _practitioner(values, line.site, accession)
    values.update(code_facts(line.code or 0, conditions))
    return values


def _day(values: dict[str, Any], line: Line, conditions: Conditions) -> None:
    on = line.date or FIRST_DAY
    values.update(conditions.day(on).facts)
    if line.second is not None:
        values["second"] = line.second
        values["time_stated"] = True
        values["second_of_week"] = on.weekday() * 86_400 + line.second


def _fee(values: dict[str, Any], line: Line, fees: FeeTable) -> None:
    found = fees.binding(line.code, line.date) if line.code is not None and line.date is not None else None
    if found is None:
        return
    values["fee_known"] = True
    values["fee_cents"] = found.fee
    values["fee_is_not_published"] = found.status in NOT_PUBLISHED
    values["fee_is_derived"] = found.status == "derived"
    values["fee_highest_cents"] = found.highest
    values["share_is_derived"] = found.share_status == "derived"
    without_file, with_file = found.shares[2:] if values["preferential"] else found.shares[:2]
    share = with_file if values["medical_file"] else without_file
    values["share_known"] = share is not None
    values["patient_share_cents"] = share or 0
    values["share_depends_on_file"] = without_file != with_file


def _practitioner(values: dict[str, Any], site: str | None, accession: tuple[bool, int, int, tuple[Slot, ...]]) -> None:
    values["practitioner_known"], values["profession"], values["status"], slots = accession
    if site is not None:
        values["site"] = -1
    if not slots:
        return
    places = sorted({slot.site.casefold() for slot in slots if slot.site})
    numbers = {place: n for n, place in enumerate(places, start=1)}
    values["site"] = 0 if site is None else numbers.get(site.casefold(), -1)
    for n, slot in enumerate(slots, start=1):
        values[f"slot_{n}_from"] = slot.start
        values[f"slot_{n}_to"] = slot.end
        values[f"slot_{n}_site"] = numbers[slot.site.casefold()] if slot.site else 0
