"""From data files to clauses, parameters and readings.

The keys each file must have, and what they may hold.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, TypeVar

from medicomut import money
from medicomut.agreement.model import (
    Actor,
    Ambiguity,
    Approval,
    Clause,
    Counts,
    Dated,
    Heading,
    Origin,
    Parameter,
    Publication,
    Source,
    Value,
)
from medicomut.agreement.records import Record
from medicomut.agreement.text import Spot, Text
from medicomut.agreement.yaml_lines import Faults, Item
from medicomut.calendar import minute_of_day
from medicomut.errors import Problem, Problems

T = TypeVar("T")

KINDS = (
    *(
        "context",
        "principle",
        "means",
        "indexation",
        "revaluation",
        "nomenclature",
        "organisation",
        "quality",
    ),
    *("premium", "tariff_security", "trainees", "support", "benefit", "correction", "follow_up", "condition"),
    *("dispute", "term", "denunciation", "formality", "heading"),
)
SOURCE_TYPES = (
    "law",
    "royal_decree",
    "agreement",
    "report",
    "plan",
    "note",
    "contract",
    "nomenclature",
    "press",
)
BOUNDS = ["at_least", "at_most", "exceeds", "before_or_on", "after", "about"]
CODE_LENGTH = 6
BETWEEN = " – "
"""Stands between the two ends of a range of clauses."""
STATUSES = ["stated", "derived", "verified", "recollected"]


def spot(item: Item) -> Spot:
    """Return where a record is written."""
    return Spot(item.file, item.line)


def records_of(item: Item, faults: Faults) -> list[Record]:
    """Return the mappings of a file that is a list of them."""
    if not isinstance(item.value, list):
        faults.add("wrong_type", f"the file is {item.kind}, not a list", item, mend="begin each record with `- `")
        return []
    return [Record(child, faults) for child in item.value]


def finished(record: Record, read: Callable[[Record], T]) -> T:
    """Return what ``read`` makes of a record, and refuse the keys it did not ask for."""
    found = read(record)
    record.finish()
    return found


def each_of(records: Iterable[Record], read: Callable[[Record], T]) -> tuple[T, ...]:
    """Return what ``read`` makes of each record, in their order."""
    return tuple(finished(record, read) for record in records)


def listed(item: Item, faults: Faults, read: Callable[[Record], T]) -> list[T]:
    """Return what ``read`` makes of each record of a file that is a list of them."""
    return list(each_of(records_of(item, faults), read))


def read_heading(item: Item, faults: Faults) -> Heading:
    """Read ``agreement.yaml``."""
    record = Record(item, faults)
    heading = Heading(
        id=record.text("id"),
        country=record.text("country"),
        family=record.text("family"),
        year=record.whole("year"),
        title=record.four("title"),
        coverage=record.text("coverage", one_of=("complete", "partial")),
        coverage_note=record.four("coverage_note"),
        concluded=record.optional_day("concluded"),
        published=_read_publication(record),
        approved=each_of(record.records("approved"), _read_approval),
        counts=finished(record.record("counts"), _read_counts) if "counts" in record else None,
        term=finished(record.record("term"), Record.interval),
        parties=record.texts("parties", least=1),
        origins=each_of(record.records("sources"), _read_origin),
    )
    if heading.coverage == "complete" and None in (heading.concluded, heading.published):
        record.fault("unknown_date", "a complete agreement states when it was concluded and published")
    if heading.coverage == "complete" and heading.counts is None:
        record.fault("missing_key", "a complete agreement states how many clauses it has", mend="add `counts:`")
    record.finish()
    return heading


def _read_publication(record: Record) -> Publication | None:
    found = record.raw("published")
    if found is None or found.value is None:
        return None
    return finished(record.record("published"), lambda inner: Publication(inner.day("date"), inner.text("reference")))


def _read_approval(record: Record) -> Approval:
    return Approval(record.text("by"), record.day("date"))


def _read_counts(record: Record) -> Counts:
    return Counts(record.whole("clauses"), record.whole("chapters"))


def _read_origin(record: Record) -> Origin:
    record.raw("url")
    return Origin(record.four("reference"), record.optional_text("url"))


def read_clauses(item: Item, faults: Faults) -> list[Clause]:
    """Read one file of ``clauses/``."""
    return listed(item, faults, _read_clause)


def _read_clause(record: Record) -> Clause:
    record.raw("parent")
    references = [_expanded(text, record) for text in record.texts("references", repeats=True)]
    return Clause(
        number=record.text("number"),
        parent=record.optional_text("parent"),
        kind=record.text("kind", one_of=KINDS),
        actors=record.texts("actors"),
        title=record.four("title"),
        summary=record.four("summary"),
        references=tuple(number for mentions, _ in references for number in mentions),
        named=tuple(dict.fromkeys(number for _, named in references for number in named)),
        external=record.texts("external"),
        spot=spot(record.item),
    )


def _expanded(reference: str, record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the numbers a reference prints, and every clause it means: both the same unless it is a range."""
    first, dash, last = reference.partition(BETWEEN)
    if not dash:
        return (reference,), (reference,)
    (above, _, start), (same, _, end) = first.rpartition("."), last.rpartition(".")
    if above != same or not (start.isdecimal() and end.isdecimal() and int(start) < int(end)):
        record.fault(
            "bad_range", f"{reference!r} is no range of clauses", mend="name two clauses of one parent, in order"
        )
        return (), ()
    prefix = f"{above}." if above else ""
    return (first, last), tuple(f"{prefix}{number}" for number in range(int(start), int(end) + 1))


def read_sources(item: Item, faults: Faults) -> list[Source]:
    """Read ``sources.yaml``."""
    return listed(item, faults, _read_source)


