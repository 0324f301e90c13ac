"""My accession: what holds for a practitioner who has signed in, what they declared, and a new declaration.

Nothing is recorded before it was shown: what, from which day, by which clause. All that is wrong is told at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from medicomut.accession.deciding import Decision, decide
from medicomut.accession.declarations import Declaration, Kind
from medicomut.accession.status import History, State, Status
from medicomut.accession.window import Moment, Window
from medicomut.agreement import Agreement, available, load
from medicomut.agreement.text import Text
from medicomut.api.access import Principal, authorise
from medicomut.api.declaring import declared, number_of
from medicomut.api.problems import STATUS
from medicomut.api.registered import Registered, registered
from medicomut.api.timetables import Judged, calendar_answer, judged, knows_partial, notice_answer
from medicomut.api.trail import note
from medicomut.errors import Problem, Problems
from medicomut.identity.secrets import new_secret
from medicomut.procedure.denunciation import Denunciation
from medicomut.web import leaving, weeks
from medicomut.web.languages import Language
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.standing import standing
from medicomut.web.told import told

router = pages("/register/mine")

Asker = Annotated[Principal, Depends(authorise("declare"))]
LONGEST: Final = 60
UNREADABLE: Final = 422
KIND: Final = "declare"
"""The field that says what is declared; `kind` is that of the hours of a row."""

BROKEN: Final = "timetable_not_valid"
WITH_HOURS: Final = ("partial", "changed")
ASKED: Final = ("refused", "partial", "changed", "acceded", "denounced")
"""What may be declared on the page."""


@dataclass(slots=True)
class Mine:
    """A practitioner's own: history, status of a day, and the agreements that may still be declared on."""

    here: Registered
    history: History
    today: date
    status: Status
    agreements: list[tuple[Agreement, Window | None, Moment | None]] = field(default_factory=list)

    def may(self, agreement: Agreement, moment: Moment | None) -> list[str]:
        """Return what can be declared today on an agreement, by its kind."""
        state = self.history.status(self.today, [term for term in self.here.terms if term.id == agreement.id]).state
        in_time = moment in {Moment.in_time, Moment.in_extension}
        partly = knows_partial(agreement.id)
        can = {
            "refused": in_time and state is not State.refused,
            "partial": in_time and partly,
            "changed": state is State.partial and partly and not in_time,
            "acceded": state in {State.refused, State.partial},
            "denounced": state in {State.full, State.partial} and bool(leaving.grounds_of(agreement)),
        }
        return [kind for kind in ASKED if can[kind]]


def mine_of(here: Registered, number: str) -> Mine:
    """Return what the register holds of a practitioner today."""
    history, today = here.history(number), here.today()
    found = Mine(here, history, today, history.status(today, here.terms))
    for named in available():
        signed = load(named)
        if signed.heading.term.end is not None and signed.heading.term.end < today:
            continue
        try:
            _, window = here.terms_of(named)
        except Problems:  # its publication is not known
            found.agreements.append((signed, None, None))
        else:
            found.agreements.append((signed, window, window.moment(here.now())))
    return found


@router.get("")
async def overview(request: Request, lang: Language, said: str = "") -> Response:
    """Show the practitioner's status, declarations and what may be declared today; to others how they get there."""
    here, number = registered(request), number_of(standing(request).who)
    if here is None or number is None:
        return show(request, lang, "mine_nobody.html", registered=here)
    await note(request, "read", "success", f"register/{number}/history")
    return await _shown(request, lang, here, number, said=said[:LONGEST])


async def _shown(
    request: Request, lang: Language, here: Registered, number: str, *, week: weeks.Week | None = None,
    problems: list[Problem] | None = None, said: str = "", left: Mapping[str, str] | None = None,
    against: Sequence[Text] = (),
) -> Response:  # fmt: skip
    """Show the page; `left` is what a form of denunciation held, `against` what stands against it."""
    found = await to_thread.run_sync(mine_of, here, number)
    receipt = next((one for one in found.history.recorded if str(one.sequence) == said), None)
    faults, unread = problems or [], week.problems if week else []
    # htmx shows no answer that says it is a refusal; a reader without it gets the status.
    refused = [] if "hx-request" in request.headers else [*faults, *unread]
    status = STATUS.get(refused[0].code, UNREADABLE) if refused else UNREADABLE if against else 200
    return show(request, lang, "mine.html", status=status, cache_control=KEPT_BY_NOBODY, mine=found, registered=here,
                week=week or _week(found), problems=told(_once(faults)), unread=told(unread), receipt=receipt,
                titles={name: load(name).heading.title for name in available()},
                numbers={one.version: one.sequence for one in found.history.recorded},
                kinds=KIND_NAMES, left=left or dict.fromkeys(leaving.FIELDS, ""), against=against,
                grounds_of=leaving.grounds_of)  # fmt: skip


def _once(faults: list[Problem]) -> list[Problem]:
    """Return what is told above a page: of a week that is not valid only that; beside it stands what each breaks."""
    broken = [replace(one, what="", mend="") for one in faults if one.code == BROKEN]
    return [*broken[:1], *(one for one in faults if one.code != BROKEN)]


