"""Bring the catalogues of the pages up to date: every string of templates and code, translations kept.

Run after a string was added or changed, then fill in what is empty in `src/medicomut/web/locale/*.po`. The tests
name what is left empty.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).resolve().parents[1] / "src" / "medicomut" / "web"
HEADER = """msgid ""
msgstr ""
"Language: {}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {}\\n"

"""
TRANSLATED = ("fr", "nl", "de")
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
OPTIONS = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}}


def extracted() -> Catalog:
    """Return every string that stands in the pages."""
    found = Catalog()
    keywords = {**DEFAULT_KEYWORDS, "N_": None}
    for _, _, message, comments, context in sorted(
        extract_from_dir(WEB, METHODS, OPTIONS, keywords), key=lambda entry: (entry[0], entry[1])
    ):
        found.add(message, None, auto_comments=comments, context=context)
    return found


def main() -> None:
    """Rewrite the catalogue of each language."""
    template = extracted()
    for lang in TRANSLATED:
        path = WEB / "locale" / f"{lang}.po"
        with path.open("rb") as file:
            catalogue = read_po(file, locale=lang)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        text = BytesIO()
        write_po(text, catalogue, omit_header=True, width=0)
        path.write_text(HEADER.format(lang, catalogue.plural_forms) + text.getvalue().decode(), encoding="utf-8")
        empty = [message.id for message in catalogue if not all(pair(message.string))]
        print(f"{path.name}: {len(catalogue)} strings, {len(empty)} without translation")


def pair(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return a translation as its forms: one, or one for each number."""
    return text if isinstance(text, tuple) else (text,)


if __name__ == "__main__":
    main()
