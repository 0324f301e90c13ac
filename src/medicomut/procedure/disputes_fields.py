"""What each kind of step says: its fields, which must be there, and of what kind their values are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from medicomut.agreement.text import LANGUAGES
from medicomut.errors import Place, Problem
from medicomut.identifiers import check_inami, check_niss
from medicomut.procedure.disputes import AWAITED, BENCHES, ROLES, Kind, Outcome, Subject, Track

LONGEST: Final = 20_000
LONGEST_LINE: Final = 300
MOST: Final = 50

PRACTITIONER: Final = "practitioner:"
_DIGITS = re.compile(r"(?<!\d)\d(?:[ ./-]?\d){10}(?!\d)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")

Check = Callable[[str, Any], Iterator[Problem]]


def faults(kind: Kind, content: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the fields of a step: missing, unknown, of another kind, or with a national number."""
    required, optional = FIELDS[kind]
    known = required | optional
    for name in content:
        if name not in known:
            mend = f"the fields are: {', '.join(known)}"
            yield Problem(
                "unknown_field", f"{kind.name} has no field {name[:100]!r}", Place(field=name[:100]), mend=mend
            )
    for name, check in known.items():
        if content.get(name) is not None:
            yield from check(name, content[name])
        elif name in required:
            what = f"{kind.name} does not say {name}"
            yield Problem("missing_field", what, Place(field=name), mend=f"state {name}")


def _line(name: str, value: Any) -> Iterator[Problem]:
    yield from _words(name, value, LONGEST_LINE)


def _text(name: str, value: Any) -> Iterator[Problem]:
    yield from _words(name, value, LONGEST)


def _words(name: str, value: Any, longest: int) -> Iterator[Problem]:
    if not isinstance(value, str) or not value.strip() or len(value) > longest or _CONTROL.search(value):
        yield _wrong(name, value, f"text of 1 to {longest} letters")
    elif (found := national_number(value)) is not None:
        what = f"{name} holds a national number ending in {found[-2:]}"
        mend = "name a doctor by INAMI number, and leave patients out"
        yield Problem("national_number", what, Place(field=name), "what is recorded is never erased", mend)


def national_number(text: str) -> str | None:
    """Return the first national register number (NISS) in a text; what is an INAMI number as well is taken as one."""
    for match in _DIGITS.finditer(text):
        if check_niss(match[0]).valid and not check_inami(match[0]).valid:
            return match[0]
    return None


def _one_of(*words: str) -> Check:
    def check(name: str, value: Any) -> Iterator[Problem]:
        if value not in words:
            yield _wrong(name, value, f"one of {', '.join(words)}")

    return check


def _day(name: str, value: Any) -> Iterator[Problem]:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        yield _wrong(name, value, "a day, as 2020-03-01")


def _lines(name: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, list) or not value or len(value) > MOST:
        yield _wrong(name, value, f"a list of 1 to {MOST} texts")
        return
    for one in value:
        yield from _line(name, one)


def _people(second: str, words: tuple[str, ...]) -> Check:
    """Return the check of a list of who, each with a second field that is one of some words."""

    def check(name: str, value: Any) -> Iterator[Problem]:
        if not isinstance(value, list) or not value or len(value) > MOST:
            yield _wrong(name, value, f"a list of 1 to {MOST}")
            return
        for one in value:
            if not isinstance(one, dict) or set(one) != {"name", second}:
                yield _wrong(name, one, f"a name and a {second}")
                continue
            yield from _line(f"{name}.name", one["name"])
            if one[second] not in words:
                yield _wrong(f"{name}.{second}", one[second], f"one of {', '.join(words)}")

    return check


def _chair(name: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, dict) or set(value) != {"name", "body"}:
        yield _wrong(name, value, "a name and a body")
        return
    yield from _line(f"{name}.name", value["name"])
    yield from _line(f"{name}.body", value["body"])


def _wrong(name: str, value: Any, expected: str) -> Problem:
    return Problem("wrong_kind", f"{name} {str(value)[:100]!r} is not {expected}", Place(field=name),
                   mend=f"write {expected}")  # fmt: skip


FIELDS: Final[Mapping[Kind, tuple[dict[str, Check], dict[str, Check]]]] = {
    Kind.opened: (
        {
            "track": _one_of(*Track),
            "subject": _one_of(*Subject),
            "agreement": _line,
            "parties": _people("role", ROLES),
            "question": _text,
        },
        {"clauses": _lines, "codes": _lines, "point": _line, "follows": _line},
    ),
    Kind.advice_asked: ({}, {"text": _text, "reference": _line}),
    Kind.advice_given: ({"text": _text}, {"reference": _line}),
    Kind.college: ({"members": _people("bench", BENCHES), "chair": _chair}, {}),
    Kind.hearing: ({}, {"text": _text, "reference": _line}),
    Kind.deadline: ({"awaited": _one_of(*AWAITED), "due": _day}, {"note": _line}),
    Kind.document: ({"title": _line}, {"reference": _line, "sha256": _line}),
    Kind.withdrawn: ({"reason": _text}, {}),
    Kind.concluded: ({"outcome": _one_of(*Outcome), "text": _text}, {}),
    Kind.reopened: ({"reason": _text}, {}),
    Kind.published: ({"title": _line, "text": _text}, {"language": _one_of(*LANGUAGES)}),
    Kind.unpublished: ({"reason": _text}, {}),
}
"""For each kind the fields that must be there and those that may, each with its check."""
