"""Bodies nobody should send, made from good ones by a generator with a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

TEMPTING: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e308, 10**30, -(10**400), 0.1, "", " ", "\x00", "\ud800", "\udfff\ud800", "٣", "=1+1",
    "null", "NaN", "9999-99-99", "0000-00-00", "-0", "1e9", "https://" + "x" * 5_000, "a" * 100_000, "\u202e", "𝟙" * 50,
    [], {}, [[]], [{}], {"": ""}, {"x": {"y": {}}}, {"resourceType": "Bundle"}, {"value": 22.22},
    {"reference": "#"}, {"reference": "urn:uuid:none"}, "2020-02-04T25:61:61Z", "$", "../../etc", "<script>",
)  # fmt: skip
DEEP = 5_000


def bodies(good: list[bytes], seed: int, count: int) -> Iterator[bytes]:
    """Yield bodies made from good ones; the same seed gives the same."""
    chance = random.Random(seed)
    ways = (_changed, _changed, _changed, _cut, _flipped, _twice, _nested, _long, _encoded, _noise)
    for _ in range(count):
        yield chance.choice(ways)(chance.choice(good), chance)


def _changed(good: bytes, chance: random.Random) -> bytes:
    """Put something else in one to four places of the document."""
    document = json.loads(good)
    for _ in range(chance.randint(1, 4)):
        places = list(_places(document))
        if not places:
            break
        holder, key = chance.choice(places)
        chance.choice(CHANGES)(holder, key, chance)
    return json.dumps(document).encode()


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    keys: Any = node.keys() if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from _places(node[key])


def _other(holder: Any, key: Any, chance: random.Random) -> None:
    holder[key] = deepcopy(chance.choice(TEMPTING))


def _gone(holder: Any, key: Any, _: random.Random) -> None:
    del holder[key]


def _wrapped(holder: Any, key: Any, chance: random.Random) -> None:
    holder[key] = chance.choice(([holder[key]], {"value": holder[key]}, [holder[key]] * 50, str(holder[key])))


def _itself(holder: Any, key: Any, _: random.Random) -> None:
    holder[key] = json.loads(json.dumps(holder))


def _renamed(holder: Any, key: Any, chance: random.Random) -> None:
    if isinstance(holder, dict):
        holder[chance.choice(("", "constructor", key.upper(), f"_{key}", "\ud800", "resourceType"))] = holder.pop(key)


CHANGES: tuple[Callable[[Any, Any, random.Random], None], ...] = (_other, _other, _gone, _wrapped, _itself, _renamed)


def _cut(good: bytes, chance: random.Random) -> bytes:
    return good[: chance.randrange(len(good))]


def _flipped(good: bytes, chance: random.Random) -> bytes:
    found = bytearray(good)
    for _ in range(chance.randint(1, 8)):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def _twice(good: bytes, chance: random.Random) -> bytes:
    """Say a key of an object a second time."""
    at = chance.choice([n for n, letter in enumerate(good) if letter == ord("{")])
    key = chance.choice((b"code", b"date", b"resourceType", b"lines", b"entry", b"item", b"c\\u006fde"))
    return (
        good[: at + 1]
        + b'"%s":1,"%s" : 2' % (key, key)
        + (b"" if good[at + 1 :].lstrip()[:1] == b"}" else b",")
        + good[at + 1 :]
    )


def _nested(good: bytes, chance: random.Random) -> bytes:
    opened, closed = chance.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'{"extension":[', b"]}")))
    depth = chance.choice((50, 500, DEEP))
    core = opened * depth + b"1" + closed * (depth if chance.random() < 0.8 else 0)
    return _in_place_of_a_value(good, core, chance)


def _long(good: bytes, chance: random.Random) -> bytes:
    """Put a list, a text or a number without end in the place of a value."""
    many = chance.choice((100, 2_000, 20_000))
    numbers = (b"9" * many, b"0." + b"1" * many, b"1e" + b"9" * min(many, 300))
    others = (b'"' + b"9" * many + b'"', b"[" + b",".join([b"{}"] * many) + b"]", b"[" + b"1," * many + b"1]")
    core = chance.choice(numbers + others)
    return _in_place_of_a_value(good, core, chance)


def _in_place_of_a_value(good: bytes, core: bytes, chance: random.Random) -> bytes:
    document = json.loads(good)
    places = list(_places(document))
    if not places or chance.random() < 0.1:
        return core
    holder, key = chance.choice(places)
    holder[key] = "@here@"
    return json.dumps(document).encode().replace(b'"@here@"', core)


def _encoded(good: bytes, chance: random.Random) -> bytes:
    coding = chance.choice(("utf-16", "utf-32", "utf-8-sig", "cp500", "utf-7"))
    return good.decode("utf-8-sig").encode(coding)


def _noise(_: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 10, 1_000)))
