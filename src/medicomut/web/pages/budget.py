"""The budget: means and uses as a picture, scenarios with sliders, their files, notes and comparison.

What is asked stands in the address: a scenario is shared by its link, and nothing of it is kept.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Path, Query, Request
from starlette.datastructures import QueryParams, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from medicomut.agreement import Agreement, available, load
from medicomut.api.agreements import ONE, OfAddress
from medicomut.api.answers import as_csv
from medicomut.api.budget import read_several, rows_of
from medicomut.api.budget_asked import LONGEST_FILE, MOST_BESIDE, link_of, priced, read_file
from medicomut.api.budget_note import KINDS, note_answer
from medicomut.api.problems import STATUS, fault
from medicomut.budget import summary
from medicomut.budget.annex import Prorata, Rounding, Rule, sheet
from medicomut.budget.identity import Span
from medicomut.budget.pricing import Figures
from medicomut.budget.scenario_files import load_scenario, shipped, write_scenario
from medicomut.budget.settings_words import settings_words
from medicomut.errors import Problem, Problems
from medicomut.web import budgeting
from medicomut.web.languages import Language
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.told import told
from medicomut.web.waterfall import waterfall

router = pages("/budget")

FILE = "file"
Links = Annotated[list[str] | None, Query()]


@router.get("")
async def start(lang: Language) -> Response:
    """Lead to the budget of the latest agreement that holds one."""
    known = [name for name in available() if load(name).annex is not None]
    if not known:
        raise HTTPException(404)
    return RedirectResponse(budgeting.page_of(lang, known[-1]), 303)


def frame(lang: Language, found: Agreement) -> dict[str, Any]:
    """Return what every page of a budget shows."""
    others = [name for name in available() if name != found.id]
    return {"agreement": found, "base": budgeting.page_of(lang, found.id), "others": others}


@router.get(ONE)
async def means_and_uses(
    request: Request,
    lang: Language,
    found: OfAddress,
    rounding: Rounding = Rounding.half_away_from_zero,
    prorata: Prorata = Prorata.months,
) -> Response:
    """Show means and uses as falling bars, and their table; under another rule, which printed figures it breaks."""
    computed = sheet(found, Rule(rounding, prorata))
    scenarios = list(map(load_scenario, shipped()))
    shown = {**frame(lang, found), "sheet": computed, "chart": waterfall(computed, lang)}
    shown |= {"roundings": list(Rounding), "proratas": list(Prorata), "other_rule": computed.rule != Rule()}
    return show(request, lang, "budget.html", **shown, scenarios=scenarios, link_of=link_of)


@router.get(ONE + "/means-and-uses.csv")
async def table(
    found: OfAddress, rounding: Rounding = Rounding.half_away_from_zero, prorata: Prorata = Prorata.months
) -> Response:
    """Give every line, subtotal and total as CSV, under the rule of the page it is on."""
    return Response(as_csv(rows_of(sheet(found, Rule(rounding, prorata)))), 200, media_type="text/csv; charset=utf-8")


@router.get(ONE + "/scenario")
async def scenario(request: Request, lang: Language, found: OfAddress) -> Response:
    """Show the form of a scenario with what it costs, frees and leaves."""
    return await _shown(request, lang, found, budgeting.read(request, found))


async def _shown(request: Request, lang: Language, found: Agreement, asked: budgeting.Asked) -> Response:
    figures, span, one = None, None, asked.scenario
    if one is not None and (found.annex is not None or one.settings()):
        try:
            figures, span = await priced(request, one)
        except Problems as refused:
            asked.problems = refused.problems
    live = "hx-request" in request.headers
    content = {
        "asked": asked,
        "form": budgeting.form(found, asked, lang),
        "figures": figures,
        "rows": summary.rows(figures, lang, span) if figures else [],
        "settings": settings_words(found, figures.scenario, lang) if figures else [],
        "links": budgeting.links(lang, one, asked.beside) if figures and one else None,
        "problems": told(asked.problems),
        "beside": asked.beside,
    }
    # htmx shows no answer that says it is a refusal; a reader without it gets the status.
    status = 200 if live or not asked.problems else STATUS.get(asked.problems[0].code, 422)
    answer = show(request, lang, "budget_scenario.html", status=status, cache_control=KEPT_BY_NOBODY,
                  **frame(lang, found), **content)  # fmt: skip
    if live and one is not None and figures:
        query = budgeting.with_beside(link_of(one, lang), asked.beside)
        answer.headers["HX-Replace-Url"] = f"{request.url.path}?{query}" if query else request.url.path
    return answer


@router.post(ONE + "/scenario")
async def upload(request: Request, lang: Language, found: OfAddress) -> Response:
    """Take a scenario file and lead to its link; a file of another agreement leads to that one's."""
    async with request.form(max_files=1, max_fields=10) as form:
        sent = form.get(FILE)
        body = await sent.read(LONGEST_FILE + 1) if isinstance(sent, UploadFile) else b""
        name = (sent.filename or "")[:100] if isinstance(sent, UploadFile) else ""
    try:
        if not body:
            raise fault("no_scenario_file", "no file was chosen", "choose a file")
        read = await to_thread.run_sync(read_file, body, name)
    except Problems as refused:
        return await _shown(request, lang, found, budgeting.Asked(defaultdict(str), problems=refused.problems))
    return RedirectResponse(budgeting.links(lang, read, []).share, 303, {"Cache-Control": KEPT_BY_NOBODY})


