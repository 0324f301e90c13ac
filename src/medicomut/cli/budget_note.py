"""The note on a scenario as a file: HTML or PDF by its name."""

from __future__ import annotations

from pathlib import Path

from medicomut.budget.note import as_html, as_pdf, note
from medicomut.budget.pricing import Figures
from medicomut.cli.common import write_whole
from medicomut.errors import Problem, Problems
from medicomut.money import Lang


def write_note(figures: list[Figures], path: Path, lang: Lang) -> None:
    """Write the note; ``Problems`` for several scenarios or a name that says neither .html nor .pdf."""
    if len(figures) != 1:
        raise Problems([Problem("one_note", "a note is on one scenario", mend="name one file")])
    written = note(figures[0], lang)
    if path.suffix == ".html":
        write_whole(path, as_html(written).encode())
    elif path.suffix == ".pdf":
        write_whole(path, as_pdf(written))
    else:
        what = f"{path.name} says neither HTML nor PDF"
        raise Problems([Problem("unknown_format", what, mend="end the name in .html or .pdf")])
