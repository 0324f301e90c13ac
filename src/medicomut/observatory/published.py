"""The tables that are shipped, by name, and anybody's own, by path."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from medicomut.errors import Place, Problem, Problems
from medicomut.observatory.figures import Publication
from medicomut.observatory.headings import DATA
from medicomut.observatory.tables import read_publication

FOLDER: Final = DATA / "tables"
LARGEST: Final = 2_000_000
"""No file of tables has more bytes."""


@cache
def names() -> tuple[str, ...]:
    """Return the names of the shipped publications, in order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.csv")))


@cache
def published(name: str) -> Publication:
    """Return a shipped publication. Raises `Problems` (`unknown_table`) naming those there are."""
    if name not in names():
        what = f"{name!r} is neither a shipped table nor a file"
        raise Problems([Problem("unknown_table", what, mend=f"the shipped tables are: {', '.join(names())}")])
    return read_publication((FOLDER / f"{name}.csv").read_text("utf-8"), name)


def load(name_or_path: str) -> Publication:
    """Return a shipped publication by its name, else that of a file. Raises `Problems`."""
    path = Path(name_or_path)
    if name_or_path in names() or not path.is_file():
        return published(name_or_path)
    return decode(path.read_bytes(), name_or_path)


def decode(content: bytes, name: str) -> Publication:
    """Read the bytes of a file: UTF-8, else Windows-1252 as spreadsheets write it. Raises `Problems`."""
    if len(content) > LARGEST:
        what = f"{len(content):,} bytes are more than {LARGEST:,}"
        raise Problems([Problem("file_too_large", what, Place(file=name), mend="keep the tables only")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if any(ord(letter) < ord("\t") for letter in text):
        what = "the file holds bytes that are no text"
        raise Problems([Problem("not_text", what, Place(file=name), mend="save the table as CSV (UTF-8)")])
    return read_publication(text, name)