KIND_NAMES: Final = {kind.name: f"kind_{kind.name}" for kind in Kind}
"""The words of the register by which a kind of declaration is shown."""


def _week(found: Mine) -> weeks.Week:
    """Return the hours declared now, else an empty week."""
    profession = found.history.profession or "gp"
    if found.status.state is State.partial and found.status.agreement is not None:
        rows = weeks.rows_of(found.status.hours)
        week = weeks.Week(profession, rows)
        week.judged = judged(load(found.status.agreement), profession, found.status.hours, {}, None)
        return week
    return weeks.Week(profession, [])


@router.post("")
async def judge(request: Request, lang: Language, who: Asker) -> Response:
    """Judge the week of the form, and show the page again with it."""
    here, number = registered(request), number_of(who)
    if here is None or number is None:
        return RedirectResponse(f"/{lang}/register/mine", 303)
    form = await request.form(max_files=0, max_fields=weeks.FIELDS)
    profession = (await to_thread.run_sync(here.history, number)).profession
    week = weeks.read_form(form, _named(str(form.get("agreement", ""))), profession)
    if weeks.MORE in form or not week.rows:
        week.problems = []
    return await _shown(request, lang, here, number, week=week)


def _named(agreement: str) -> Agreement:
    known = [name for name in available() if knows_partial(name)]
    return load(agreement if agreement in known else known[-1])


@router.get("/declare")
async def declaring(lang: Language) -> Response:
    """Lead who changes the language while confirming back to where one declares."""
    return RedirectResponse(f"/{lang}/register/mine", 303)


@router.post("/declare")
async def declare(request: Request, lang: Language, who: Asker) -> Response:
    """Show what would be recorded, from which day and by which clause; once that is confirmed, record it."""
    here, number = registered(request), number_of(who)
    form = await request.form(max_files=0, max_fields=weeks.FIELDS)
    kind, named = str(form.get(KIND, ""))[:LONGEST], str(form.get("agreement", ""))[:LONGEST]
    if here is None or number is None or kind not in ASKED or named not in available():
        return RedirectResponse(f"/{lang}/register/mine", 303)
    history = await to_thread.run_sync(here.history, number)
    week = weeks.read_form(form, _named(named), history.profession) if kind in WITH_HOURS else None
    if week is not None and week.judged is None:
        return await _shown(request, lang, here, number, week=week)
    hours = tuple(week.hours) if week else ()
    asked, signed = Declaration(Kind[kind], number, here.actor(who.name), named, hours), load(named)
    left = leaving.given_in(form) if kind == Kind.denounced.name else None
    weighed: Denunciation | None = None
    try:
        if left is not None:
            weighed = leaving.weigh(signed, left, here.today())
            if weighed.outcome.admissible is not True:
                return await _shown(request, lang, here, number, left=left, against=weighed.reasons())
            basis = f"{named}#{weighed.ground.clause}"
            asked = replace(asked, valid_from=weighed.effective, basis=basis)
        if "confirmed" in form:
            outcome = await declared(request, here, asked, str(form.get("key", ""))[:LONGEST] or None)
            return RedirectResponse(f"/{lang}/register/mine?said={outcome.event.sequence}", 303)
        decision = await to_thread.run_sync(decided, here, asked, history)
    except Problems as refused:
        return await _shown(request, lang, here, number, week=week, problems=refused.problems, left=left)
    content: dict[str, Any] = {"asked": asked, "decision": decision, "week": week, "key": new_secret()[:32],
                               "signed": signed, "kinds": KIND_NAMES, "registered": here, "weighed": weighed,
                               "left": left or {}}  # fmt: skip
    return show(request, lang, "mine_confirm.html", cache_control=KEPT_BY_NOBODY, **content)


def decided(here: Registered, asked: Declaration, history: History) -> Decision:
    """Decide on a declaration as if it were recorded now; raises `Problems` with every reason against it."""
    agreement, window = here.terms_of(asked.agreement or "")
    return decide(asked, history, here.now(), agreement, window)


@router.get("/hours.ics")
async def calendar(request: Request, lang: Language, who: Asker) -> Response:
    """Give the hours declared as a calendar that repeats every week."""
    found = await _declared(request, who)
    if isinstance(found, Judged):
        return calendar_answer(found, lang)
    return RedirectResponse(f"/{lang}/register/mine", 303)


@router.get("/notice")
async def door(request: Request, lang: Language, who: Asker, name: str = "") -> Response:
    """Show the hours declared as a notice for the door, to print."""
    found = await _declared(request, who)
    if isinstance(found, Judged):
        return notice_answer(found, lang, name[:100])
    return RedirectResponse(f"/{lang}/register/mine", 303)


async def _declared(request: Request, who: Principal) -> Judged | None:
    """Return the hours a practitioner has declared, None where there are none."""
    here, number = registered(request), number_of(who)
    if here is None or number is None:
        return None
    return _week(await to_thread.run_sync(mine_of, here, number)).judged
