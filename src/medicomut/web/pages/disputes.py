"""The dispute desk, for the secretariat: cases, their steps, what each still needs; and the decisions for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from medicomut.agreement import available, load
from medicomut.api.access import Principal, authorise
from medicomut.api.disputes import every_decision
from medicomut.api.disputing import case_of, every_case, read_step, record, today
from medicomut.api.problems import STATUS
from medicomut.errors import Problem, Problems
from medicomut.procedure.disputes import AWAITED, BENCHES, OUTCOMES, Case, Kind, Status, Subject, Track
from medicomut.procedure.disputes_anonymity import proposed
from medicomut.procedure.disputes_deciding import OFFICIAL, rules
from medicomut.procedure.disputes_publishing import search
from medicomut.procedure.disputes_wording import call, say, words
from medicomut.web.languages import Language
from medicomut.web.pages.procedures import frame
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.told import told
from medicomut.web.written import spoken

router = pages("/procedures")

Secretariat = Annotated[Principal, Depends(authorise("procedures"))]
Number = Annotated[str, Path(max_length=50)]
Asked = Annotated[str, Query(max_length=200)]

TEXTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.advice_asked: ("reference", "text"),
    Kind.advice_given: ("reference", "text"),
    Kind.hearing: ("reference", "text"),
    Kind.deadline: ("awaited", "due", "note"),
    Kind.document: ("title", "reference"),
    Kind.withdrawn: ("reason",),
    Kind.concluded: ("outcome", "text"),
    Kind.reopened: ("reason",),
    Kind.published: ("title", "text", "language"),
    Kind.unpublished: ("reason",),
}
"""The fields of the form of each step; the college has a form of its own."""


@router.get("/disputes")
async def desk(request: Request, lang: Language, who: Secretariat) -> Response:
    """List the cases, and open one."""
    del who
    return await _desk(request, lang)


async def _desk(request: Request, lang: Language, status: int = 200, **content: Any) -> Response:
    every = await every_case(request)
    shown = {"given": {}, "refused": [], "could": None} | content
    return show(request, lang, "disputes.html", status=status, cache_control=KEPT_BY_NOBODY, cases=every,
                track_options=[(one.value, say(f"track_{one}", lang)) for one in Track],
                subject_options=[(one.value, say(f"subject_{one}", lang)) for one in Subject],
                agreement_options=[(name, load(name).heading.title.in_language(lang)) for name in rules()],
                w=spoken(say, lang), **shown)  # fmt: skip


@router.post("/disputes")
async def open_case(request: Request, lang: Language, who: Secretariat) -> Response:
    """Open a case, or only say whether it could be."""
    sent = await request.form()
    dry_run = "try" in sent
    content = {
        "track": _text(sent, "track"),
        "subject": _text(sent, "subject"),
        "agreement": _text(sent, "agreement"),
        "parties": [
            {"role": role, "name": name} for role in ("applicant", "respondent") for name in _lines(sent, role)
        ],
        "question": _text(sent, "question"),
        "clauses": (_text(sent, "clauses") or "").replace(",", " ").split() or None,
        "codes": (_text(sent, "codes") or "").replace(",", " ").split() or None,
        "point": _text(sent, "point") if sent.get("track") == Track.arbitration else None,
    }
    try:
        step = read_step(Kind.opened, "", sent.get("day"), content, today(request))
        receipt = await record(request, who, step, dry_run=dry_run)
    except Problems as found:
        return await _desk(request, lang, _status(found), given=sent, refused=_refused(found.problems, lang))
    if dry_run:
        return await _desk(request, lang, given=sent, could=receipt.basis)
    return RedirectResponse(f"/{lang}/procedures/disputes/{receipt.case}?done=opened#content", 303)


@router.get("/disputes/{number}")
async def one(request: Request, lang: Language, who: Secretariat, number: Number, done: Asked = "") -> Response:
    """Show a case: what is missing, its limits and its history; and record a step."""
    del who
    recorded = done if done in Kind.__members__ else ""
    return _case(request, lang, await case_of(request, number), done=recorded)


def _case(request: Request, lang: Language, case: Case, status: int = 200, **content: Any) -> Response:
    agreement = load(case.agreement)
    shown = {"given": {}, "at": "", "refused": [], "could": None, "done": ""} | content
    concluded = case.conclusion.content["text"] if case.conclusion is not None else ""
    outcomes = [(one.value, say(f"outcome_{one}", lang)) for one in OUTCOMES[case.track]]
    return show(request, lang, "dispute.html", status=status, cache_control=KEPT_BY_NOBODY, case=case,
                parties=[(party.role, call(party.name, agreement, lang)) for party in case.parties],
                possible=_possible(case), outcomes=outcomes,
                awaited=[(one, say(f"awaited_{one}", lang)) for one in AWAITED], benches=BENCHES,
                official=OFFICIAL, proposal=proposed(concluded, case, lang),
                base=f"/{lang}/procedures/disputes/{case.id}", w=spoken(say, lang), **shown)  # fmt: skip


def _possible(case: Case) -> list[Kind]:
    """Return the steps whose forms a case shows, the ones it still needs first."""
    if case.status is not Status.open:
        last = [Kind.unpublished] if case.publication is not None else [Kind.reopened]
        first = [Kind.published] if case.conclusion is not None and case.publication is None else []
        return [*first, Kind.document, *last]
    needed = [kind for kind in case.missing if kind is not Kind.published]
    return [*dict.fromkeys([*needed, Kind.deadline, Kind.hearing, Kind.document, Kind.withdrawn])]


@router.post("/disputes/{number}/{name}")
async def add_step(request: Request, lang: Language, who: Secretariat, number: Number, name: Number) -> Response:
    """Record a step, or only say whether it could be."""
    kind = Kind.__members__.get(name)
    if kind is None or kind is Kind.opened:
        raise HTTPException(404)
    sent = await request.form()
    dry_run = "try" in sent
    content = _college(sent) if kind is Kind.college else {field: _text(sent, field) for field in TEXTS[kind]}
    try:
        step = read_step(kind, number, sent.get("day"), content, today(request))
        receipt = await record(request, who, step, dry_run=dry_run)
    except Problems as found:
        case = await case_of(request, number)
        refused = _refused(found.problems, lang)
        return _case(request, lang, case, _status(found), given=sent, at=name, refused=refused)
    if dry_run:
        return _case(request, lang, await case_of(request, number), given=sent, at=name, could=receipt.basis)
    return RedirectResponse(f"/{lang}/procedures/disputes/{number}?done={name}#content", 303)


def _college(sent: FormData) -> dict[str, Any]:
    members = [{"name": name, "bench": bench} for bench in BENCHES for name in _lines(sent, bench)]
    chair = _text(sent, "chair")
    return {
        "members": members or None,
        "chair": {"name": chair, "body": _text(sent, "body") or ""} if chair is not None else None,
    }


def _text(sent: FormData, name: str) -> str | None:
    """Return what was filled in, `None` where nothing was; lines end as everywhere."""
    value = sent.get(name)
    return value.replace("\r\n", "\n").strip() or None if isinstance(value, str) else None


def _lines(sent: FormData, name: str) -> list[str]:
    return [line.strip() for line in (_text(sent, name) or "").splitlines() if line.strip()]


def _status(found: Problems) -> int:
    return STATUS.get(found.problems[0].code, 422)


def _refused(problems: Sequence[Problem], lang: Language) -> list[dict[str, Any]]:
    """Return each reason in the reader's language with its clauses, and what was found as the fault says it."""
    known = words()
    return [
        {
            "says": say(f"refused_{one.code}", lang) if f"refused_{one.code}" in known else told([one])[0].sentence,
            "what": one.what,
            "cites": one.cites,
        }
        for one in problems
    ]


@router.get("/decisions")
async def decisions(request: Request, lang: Language, q: Asked = "", clause: Asked = "", track: Asked = "") -> Response:
    """Search the anonymised decisions."""
    every = await every_decision(request)
    chosen = track if track in tuple(Track) else ""
    found = search(every, q, clause=clause.strip(), track=chosen)
    latest = load(available()[-1])
    return show(request, lang, "decisions.html", **frame(lang, latest), every=every, found=found, q=q, clause=clause,
                track=chosen,
                track_options=[("", say("all", lang)), *((one.value, say(f"track_{one}", lang)) for one in Track)],
                w=spoken(say, lang))  # fmt: skip
