"""The strings of the pages in the reader's language: gettext catalogues, read when the server starts.

The key is the English sentence as it stands in a template or in Python, so English needs no catalogue. The words
of the law come from `medicomut.words`, those of an agreement from its data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Annotated, Final, cast

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from fastapi import Path as InPath
from starlette.convertors import Convertor, register_url_convertor

from medicomut.agreement.figures import MONTHS
from medicomut.money import Lang
from medicomut.words import LANGUAGES

LOCALE: Final = Path(__file__).parent / "locale"
DOMAIN: Final = "medicomut"

OWN_NAME: Final[Mapping[str, str]] = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}
"""What each language calls itself."""


class _InAddress(Convertor[str]):
    """The language an address begins with: `/{lang:lang}/fees` is four addresses, and no other word matches."""

    regex = "|".join(LANGUAGES)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


CONVERTOR: Final = "lang"
register_url_convertor(CONVERTOR, _InAddress())

Language = Annotated[Lang, InPath()]
"""The parameter `lang` of a page's route."""


@cache
def translations(lang: str) -> NullTranslations:
    """Return the strings of a language; English is its own key."""
    path = LOCALE / f"{lang}.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=lang, domain=DOMAIN)
    for message in catalogue:
        if isinstance(message.string, tuple | list):
            message.string = tuple(bound(one, lang) for one in message.string)
        elif message.id and message.string:  # the first is the heading of the file
            message.string = bound(message.string, lang)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _spaces(lang: str) -> re.Pattern[str]:
    """Return the spaces at which no line of a language ends."""
    found = [r"(?<=\d) (?=%|€|\d{3}\b)", r"(?<=§) ", rf"(?<=[\d.r]) (?=(?:{'|'.join(MONTHS[lang])})\b)"]
    if lang == "fr":
        found += [r" (?=[:;?!»])", "(?<=«) "]
    return re.compile("|".join(found))


def bound(text: str, lang: str) -> str:
    """Bind what begins no line to the word before it: units, thousands, months, and in French its marks and quotes."""
    return _spaces(lang).sub("\u00a0", text)


def of_path(path: str) -> Lang | None:
    """Return the language an address begins with, `None` for one that is no page's."""
    first = path.split("/", 2)[1:2]
    return cast("Lang", first[0]) if first and first[0] in LANGUAGES else None
