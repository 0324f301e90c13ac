"""A small batch of lines: from the body of a request to that of its answer, in whichever process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from medicomut.api.answers import CSV, as_csv
from medicomut.api.bodies import decoded, right_kinds, unknown_fields, wrong_kinds
from medicomut.api.problems import fault
from medicomut.api.room import Room
from medicomut.engines import arrays
from medicomut.engines.local import Checker, ecg_keys
from medicomut.engines.rows import Columns, columns_of, frame_of, same_fields
from medicomut.engines.tables import PractitionerTable
from medicomut.errors import Place, Problem, Problems
from medicomut.tariff import practitioners
from medicomut.tariff.conditions import Conditions
from medicomut.tariff.fee_table import FeeTable
from medicomut.tariff.practitioners import Practitioners
from medicomut.tariff.price import Pricer
from medicomut.tariff.vocabulary import FACTS, LINE_COLUMNS, VERDICTS

FIELDS = frozenset(("lines", "practitioners", "readings"))
PLAIN_LINES = 200
"""Up to this number lines are priced one by one; beyond, a frame of them is faster. Both give the same."""

MOST_FAULTS = 100

_LINE = frozenset(LINE_COLUMNS)
_READ = (*FACTS, "setting", "third_party", "charged_cents", "taxable_income_cents", "holders", "dependants", "code",
         "date", "time", "practitioner", "site", "patient")  # fmt: skip
_ACCESSION = frozenset(practitioners.COLUMNS)
_FIRST_ROW = 2  # of a table below its header: as `practitioners.from_rows` counts

Row = dict[str, Any]

_encoder = msgspec.json.Encoder()


class Answer(NamedTuple):
    """The body of an answer, and whether the lines name a practitioner or a patient."""

    body: bytes
    names_somebody: bool


def answered(room: Room, body: bytes, kind: str) -> Answer:
    """Check the lines of a body and write them, with what they gained, as the kind of content asked for.

    Raises `Problems` with every fault of the body.
    """
    content = decoded(body, FIELDS)
    pricer = room.pricer(content.get("readings"))
    rows, columns = _rows(content, room.settings.check_lines)
    people = _rows_of_people(content, room.settings.check_lines)
    table, warnings = _practitioners(people, pricer.conditions)
    pricer = Pricer(pricer.conditions, pricer.fees, table)
    found = [one_by_one(row, pricer) for row in rows] if plain(rows, pricer) else in_a_frame(rows, pricer, columns)
    room.forget(pricer)
    named = bool(people) or any(row.get("practitioner") or row.get("patient") for row in rows)
    if kind == CSV:
        given = dict.fromkeys(name for row in rows for name in row)  # every row under the same names, in their order
        return Answer(as_csv(given | row | result for row, result in zip(rows, found, strict=True)).encode(), named)
    counted = Counter(result["verdict"] for result in found)
    verdicts = {word: counted[word] for word in VERDICTS}
    told = {"warnings": [problem.details() for problem in warnings]} if warnings else {}
    answer = {"lines": as_json(rows, found), "verdicts": verdicts, "receipt": pricer.receipt, **told}
    return Answer(msgspec.json.encode(answer), named)


def as_json(rows: Sequence[Row], found: Sequence[Row]) -> msgspec.Raw:
    """Return each line with what it gained; a result that many lines share is written once."""
    written: dict[int, bytes] = {}
    lines = []
    for row, result in zip(_encoder.encode_lines(rows).split(b"\n"), found, strict=False):  # the last line ends too
        tail = written.get(id(result))
        if tail is None:
            tail = written[id(result)] = b"," + _encoder.encode(result)[1:]
        lines.append(row[:-1] + tail if len(row) > len(b"{}") else b"{" + tail[1:])
    return msgspec.Raw(b"[" + b",".join(lines) + b"]")


def plain(rows: Sequence[Row], pricer: Pricer) -> bool:
    """Say whether rows are few, and none of them an electrocardiogram that another may repeat."""
    if len(rows) > PLAIN_LINES:
        return False
    codes = _ecg_codes(rows, pricer.conditions)
    return not codes or sum(row.get("code") in codes and row.get("patient") is not None for row in rows) < 2


def _ecg_codes(rows: Sequence[Row], conditions: Conditions) -> set[Any]:
    """Return the codes of electrocardiograms among those of the lines, as they are written."""
    wanted = frozenset(map(str, conditions.ecg_codes))  # as text: a number without end cannot be reckoned with
    return {code for code in {row.get("code") for row in rows} if str(code).strip() in wanted}


def one_by_one(row: Row, pricer: Pricer) -> Row:
    """Price one line and return what it gained; what cannot be read is named in the order a frame is read in."""
    return pricer.price({name: row[name] for name in _READ if name in row}).result()


def in_a_frame(rows: Sequence[Row], pricer: Pricer, columns: Columns | None = None) -> list[Row]:
    """Check rows together and return what each gained; lines of the same result share it.

    `columns` are those of the rows, where they are known already.
    """
    frame = frame_of(columns or columns_of(rows), len(rows))
    checker = copy(_checker(pricer.conditions, pricer.fees))
    checker.practitioners = PractitionerTable(pricer.practitioners or Practitioners([]))
    if _ecg_codes(rows, pricer.conditions):
        checker.all_here = ecg_keys(frame.schema, pricer.conditions)
    return arrays.results(checker, frame)


@lru_cache(maxsize=8)
def _checker(conditions: Conditions, fees: FeeTable) -> Checker:
    """Return a checker to be copied: its tables of days and codes take longer to make than a batch to check."""
    return Checker(conditions, fees)


def _rows(content: Mapping[str, Any], most: int) -> tuple[list[Row], Columns | None]:
    """Return the lines, and their columns where all have the same known fields."""
    rows = content.get("lines")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise fault("bad_lines", "lines is not a list of objects", 'write {"lines": [{"code": …}]}', "lines")
    if len(rows) > most:
        mend = f"send at most {most} at once, or submit the file at /v1/jobs"
        raise fault("too_many_lines", f"{len(rows)} lines", mend, "lines")
    columns = _alike(rows)
    if columns:
        return rows, columns
    faults: list[Problem] = []
    good: set[tuple[object, ...]] = set()  # lines of one file mostly have the same fields, of the same kinds
    for number, row in enumerate(rows):
        shape = (*row, *map(type, row.values()))
        if shape in good:
            continue
        before = len(faults)
        path = f"lines[{number}]."
        faults += unknown_fields(row, _LINE, path)
        faults += wrong_kinds(row, path)
        if len(faults) == before:
            good.add(shape)
        elif len(faults) > MOST_FAULTS:
            break
    if faults:
        raise Problems(faults)
    return rows, None


def _alike(rows: Sequence[Row]) -> Columns | None:
    """Return the columns where all rows have the same known fields, each with values of its kind."""
    columns = same_fields(rows)
    if columns is None or not columns.keys() <= _LINE:
        return None
    right = all(right_kinds(name, set(map(type, values))) for name, values in columns.items())
    return columns if right else None


def _rows_of_people(content: Mapping[str, Any], most: int) -> list[Row]:
    rows = content.get("practitioners") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        mend = f"each with: {', '.join(practitioners.COLUMNS)}"
        raise fault("bad_practitioners", "practitioners is not a list of objects", mend, "practitioners")
    if len(rows) > most:
        mend = f"send at most {most} at once, or submit the file at /v1/jobs"
        raise fault("too_many_practitioners", f"{len(rows)} rows of practitioners", mend, "practitioners")
    return rows


def _practitioners(rows: Sequence[Row], conditions: Conditions) -> tuple[Practitioners, list[Problem]]:
    """Return the table, and a warning for each row, up to `MOST_FAULTS`, that is taken as declared but looks wrong."""
    faults = list(islice(_faults_of_people(rows), MOST_FAULTS))
    if faults:
        raise Problems(faults)
    try:
        table = practitioners.from_rows(rows, "practitioners")
    except Problems as found:
        raise Problems(_in_list(problem) for problem in found.problems) from None
    doubts = islice(practitioners.doubts(rows, "practitioners", conditions), MOST_FAULTS)
    return table, [_in_list(problem) for problem in doubts]


def _faults_of_people(rows: Sequence[Row]) -> Iterator[Problem]:
    for number, row in enumerate(rows):
        path = f"practitioners[{number}]."
        yield from unknown_fields(row, _ACCESSION, path)
        for name, value in row.items():
            if value is not None and not isinstance(value, str) and (name != "practitioner" or type(value) is not int):
                what = f"{name} {str(value)[:100]!r} is not text"
                yield Problem("wrong_kind", what, Place(field=path + name), mend="write text")


def _in_list(problem: Problem) -> Problem:
    """Name the place as JSON counts: from 0, without a header."""
    where = problem.where
    if where is None or where.row is None:
        return problem
    return problem.at(Place(field=f"practitioners[{where.row - _FIRST_ROW}].{where.field}"))