@router.get(ONE + "/scenario/scenario.yaml")
async def file(request: Request, found: OfAddress) -> Response:
    """Give the scenario of a link as a file."""
    asked = budgeting.read(request, found)
    if asked.scenario is None:
        raise Problems(asked.problems)
    headers = {"Content-Disposition": 'attachment; filename="scenario.yaml"', "Cache-Control": KEPT_BY_NOBODY}
    return Response(write_scenario(asked.scenario), 200, headers, "application/yaml; charset=utf-8")


@router.get(ONE + "/scenario/note.{ending}")
async def note(
    request: Request,
    lang: Language,
    found: OfAddress,
    ending: Annotated[str, Path(pattern=f"^({'|'.join(KINDS)})$")],
) -> Response:
    """Give the two pages on a scenario, to be printed."""
    asked = budgeting.read(request, found)
    if asked.scenario is None:
        raise Problems(asked.problems)
    return await note_answer(request, asked.scenario, lang, ending)


@router.get(ONE + "/comparison")
async def comparison(
    request: Request, lang: Language, found: OfAddress, scenario: Links = None, add: str = ""
) -> Response:
    """Show scenarios side by side; `add` is the link of one more."""
    if found.annex is None:
        raise HTTPException(404)
    links, joining = list(scenario or []), [budgeting.link_pasted(add)] if add.strip() else []
    problems: list[Problem] = []
    try:
        figures = await _all(request, found, [*links, *joining])
        links += joining
    except Problems as refused:
        problems = refused.problems
        figures = await _all(request, found, links) if joining else []
        links = links if joining else []
    columns: list[dict[str, Any]] = [
        {
            "figures": one,
            "rows": {row.label: row for row in summary.rows(one, lang, span)},
            "groups": {group.group.id: group for group in one.indexation.groups} if one.indexation else {},
            "settings": settings_words(found, one.scenario, lang),
            "title": one.scenario.title.in_language(lang) if one.scenario.title else "",
            "change": [
                *QueryParams(links[at]).multi_items(),
                *((budgeting.BESIDE, other) for other in links[:at] + links[at + 1 :]),
            ],
            "without": [("scenario", other) for other in links[:at] + links[at + 1 :]],
        }
        for at, (one, span) in enumerate(figures)
    ]
    # A scenario that gives spending has rows and groups of its own: what any of them has is shown.
    every: dict[str, dict[str, Any]] = {"rows": {}, "groups": {}}
    for column in columns:
        for kind, found_so_far in every.items():
            for name, row in column[kind].items():
                found_so_far.setdefault(name, row)
    own = [(load_scenario(name), name) for name in shipped()]
    content = {
        "columns": columns,
        "every": every,
        "added": links,
        "problems": told(problems),
        "shipped": [(link_of(one, lang), one.title) for one, _ in own if one.agreement == found.id],
        "with_one": lambda query: [("scenario", one) for one in (*links, query)],
        "full": len(links) >= MOST_BESIDE,
    }
    status = STATUS.get(problems[0].code, 422) if problems else 200
    return show(request, lang, "budget_comparison.html", status=status, cache_control=KEPT_BY_NOBODY,
                **frame(lang, found), **content)  # fmt: skip


async def _all(request: Request, found: Agreement, links: list[str]) -> list[tuple[Figures, Span | None]]:
    """Return what each of several links costs; raises `Problems` where one cannot be used."""
    return [await priced(request, one) for one in read_several(found, links)]
