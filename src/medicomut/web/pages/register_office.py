"""The register's secretariat: files imported after a dry run, and corrections that take two persons."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from medicomut.accession.declarations import Recorded
from medicomut.accession.import_rows import read_declarations
from medicomut.accession.planning import Becomes
from medicomut.accession.status import History
from medicomut.api import csrf
from medicomut.api.access import Principal, authorise
from medicomut.api.correcting import WITH_HOURS, answered, correction, proposed, sayable
from medicomut.api.imports import Rows, packed, read_upload, unpacked
from medicomut.api.problems import STATUS, fault
from medicomut.api.registered import Registered, register_of
from medicomut.api.trail import note
from medicomut.errors import Problem, Problems
from medicomut.store.register_import import ImportPlan, plan_import, record_import
from medicomut.web import weeks
from medicomut.web.languages import Language
from medicomut.web.pages.accession import KIND_NAMES
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.told import told

router = pages("/register")

Asker = Annotated[Principal, Depends(authorise("register"))]
OFFICE: Final = [Depends(authorise("register"))]
Id = Annotated[int, Path(ge=1, le=2**53)]
MOST_SHOWN: Final = 200
"""Rows of a plan on the page: what is refused first; the rest is counted."""

LONGEST: Final = 60
DONE: Final = {"accept": "approved", "reject": "rejected", "withdraw": "withdrawn"}
"""What the page says once a verdict is recorded."""
NOTHING: Final = "nothing"


@router.get("/import", dependencies=OFFICE)
async def start(request: Request, lang: Language) -> Response:
    """Show the form for a file."""
    return _imported(request, lang, register_of(request))


def _imported(
    request: Request, lang: Language, here: Registered, *, problems: Sequence[Problem] = (),
    plan: ImportPlan | None = None, name: str = "", sent: Rows | None = None, recorded: int | None = None,
) -> Response:  # fmt: skip
    rows = sorted(plan.rows, key=lambda row: row.becomes is not Becomes.refused)[:MOST_SHOWN] if plan else []
    status = STATUS.get(problems[0].code, 422) if problems else 200
    content: dict[str, Any] = {
        "plan": plan, "rows": [(row, told(row.problems)) for row in rows], "name": name, "kinds": KIND_NAMES,
        "sent": packed(sent) if sent is not None else "", "problems": told(problems), "recorded": recorded,
        "registered": here,
    }  # fmt: skip
    return show(request, lang, "register_import.html", status=status, cache_control=KEPT_BY_NOBODY, **content)


@router.post("/import")
async def look(request: Request, lang: Language, who: Asker) -> Response:
    """Say what every row of a file would become; nothing is recorded."""
    here = register_of(request)
    try:
        form = await csrf.form_of(request)
        name, rows = await read_upload(request, form.get("file"))
        await request.close()
        await note(request, "operation", "success", "register/import")
        read = read_declarations(rows, here.actor(who.name))
        plan = await to_thread.run_sync(partial(plan_import, here.register, read))
    except Problems as refused:
        return _imported(request, lang, here, problems=refused.problems)
    return _imported(request, lang, here, plan=plan, name=name, sent=rows)


@router.post("/import/record")
async def record(request: Request, lang: Language, who: Asker) -> Response:
    """Record the very plan somebody looked at, all or none, unless they ask for the rows that are not refused."""
    here, form = register_of(request), await request.form(max_files=0)
    name, expected = str(form.get("name", ""))[:100], str(form.get("plan", ""))[:100]
    try:
        rows = unpacked(str(form.get("sent", "")))
        read = read_declarations(rows, here.actor(who.name))
        await note(request, "create", "success", "register/import")
        plan, events = await to_thread.run_sync(
            partial(record_import, here.register, read, expected, partial="partial" in form)
        )
    except Problems as refused:
        return _imported(request, lang, here, problems=refused.problems)
    if events is None:
        return _imported(request, lang, here, plan=plan, name=name, sent=rows)
    return _imported(request, lang, here, plan=plan, recorded=sum(one.new for one in events))


# --- corrections -------------------------------------------------------------------------------------------------


@router.get("/corrections", dependencies=OFFICE)
async def corrections(request: Request, lang: Language, number: str = "", version: int = 0, said: str = "") -> Response:
    """Show what is proposed, and the history of a practitioner, of which one declaration may be corrected."""
    return await _corrections(request, lang, number[:LONGEST].strip(), version, said=said[:LONGEST])


async def _corrections(
    request: Request, lang: Language, number: str, version: int, *, problems: Sequence[Problem] = (), said: str = "",
    week: weeks.Week | None = None, given: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    here = register_of(request)
    faults = list(problems)
    history: History | None = None
    if number:
        await note(request, "read", "success", f"register/{number}/history")
        try:
            history = await to_thread.run_sync(here.history, number)
        except Problems as refused:
            faults += refused.problems
    corrected = next((one for one in history.recorded if one.version == version), None) if history else None
    proposals = list(reversed(await to_thread.run_sync(here.corrections.proposals)))
    shown: dict[str, Any] = {
        "history": history, "corrected": corrected, "number": number, "said": said, "proposals": proposals,
        "me": here.actor(request.state.principal.name), "kinds": KIND_NAMES, "problems": told(faults),
        "given": given or {"says": NOTHING, "from": "", "basis": ""}, "week": week or _week_of(corrected),
        "choices": [kind.name for kind in sayable(corrected.agreement)] if corrected else (),
        "nothing": NOTHING, "registered": here,
    }  # fmt: skip
    status = STATUS.get(faults[0].code, 422) if faults else 200
    return show(request, lang, "register_corrections.html", status=status, cache_control=KEPT_BY_NOBODY, **shown)


def _week_of(corrected: Recorded | None) -> weeks.Week:
    return weeks.Week("", weeks.rows_of(corrected.hours) if corrected else [])


@router.post("/corrections")
async def propose(request: Request, lang: Language, who: Asker) -> Response:
    """Propose a correction: nothing holds before another person has approved it."""
    here, form = register_of(request), await request.form(max_files=0, max_fields=weeks.FIELDS)
    number = str(form.get("number", ""))[:LONGEST]
    version = int(text) if (text := str(form.get("version", ""))).isdecimal() and len(text) < 9 else 0
    given = {name: str(form.get(name, ""))[:200].strip() for name in ("says", "from", "basis")}
    week = weeks.Week("", weeks.sent_rows(form))
    says = None if given["says"] == NOTHING else given["says"]
    wanted: dict[str, Any] = {"number": number, "corrects": version, "says": says, "valid_from": given["from"],
                              "basis": given["basis"]}  # fmt: skip
    if says in {kind.name for kind in WITH_HOURS}:
        wanted["hours"] = week.rows
    try:
        asked = await to_thread.run_sync(correction, here, here.actor(who.name), wanted)
        await proposed(request, here, asked)
    except Problems as refused:
        return await _corrections(request, lang, number, version, problems=refused.problems, week=week, given=given)
    return RedirectResponse(f"/{lang}/register/corrections?number={asked.number}&said=proposed", 303)


@router.post("/corrections/{proposal}/{verdict}")
async def decide(request: Request, lang: Language, who: Asker, proposal: Id, verdict: str) -> Response:
    """Accept or reject what another person proposed, or withdraw what one proposed oneself."""
    here = register_of(request)
    if verdict not in DONE:
        raise fault("not_found", "there is nothing at this address", f"one of: {', '.join(DONE)}")
    try:
        await answered(request, here, proposal, verdict, here.actor(who.name))
    except Problems as refused:
        return await _corrections(request, lang, "", 0, problems=refused.problems)
    return RedirectResponse(f"/{lang}/register/corrections?said={DONE[verdict]}", 303)
