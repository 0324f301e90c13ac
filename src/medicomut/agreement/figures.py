"""The figures a sentence states, read the same from French, Dutch, German and English.

The summary of a clause is written in four languages; whatever the grammar, each must state the same figures,
and a parameter's value must be among those of a clause it cites. A figure is written here in one notation:
``5037.7``, ``1.95%``, ``3/4``, ``21:00``, ``2020-03-31``, ``2021-02``, ``--12-31`` (a day of any year).
"""

import re
from datetime import date
from fractions import Fraction

MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "nl": [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "de": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
# The separator of thousands and the decimal mark of each language; spaces of any kind are read as one in
# French.
_MARKS = {"fr": ("[ ]", ","), "nl": (r"\.", ","), "de": (r"\.", ","), "en": (",", r"\.")}
# Numbers of clauses, such as 14.2.3.4. In English a single point could as well be the decimal mark of 14.4:
# the figure is then written the same.
_SECTION = r"\d+(?:\.\d{1,2})+"
_SECTIONS = {"fr": _SECTION, "nl": _SECTION, "de": _SECTION, "en": r"\d+(?:\.\d{1,2}){2,}"}
_SPACES = re.compile("[\u00a0\u202f\\s]+")


def format_date(day: date, language: str) -> str:
    """Return a day in words: ``31 mars 2020``, ``31 maart 2020``, ``31. März 2020``, ``31 March 2020``."""
    ordinal = {"fr": "er" if day.day == 1 else "", "de": "."}.get(language, "")
    return f"{day.day}{ordinal} {MONTHS[language][day.month - 1]} {day.year}"


def _pattern(language: str) -> re.Pattern[str]:
    thousands, mark = _MARKS[language]
    months = "|".join(MONTHS[language])
    return re.compile(
        rf"""(?<![\w])(?:
          (?P<day>\d{{1,2}})(?:er|\.)?[ ](?P<month>{months})(?:[ ](?P<year>\d{{4}}))?(?!\w)
        | (?P<alone>{months})[ ](?P<its_year>\d{{4}})(?!\d)
        | (?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?!\d)
        | (?P<above>\d+)/(?P<below>\d+)(?![\d/])
        | (?P<section>{_SECTIONS[language]}(?![\d]))
        | (?P<whole>\d{{1,3}}(?:{thousands}\d{{3}})+(?!\d)|\d+)(?:{mark}(?P<decimals>\d+))?(?P<percent>[ ]?%)?
        )""",
        re.VERBOSE,
    )


_PATTERNS = {language: _pattern(language) for language in MONTHS}


def figures(text: str, language: str) -> list[str]:
    """Every figure of ``text``, in order, in the notation of this module."""
    return [_figure(match, language) for match in _PATTERNS[language].finditer(_SPACES.sub(" ", text))]


def _figure(match: re.Match[str], language: str) -> str:
    found = match.groupdict()
    if found["month"]:
        month = MONTHS[language].index(found["month"]) + 1
        return f"{found['year'] or '-'}-{month:02}-{int(found['day']):02}"
    if found["alone"]:
        return f"{found['its_year']}-{MONTHS[language].index(found['alone']) + 1:02}"
    if found["hour"]:
        return f"{int(found['hour']):02}:{found['minute']}"
    if found["section"]:
        return found["section"]
    if found["above"]:
        return f"{found['above']}/{found['below']}"
    whole = re.sub(r"\D", "", found["whole"])
    decimals = (found["decimals"] or "").rstrip("0")
    number = str(int(whole)) + (f".{decimals}" if decimals else "")
    return number + ("%" if found["percent"] else "")


def write_figure(value: Fraction | int) -> str:
    """Return an exact number in the notation of this module.

    A fraction without finite decimals as ``5/6``.
    """
    exact = Fraction(value)
    rest = exact.denominator
    places = 0
    while (10**places) % rest and places < 12:
        places += 1
    if (10**places) % rest:
        return f"{exact.numerator}/{exact.denominator}"
    scaled = exact.numerator * 10**places // rest
    digits = str(abs(scaled)).zfill(places + 1)
    number = digits[: len(digits) - places] + (("." + digits[-places:]) if places else "")
    return ("-" if scaled < 0 else "") + number
