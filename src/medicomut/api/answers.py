"""How an answer is written: JSON or CSV as asked, in the language asked, cached, page by page."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from fastapi import Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from medicomut.api.problems import fault
from medicomut.words import LANGUAGES

if TYPE_CHECKING:
    from medicomut.money import Lang

T = TypeVar("T")

JSON, CSV = "application/json", "text/csv"
CACHED = "public, max-age=3600"
KEPT_BY_NOBODY = "no-store"
MOST_ON_A_PAGE = 200
SEPARATOR = ";"

_LANGUAGES: dict[str, Lang] = {"fr": "fr", "nl": "nl", "de": "de", "en": "en"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"-[0-9]+(?:\.[0-9]+)?")


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer about what somebody sent: as JSON, kept by no cache."""
    return Response(msgspec.json.encode(content), status, {"Cache-Control": KEPT_BY_NOBODY, **(headers or {})}, JSON)


def public(request: Request, content: Any, rows: Sequence[Mapping[str, Any]], headers: Mapping[str, str]) -> Response:
    """Return public data as JSON, or its rows as CSV: with an entity tag, and 304 to who has it already."""
    kind = wanted(request, (JSON, CSV))
    body = msgspec.json.encode(content) if kind == JSON else as_csv(rows).encode()
    return cached(request, body, f"{kind}; charset=utf-8" if kind == CSV else kind, headers)


def cached(request: Request, body: bytes, kind: str, headers: Mapping[str, str]) -> Response:
    """Return what is the same for everybody with an entity tag and for how long it may be kept, 304 to who has it."""
    # Weak: the same content compressed is the same to its reader.
    tag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    all_headers = {"ETag": tag, "Cache-Control": CACHED, "Vary": "Accept, Accept-Language", **headers}
    known = [word.strip() for word in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=all_headers)
    return Response(body, 200, all_headers, kind)


def wanted(request: Request, kinds: Sequence[str]) -> str:
    """Return the kind of content asked for by `Accept`, the first where all are as welcome.

    Raises `Problems` (`not_acceptable`) where none is.
    """
    accept = request.headers.get("accept")
    if not accept:
        return kinds[0]
    asked = _weighed(accept)

    def weight(kind: str) -> float:
        family = kind.partition("/")[0] + "/*"
        return next((asked[name] for name in (kind, family, "*/*") if name in asked), 0)

    best = max(kinds, key=weight)
    if not weight(best):
        raise fault("not_acceptable", "none of the kinds asked for can be given", f"accept {' or '.join(kinds)}")
    return best


def language(request: Request, asked: object = None) -> Lang:
    """Return the language asked for by name, else the one `Accept-Language` likes best, else English.

    Raises `Problems` (`unknown_language`) for a name that is none of ours.
    """
    if asked is not None:
        if not isinstance(asked, str) or asked not in _LANGUAGES:
            mend = f"use one of: {', '.join(LANGUAGES)}"
            raise fault("unknown_language", f"lang {asked!r} is not one of ours", mend, "lang")
        return _LANGUAGES[asked]
    header = request.headers.get("accept-language")
    if not header:
        return "en"
    liked: dict[str, float] = {}
    for name, weight in _weighed(header).items():
        liked[name[:2]] = max(weight, liked.get(name[:2], 0))
    best = max(LANGUAGES, key=lambda lang: liked.get(lang, 0))
    return _LANGUAGES[best] if liked.get(best) else "en"


def _weighed(header: str) -> dict[str, float]:
    """Return what a header of preferences names, each with its weight (`;q=`); one that cannot be read weighs 0."""
    found = {}
    for part in header.lower().split(","):
        name, _, rest = part.partition(";")
        weight = next((p.strip()[2:] for p in rest.split(";") if p.strip().startswith("q=")), "1")
        try:
            found[name.strip()] = float(weight)
        except ValueError:
            found[name.strip()] = 0
    return found


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as CSV under every name any of them has; lists are joined by semicolons, what is inside is dotted."""
    flat = [dict(_flat(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def _flat(row: Mapping[str, Any], path: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{name}.")
        else:
            yield path + name, _cell(value)


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        value = SEPARATOR.join(msgspec.json.encode(v).decode() if isinstance(v, dict) else str(v) for v in value)
    if isinstance(value, bool):
        return str(value).lower()
    # Spreadsheet programs run such a cell as a formula; a number below zero is none.
    formula = isinstance(value, str) and value.startswith(_FORMULA) and not _NUMBER.fullmatch(value)
    return f"'{value}" if formula else value


def page(
    request: Request, found: Sequence[T], key: Callable[[T], str], limit: int, cursor: str | None
) -> tuple[list[T], dict[str, Any], dict[str, str]]:
    """Return one page of a list, what its answer says of the list (`total`, `next`), and the header that links on.

    `cursor` is the one an earlier page gave: it names the last member that page held. Raises `Problems`
    (`bad_cursor`) for any other.
    """
    start = 0
    if cursor is not None:
        last = _opened(cursor)
        places = [n for n, member in enumerate(found) if key(member) == last]
        if not places:
            raise fault("bad_cursor", "the cursor is none that a page gave", "begin without a cursor", "cursor")
        start = places[0] + 1
    members = list(found[start : start + limit])
    onward = _closed(key(members[-1])) if members and start + limit < len(found) else None
    headers = {}
    if onward:
        query = QueryParams({**request.query_params, "cursor": onward, "limit": str(limit)})
        headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
    return members, {"total": len(found), "next": onward}, headers


def _closed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(cursor: str) -> str | None:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
