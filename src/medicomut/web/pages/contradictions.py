"""Published tables with what their figures cannot all be, and a table of one's own, judged and forgotten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from anyio import to_thread
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from medicomut.api import csrf, observing
from medicomut.api.problems import STATUS, fault
from medicomut.errors import Problem, Problems
from medicomut.money import Lang
from medicomut.observatory.figures import Publication, Table
from medicomut.observatory.headings import key_column
from medicomut.observatory.kept import judged
from medicomut.observatory.published import decode, names, published
from medicomut.observatory.wording import say
from medicomut.web.languages import Language
from medicomut.web.render import ASKED_AGAIN, KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.told import told
from medicomut.web.written import N_

router = pages("/observatory/contradictions")

FILE: Final = "file"
TEXT: Final = "text"
LONGEST_TEXT: Final = 20_000
SEVERITIES: Final = {
    "contradiction": N_("contradiction"),
    "warning": N_("to be looked at"),
    "wording": N_("wrongly worded"),
    "remark": N_("remark"),
}
"""How a finding stands, as a badge says it."""
WRITTEN_IN: Final = {"conventioning-2024": "fr"}
"""The language of a shipped publication that is kept in its own words; the others are described in English."""
FIGURE: Final = re.compile(r"[↗↘+−-]?\s?[0-9][0-9.,\s]*%?")
MARKED: Final = ("contradiction", "warning")
"""Findings whose figures are marked in the table: the others are about words."""


def title_of(found: Publication, lang: Lang) -> str:
    """Return the title of a shipped publication: its own where it is kept in its own words, else the reader's."""
    if found.name in WRITTEN_IN:
        return found.head["title"]
    year = max(cell.key.year or 0 for cell in found.cells)
    if found.name.endswith("-counts"):
        return say("table_of_persons", lang, year=year)
    return say("table_of_year", lang, year=year) if f"{year}" in found.name else say("table_of_specialties", lang)


@dataclass(frozen=True, slots=True)
class Printed:
    """A table as printed: title, headings, and rows of cells, each with whether a finding is about it.

    `figures` are the columns that hold nothing but figures.
    """

    title: str
    headings: tuple[str, ...]
    rows: list[list[tuple[str, bool]]]
    figures: frozenset[int]


@router.get("")
async def tables(request: Request, lang: Language) -> Response:
    """List the published tables, and take one's own."""
    return _tables(request, lang)


def _tables(request: Request, lang: Lang, problems: list[Problem] | None = None, text: str = "") -> Response:
    status = STATUS.get(problems[0].code, 422) if problems else 200
    return show(
        request, lang, "contradictions.html", status=status, cache_control=KEPT_BY_NOBODY if problems else ASKED_AGAIN,
        publications=[published(name) for name in names()], written_in=WRITTEN_IN,
        title_of=lambda each: title_of(each, lang), problems=told(problems or []), text=text,
    )  # fmt: skip


@router.post("")
async def own(request: Request, lang: Language) -> Response:
    """Judge a table that was sent or written down, and keep nothing of it."""
    form = await csrf.form_of(request)
    sent, text = form.get(FILE), form.get(TEXT)
    body = await sent.read(observing.LARGEST_TABLE + 1) if isinstance(sent, UploadFile) else b""
    name = (sent.filename or "")[:100] if isinstance(sent, UploadFile) and body else "table.csv"
    await request.close()
    written = text[:LONGEST_TEXT] if isinstance(text, str) else ""
    try:
        content = body or written.encode()
        if not content.strip():
            raise fault("no_table", "no table was sent", "choose a file, or write the table down")
        answers = await observing.judged(request.app.state.judging, content, name, lang)
        found = await to_thread.run_sync(decode, content, name)
    except Problems as refused:
        return _tables(request, lang, refused.problems, written)
    return _shown(request, lang, found, answers, KEPT_BY_NOBODY)


@router.get("/{name}")
async def table(request: Request, lang: Language, name: str) -> Response:
    """Show a published table as printed, each contradiction with its proof and repair, and the counts behind it."""
    found = published(name)
    return _shown(request, lang, found, judged(name, lang), ASKED_AGAIN)


def _shown(
    request: Request, lang: Lang, found: Publication, answers: Mapping[str, Any], cache_control: str
) -> Response:
    findings = answers["verification"]["findings"]
    wrong = [finding for finding in findings if finding["severity"] in MARKED]
    marked = {cell["cell"] for finding in wrong for cell in (finding.get("cells") or [finding])}
    shipped = found.name in names() and cache_control == ASKED_AGAIN
    return show(
        request, lang, "contradictions_of.html", cache_control=cache_control, found=found,
        title=title_of(found, lang) if shipped else found.head.get("title", found.name), shipped=shipped,
        findings=findings, severities=SEVERITIES,
        printed=[_printed(table, marked) for table in found.tables], counts=answers["reconstruction"],
        without_region=answers["verification"]["without_region"], say_of=lambda key: say(key, lang),
        place_of=lambda cell: _place(cell, lang), written_in=WRITTEN_IN,
    )  # fmt: skip


def _place(cell: str, lang: Lang) -> str:
    """Write where a figure stands: `2/*/MG actifs 2024` is a column of the second table, `2/*/*` all of it."""
    table, _, rest = cell.partition("/")
    row, _, column = rest.partition("/")
    return ", ".join((f"{say('table', lang)} {table}", *(part for part in (row, column) if part != "*")))


def _printed(table: Table, marked: set[str]) -> Printed:
    """Return a table as printed, the figures of findings marked."""
    keys = [key_column(heading) for heading in table.headings]
    labels = [at for at, key in enumerate(keys) if key not in {None, "status", "source"}]
    found = {(cell.row, cell.column) for cell in table.cells if cell.name in marked}
    rows = []
    for row in table.rows:
        name = " ".join(row[at] for at in labels if at < len(row) and row[at])
        rows.append([(text, (name, heading) in found) for heading, text in zip(table.headings, row, strict=False)])
    return Printed(table.head.get("title", ""), table.headings, rows, _figures(table))


def _figures(table: Table) -> frozenset[int]:
    columns = enumerate(zip_longest(*table.rows, fillvalue=""))
    return frozenset(at for at, texts in columns if at and all(not text or FIGURE.fullmatch(text) for text in texts))
