"""The field's terms in four languages, with their meaning: the content of `docs/glossary.md`, for readers of pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

from medicomut.agreement import Text

_FILE: Final = Path(__file__).resolve().parents[1] / "data" / "glossary" / "terms.yaml"


@dataclass(frozen=True, slots=True)
class Term:
    """A term as each language says it, and what it means."""

    term: Text
    meaning: Text

    @property
    def anchor(self) -> str:
        """The name of the term in the address of the page, the same in every language."""
        return re.sub(r"[^a-z0-9]+", "-", self.term.en.lower()).strip("-")


@cache
def terms() -> Mapping[Text, Sequence[Term]]:
    """Return the terms by the heading they stand under, both in the order of the documentation."""
    sections = YAML(typ="safe").load(_FILE.read_text("utf-8"))
    return {
        Text(**section["heading"]): [Term(Text(**of["term"]), Text(**of["meaning"])) for of in section["terms"]]
        for section in sections
    }
