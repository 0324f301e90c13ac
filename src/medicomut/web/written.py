"""Values as their reader writes them: amounts, figures, days, units, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from medicomut import words
from medicomut.agreement.exporting import written
from medicomut.agreement.figures import MONTHS, format_date
from medicomut.agreement.statement_names import printed_number
from medicomut.money import Lang, format_eur, format_number
from medicomut.tariff import line
from medicomut.tariff.vocabulary import BASES, FACTS, VERDICTS, WORDS
from medicomut.web.languages import bound, translations

if TYPE_CHECKING:
    from medicomut.agreement.model import Value
    from medicomut.agreement.text import Interval

_NO_BREAK = "\u00a0"
_AS_WRITTEN = ("time", "ratio", "year", "codes")
_MOST_DECIMALS = 4


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a string translated later
    """Mark a string for the catalogues where it stands; it is translated where it is shown."""
    return text


UNITS = {
    "keur": N_("thousand euro"),
    "meur": N_("million euro"),
    "million": N_("million"),
    "hours": N_("hours"),
    "days": N_("days"),
    "months": N_("months"),
    "years": N_("years"),
}
UNITS_OF_ONE = {
    "hours": N_("hour"),
    "days": N_("day"),
    "months": N_("month"),
    "years": N_("year"),
}
"""How a unit is called of which there is exactly one."""

BADGES = {
    "printed": N_("printed"),
    "computed": N_("computed"),
    "complete": N_("complete"),
    "partial": N_("partial"),
    "stated": N_("stated in the text"),
    "verified": N_("checked elsewhere"),
    "published": N_("published"),
    "derived": N_("derived"),
    "unverified": N_("not verified"),
    "example": N_("example"),
    "synthetic": N_("made up"),
    "contradiction": N_("contradiction"),
    "erratum": N_("erratum"),
    "missing": N_("missing"),
    "fault": N_("fault"),
}
"""How sure a figure is, and what a verification finds: the words on the badges."""

NOTATIONS = {
    "iso": N_("year-month-day"),
    "day_first": N_("day/month/year"),
    "month_first": N_("month/day/year"),
    "year_first": N_("year, month, day"),
    "cents": N_("whole cents"),
    "euro_comma": N_("euro, decimal comma"),
    "euro_point": N_("euro, decimal point"),
}
"""How days and amounts are written in somebody's file, see `engines/notation.py`."""

JOB_STATES = {
    "draft": N_("columns to be named"),
    "queued": N_("waiting"),
    "running": N_("being checked"),
    "done": N_("checked"),
    "failed": N_("stopped"),
    "cancelled": N_("given up"),
}
"""How a job stands, as a badge says it."""

ROLES = {
    "practitioner": N_("practitioner"),
    "software": N_("software"),
    "insurer": N_("sickness fund"),
    "secretariat": N_("secretariat"),
    "auditor": N_("auditor"),
}
ROLE_OPENS = {
    "practitioner": N_("One's own declarations with their history, and files of lines."),
    "software": N_("Files of lines, sent by a program."),
    "insurer": N_("Files of lines."),
    "secretariat": N_(
        "The register, declarations, disputes, accounts, tokens and the audit trail, and files of lines."
    ),
    "auditor": N_("The audit trail."),
}
"""What a role opens beside what is public, see `identity/roles.py`."""

ENTRY_STATES = {
    "new": N_("one-time password not used yet"),
    "expired": N_("expired"),
    "locked": N_("waiting after failures"),
    "open": N_("open"),
    "disabled": N_("closed"),
    "good": N_("good"),
    "revoked": N_("revoked"),
}
"""How an account or a token stands."""

DONE = {
    "read": N_("read"),
    "vread": N_("read"),
    "search": N_("searched"),
    "create": N_("made"),
    "update": N_("changed"),
    "patch": N_("changed"),
    "delete": N_("deleted"),
    "operation": N_("carried out"),
    "success": N_("done"),
    "minor failure": N_("refused"),
    "serious failure": N_("failed"),
    "major failure": N_("failed badly"),
}
"""What the audit trail says was done, and how it ended."""

BOUNDS = {"at_least": "≥", "at_most": "≤", "exceeds": ">", "before_or_on": "≤", "after": ">", "about": "≈"}


def amount(cents: int | None, lang: Lang) -> str:
    """Write integer cents as euro; what is not known says so."""
    return translations(lang).gettext(N_("not known")) if cents is None else format_eur(cents, lang)


def cents_or_text(value: object, lang: Lang) -> str:
    """Write what a line says it charged: whole cents as euro, anything else as it stands there."""
    text = "" if value is None else str(value).strip()
    return format_eur(int(text), lang) if text.isascii() and text.isdigit() else text


def as_read(value: str, kind: str, lang: Lang) -> str:
    """Write what was made of a value of a file: a day, or cents as euro; `kind` is one of `engines/notation.py`."""
    return day(date.fromisoformat(value), lang) if kind == "days" else format_eur(int(value), lang)


