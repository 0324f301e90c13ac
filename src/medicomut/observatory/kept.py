"""What was found in the shipped tables, kept beside them: a page answers at once what took seconds to prove.

`python tools/judged.py` writes it anew; a test holds it to the tables, so that it is never older than they are.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from medicomut.money import Lang
from medicomut.observatory.headings import DATA
from medicomut.observatory.own import judge
from medicomut.observatory.published import published

FOLDER: Final = DATA / "judged"
_LANGUAGES: Final[tuple[Lang, ...]] = ("fr", "nl", "de", "en")


def judged_anew(name: str) -> dict[str, Any]:
    """Return `verification` by language and `reconstruction` of a shipped table; `Problems` (`unknown_table`)."""
    found = published(name)
    by_language = {lang: judge(found, lang) for lang in _LANGUAGES}
    verification = {lang: each["verification"] for lang, each in by_language.items()}
    return {"verification": verification, "reconstruction": by_language["en"]["reconstruction"]}


def judged(name: str, lang: Lang) -> dict[str, Any]:
    """Return what `judge` says of a shipped table, as it is kept. Raises `Problems` (`unknown_table`)."""
    published(name)
    kept = _kept(name)
    return {"verification": kept["verification"][lang], "reconstruction": kept["reconstruction"]}


@cache
def _kept(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found
