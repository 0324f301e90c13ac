"""What the product says to a reader, in four languages: the words of results, steps and columns.

The texts are data (`data/words/<kind>.yaml`); the keys are those of the rules, so that a new rule without its
sentences is found by a test and not by a reader.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

LANGUAGES: Final = ("fr", "nl", "de", "en")

KINDS: Final = ("bases", "reasons", "steps", "verdicts", "columns", "values")
"""The words of `basis`, of `reasons` and of `verdict`, the names of the rules and of the columns, and what stands in
columns of words."""

_FOLDER: Final = Path(__file__).resolve().parent / "data" / "words"
_UNREADABLE: Final = "_unreadable"

_Texts = dict[str, dict[str, Any]]


def says(kind: str, key: str, lang: str) -> str:
    """Return the sentence or two that tell a reader what a word means.

    `reasons` also knows `<column>_unreadable` for every column of `columns`; one has words of its own. Raises
    `KeyError` naming the kind, the key or the language that does not exist.
    """
    return _text(kind, key, "says", lang)


def label(kind: str, key: str, lang: str) -> str:
    """Return the short name of a word, for a heading or a table; `steps` have none.

    Raises `KeyError` as `says` does.
    """
    return _text(kind, key, "label", lang)


def also(kind: str, key: str, lang: str) -> tuple[str, ...]:
    """Return what else a word is called where it is used; most words have no other name.

    Raises `KeyError` as `says` does.
    """
    _text(kind, key, "label", lang)
    return tuple(_table(kind)[key].get("also", {}).get(lang, ()))


def _text(kind: str, key: str, part: str, lang: str) -> str:
    if lang not in LANGUAGES:
        raise KeyError(f"language {lang!r}: it is one of {', '.join(LANGUAGES)}")
    if kind == "reasons" and key.endswith(_UNREADABLE) and key not in _table(kind):
        column = key.removesuffix(_UNREADABLE)
        text = _entry(kind, f"<column>{_UNREADABLE}", part)[lang]
        return text.replace("{column}", column).replace("{label}", label("columns", column, lang))
    return _entry(kind, key, part)[lang]


def _entry(kind: str, key: str, part: str) -> dict[str, str]:
    texts = _table(kind).get(key)
    if texts is None:
        raise KeyError(f"{kind}: there is no {key!r}")
    if part not in texts:
        raise KeyError(f"{kind}: {key!r} has no {part}")
    return texts[part]


@cache
def _table(kind: str) -> dict[str, _Texts]:
    if kind not in KINDS:
        raise KeyError(f"kind {kind!r}: it is one of {', '.join(KINDS)}")
    from ruamel.yaml import YAML  # noqa: PLC0415 - a tenth of a second, paid only when a word is asked for

    table: dict[str, _Texts] = YAML(typ="safe").load((_FOLDER / f"{kind}.yaml").read_text("utf-8"))
    return table