def _read_source(record: Record) -> Source:
    record.raw("url")
    return Source(
        id=record.text("id"),
        type=record.text("type", one_of=SOURCE_TYPES),
        date=record.optional_day("date"),
        title=record.four("title"),
        url=record.optional_text("url"),
    )


def read_actors(item: Item, faults: Faults) -> list[Actor]:
    """Read ``actors.yaml``."""
    return listed(item, faults, lambda record: Actor(record.text("id"), record.four("label")))


def read_parameters(item: Item, faults: Faults) -> list[Parameter]:
    """Read ``parameters.yaml``."""
    return listed(item, faults, _read_parameter)


def _read_parameter(record: Record) -> Parameter:
    unit = record.text("unit", one_of=UNITS)
    parameter = Parameter(
        id=record.text("id"),
        unit=unit,
        label=record.four("label"),
        cites=record.texts("cites", least=1),
        values=_read_values(record, unit),
        bound=record.optional_text("bound", one_of=BOUNDS),
        basis=record.optional_text("basis", one_of=("annual", "in_year")),
        status=record.optional_text("status", one_of=STATUSES) or "stated",
        how=record.optional_text("how"),
        source=record.optional_text("source"),
        spot=spot(record.item),
    )
    if parameter.status == "derived" and parameter.how is None:
        record.fault("missing_key", f"{parameter.id} is derived", mend="add `how:` and say from what")
    if parameter.status in ("verified", "recollected") and parameter.source is None:
        record.fault("missing_key", f"{parameter.id} is {parameter.status}", mend="add `source:` and name the text")
    return parameter


def _read_values(record: Record, unit: str) -> tuple[Dated, ...]:
    parse = UNITS.get(unit, lambda value: value)
    values: list[Dated] = []
    children = record.records("values")
    for child in children:
        dated = Dated(child.interval(), child.parsed("value", parse, 0))
        child.finish()
        if values:
            _check_sequence(values[-1], dated, child)
        values.append(dated)
    if not children:
        record.fault("missing_value", "a parameter needs at least one value", mend="add `values:` with from, to, value")
    return tuple(values)


def _check_sequence(earlier: Dated, later: Dated, record: Record) -> None:
    """Refuse a gap or an overlap between one interval and the next."""
    end, start = earlier.interval.end, later.interval.start
    if end is None or start <= end:
        known = "has no end" if end is None else f"ends on {end}"
        record.fault(
            "overlap",
            f"a value begins on {start} while the one before it {known}",
            mend="end that one earlier",
        )
    elif start != end + timedelta(days=1):
        record.fault("gap", f"no value holds between {end} and {start}", mend=f"begin on {end + timedelta(days=1)}")


def read_ambiguities(item: Item, faults: Faults) -> list[Ambiguity]:
    """Read ``ambiguities.yaml``."""
    return listed(item, faults, _read_ambiguity)


def _read_ambiguity(record: Record) -> Ambiguity:
    alternatives: dict[str, Text] = {}
    for child in record.records("alternatives"):
        value = child.text("value")
        if value in alternatives:
            child.fault("repeated_value", f"alternative {value!r} stands twice", mend="keep it once")
        alternatives[value] = child.four("label")
        child.finish()
    if len(alternatives) < 2:
        record.fault("missing_value", "an ambiguity needs at least two alternatives", mend="list every reading")
    return Ambiguity(
        id=record.text("id"),
        cites=record.texts("cites", least=1),
        question=record.four("question"),
        default=record.text("default", one_of=alternatives),
        alternatives=alternatives,
        why=record.four("why"),
        affects=record.texts("affects"),
        spot=spot(record.item),
    )


def _written(value: object) -> object:
    """Turn digits back into text for the parsers of money; anything else is for them to refuse."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _number(value: object) -> Fraction:
    return money.percent(_written(value)) * 100


def _instance(kind: type, words: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if isinstance(value, kind) and not isinstance(value, bool):
            return value
        raise Problems([Problem(code="wrong_type", what=f"{value!r} where {words} is expected", mend=f"write {words}")])

    return check


def _month(value: Any) -> str:
    text = _instance(str, 'a month in quotes, such as "2021-02"')(value)
    try:
        date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Problems([Problem(code="bad_date", what=f"{text!r} is no month", mend="write it as 2021-02")]) from None
    return str(text)


def _codes(value: Any) -> tuple[str, ...]:
    members: Sequence[Item] = _instance(list, "a list of codes")(value)
    codes = tuple(_instance(str, "a code in quotes")(member.value) for member in members)
    wrong = [code for code in codes if not (code.isascii() and code.isdigit() and 0 < len(code) <= CODE_LENGTH)]
    if wrong:
        raise Problems([Problem(code="bad_code", what=f"{wrong[0]!r} is no nomenclature code", mend="write 6 digits")])
    return codes


_WHOLE = _instance(int, "a whole number")

# How a value is written for each unit, and what it is loaded as: the table of docs/agreement-data.md.
UNITS: dict[str, Callable[[Any], Value]] = {
    "eur": lambda value: money.cents(_written(value)),
    "keur": _WHOLE,
    "meur": _number,
    "million": _number,
    "percent": lambda value: money.percent(_written(value)),
    "ratio": lambda value: money.ratio(_written(value)),
    **dict.fromkeys(("count", "minutes", "hours", "days", "months", "years", "year"), _WHOLE),
    "date": _instance(date, "a day, YYYY-MM-DD"),
    "month": _month,
    "time": lambda value: minute_of_day(_instance(str, 'a time in quotes, such as "21:00"')(value)),
    "codes": _codes,
}
