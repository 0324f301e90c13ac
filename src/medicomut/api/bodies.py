"""The body of a request: JSON whose every field is known and of its kind; all faults at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from difflib import get_close_matches
from itertools import islice
from typing import Any

import msgspec
from fastapi import Request

from medicomut.api.problems import fault
from medicomut.errors import Place, Problem, Problems
from medicomut.tariff.vocabulary import AMOUNTS, FACTS, LINE_COLUMNS

KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(LINE_COLUMNS, (str,)),
    **dict.fromkeys(FACTS, (bool,)),
    **dict.fromkeys(AMOUNTS, (int,)),
    **dict.fromkeys(("line_id", "code", "practitioner", "patient"), (str, int)),
}
"""What a field of a line may be in JSON; null is not stated."""

_TAKES = {name: frozenset((*kinds, type(None))) for name, kinds in KINDS.items()}
_CALLED = {str: "text", int: "a whole number", bool: "true or false"}
_SPACES = b" \t\n\r"
_decoder = msgspec.json.Decoder()

MOST_NAMED = 20
"""Of faults of one kind, so many are named."""


async def json_object(request: Request, known: Iterable[str]) -> dict[str, Any]:
    """Return the object a request carries; raises `Problems` as `json_body` and `decoded` do."""
    return decoded(await json_body(request), known)


async def json_body(request: Request) -> bytes:
    """Return the body of a request; raises `Problems` (`unknown_media_type`) where it says it is not JSON."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise fault("unknown_media_type", f"{kind[:100] or 'no kind'} is not read here", "send application/json")
    return await request.body()


def decoded(body: bytes, known: Iterable[str]) -> dict[str, Any]:
    """Return the object a body holds.

    Raises `Problems`: `not_json`, `not_an_object`, `repeated_key`, `unknown_field`.
    """
    try:
        content = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise fault("not_json", "the body is not JSON", "send one JSON object in UTF-8") from None
    if not isinstance(content, dict):
        raise fault("not_an_object", "the body is not a JSON object", "send one object")
    if not _certainly_once(body, content):
        refuse_repeated(body)
    strangers = list(unknown_fields(content, known))
    if strangers:
        raise Problems(strangers)
    return content


def _certainly_once(body: bytes, content: Mapping[str, Any]) -> bool:
    """Say whether no key can stand twice in an object: counted in a millisecond for a batch of thousands of lines.

    Where nothing is escaped, `":` ends each key and nothing else, spaces aside. So there are as many as the objects
    that were read have keys, or some key was lost. Where it cannot be told, the answer is no.
    """
    if b"\\" in body:
        return False
    keys = len(content)
    for value in content.values():
        if type(value) is dict:
            keys += len(value)
        elif type(value) is list:
            keys += sum(len(member) for member in value if type(member) is dict)
    return body.translate(None, _SPACES).count(b'":') == keys


def refuse_repeated(body: bytes) -> None:
    """Raise `Problems` (`repeated_key`) where an object of a body that is JSON says the same key twice.

    JSON leaves open which of the two counts: what was sent would be passed over in silence.
    """

    def once(pairs: list[tuple[str, Any]]) -> None:
        for name, times in Counter(name for name, _ in pairs).items():
            if times > 1:
                twice[name[:100]] = None

    twice: dict[str, None] = {}
    try:
        json.loads(body, object_pairs_hook=once, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        raise fault("not_json", "the body is not JSON", "send one JSON object in UTF-8") from None
    if twice:
        why, mend = "which of the two counts is open", "say each once"
        raise Problems(Problem("repeated_key", f"{name!r} is there twice", Place(field=name), why, mend)
                       for name in list(twice)[:MOST_NAMED])  # fmt: skip


def unknown_fields(content: Mapping[str, Any], known: Iterable[str], path: str = "") -> Iterator[Problem]:
    """Yield a fault for each field nobody reads, up to `MOST_NAMED`, with the one it seems to be."""
    names = known if isinstance(known, frozenset) else frozenset(known)
    if content.keys() <= names:
        return
    for name in islice((name for name in content if name not in names), MOST_NAMED):
        near = get_close_matches(name[:100], sorted(names), n=1)
        mend = f"did you mean {near[0]}?" if near else f"the fields are: {', '.join(sorted(names))}"
        yield Problem("unknown_field", f"there is no field {name[:100]!r}", Place(field=path + name[:100]),
                  "it would be passed over in silence", mend)  # fmt: skip


def right_kinds(name: str, kinds: Set[type]) -> bool:
    """Say whether values of these kinds may all stand in a field of a line."""
    return kinds <= _TAKES[name]


def wrong_kinds(content: Mapping[str, Any], path: str = "") -> Iterator[Problem]:
    """Yield a fault for each field of a line that is not of its kind: cents are whole numbers, facts truth values."""
    for name, value in content.items():
        if name in _TAKES and type(value) not in _TAKES[name]:
            expected = " or ".join(_CALLED[kind] for kind in KINDS[name])
            yield Problem("wrong_kind", f"{name} {str(value)[:100]!r} is not {expected}", Place(field=path + name),
                          "what is not stated is left out or null", f"write {expected}")  # fmt: skip


def refuse_no_text(given: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raise `Problems` (`wrong_kind`) where a field that is text, where it is given, is something else."""
    faults = [
        Problem("wrong_kind", f"{name} {str(given[name])[:40]!r} is no text", Place(field=name), mend="write text")
        for name in names
        if given.get(name) is not None and not isinstance(given[name], str)
    ]
    if faults:
        raise Problems(faults)