def stated(value: object, column: str, lang: Lang) -> str:
    """Write what a line states in a column of ours: words in the reader's; what cannot be read as it stands there."""
    try:
        if column in FACTS:
            return step(line.truth(value), "", lang)
        if column in WORDS:
            return words.label("values", WORDS[column][line.word_number(column, value) - 1], lang)
        if column == "date":
            return day(line.day_of(value), lang)
        if column == "time":
            return clock(line.second_of(value))
    except ValueError:
        return str(value)
    return cents_or_text(value, lang) if column.endswith("_cents") else str(value)


def clock(seconds: int) -> str:
    """Write seconds after midnight as `21:01`, or `21:01:30` where the minute is not whole."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}" + (f":{seconds % 60:02}" if seconds % 60 else "")


def day(value: date, lang: Lang) -> str:
    """Write a day in words, its parts kept on one line."""
    return format_date(value, lang).replace(" ", _NO_BREAK)


def moment(value: str | int, lang: Lang) -> str:
    """Write an instant, ISO 8601 or seconds since 1970, as day, hour and minute of UTC."""
    known = datetime.fromtimestamp(value, UTC) if isinstance(value, int) else datetime.fromisoformat(value)
    return f"{day(known.astimezone(UTC).date(), lang)}, {known.astimezone(UTC):%H:%M}{_NO_BREAK}UTC"


def days(interval: Interval, lang: Lang) -> str:
    """Write an interval of days, first and last included."""
    end = translations(lang).gettext(N_("no known end")) if interval.end is None else day(interval.end, lang)
    return f"{day(interval.start, lang)} – {end}"


def number(value: Fraction | int, lang: Lang, least: int = 0) -> str:
    """Write an exact number with the decimals it has, at least so many and at most four."""
    decimals = least
    while (Fraction(value) * 10**decimals).denominator != 1 and decimals < _MOST_DECIMALS:
        decimals += 1
    return format_number(value, lang, decimals)


def percent(rate: Fraction, lang: Lang, least: int = 0) -> str:
    """Write a fraction as a percentage: 39/2000 is 1.95%; in a column each has at least as many decimals."""
    return _with_unit(rate * 100, "percent", lang, least)


def value(unit: str, found: Value, lang: Lang) -> str:
    """Write a parameter's value with its unit: `5 037,70 €`, `1,95 %`, `31 mars 2020`, `21:00`."""
    if isinstance(found, date):
        return day(found, lang)
    if unit in _AS_WRITTEN:
        plain = written(unit, found)
        return ", ".join(plain) if isinstance(plain, list) else str(plain)
    if isinstance(found, str):  # a month, 2021-02
        return f"{MONTHS[lang][int(found[5:]) - 1]} {found[:4]}"
    if unit == "eur" and isinstance(found, int):
        return format_eur(found, lang)
    return _with_unit(printed_number(unit, found), unit, lang)


def figure(text: str | None, unit: str | None, lang: Lang) -> str:
    """Write a figure of a finding, plain notation, with its unit; words stay as they are."""
    if text is None:
        return ""
    try:
        exact = Fraction(text)
    except ValueError:
        return text
    if unit in {None, "year"} or "/" in text:
        return text
    if unit == "eur" and (exact * 100).denominator == 1:
        return format_eur(int(exact * 100), lang)
    return _with_unit(exact, unit, lang)


def spoken(say: Callable[..., str], lang: Lang) -> Callable[..., str]:
    """Return the words of a room as a page of a language says them: `say` takes a key, the language and values."""
    return lambda key, **given: bound(say(key, lang, **given), lang)


def step(found: bool | int, name: str, lang: Lang) -> str:
    """Write the value of a step of an explanation; `name` is that of its rule."""
    if isinstance(found, bool):
        return translations(lang).gettext(N_("yes") if found else N_("no"))
    if name.endswith("_cents") or name == "income_ceiling":
        return format_eur(found, lang)
    if name == "basis":
        return words.label("bases", BASES[found][0], lang)
    if name == "verdict":
        return words.label("verdicts", VERDICTS[found], lang)
    return str(found)


def plainly(reason: str, lang: Lang) -> str:
    """Write a reason for somebody who has no tables: without the sentence on what to state or to add in them."""
    text = words.says("reasons", reason, lang)
    return text.rpartition(". ")[0] + "." if reason.endswith(("_not_stated", "_not_known")) and ". " in text else text


def _with_unit(exact: Fraction, unit: str | None, lang: Lang, least: int = 0) -> str:
    shown = number(exact, lang, least)
    if unit == "percent":
        return f"{shown}%" if lang == "en" else f"{shown}{_NO_BREAK}%"
    name = (UNITS | UNITS_OF_ONE if exact == 1 else UNITS).get(unit or "")
    return f"{shown}{_NO_BREAK}{translations(lang).gettext(name)}" if name else shown
