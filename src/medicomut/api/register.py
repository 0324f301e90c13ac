"""`/v1/register`: timetables judged, the window, the quorum, adhesion counted; status, declarations and their history.

What everybody may read are counts and rules, and the status of one practitioner whose number is known. Histories,
declarations and the table of statuses are for who they are about, and for the secretariat.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import Response

from medicomut.accession.quorum import Denominator
from medicomut.accession.quorum import quorum as quorum_of
from medicomut.accession.statistics import ATTRIBUTES, changes
from medicomut.accession.statistics_table import records
from medicomut.accession.status_table import COLUMNS, status_rows
from medicomut.accession.window import Window
from medicomut.accession.window import window as window_of
from medicomut.agreement import Agreement, available, load, load_law
from medicomut.api import describe, timetables
from medicomut.api import describe_register as described
from medicomut.api.access import Principal, authorise
from medicomut.api.answers import CSV, JSON, KEPT_BY_NOBODY, as_csv, json_answer, language, public, wanted
from medicomut.api.bodies import json_object
from medicomut.api.declaring import declared, may_see, read_declaration, recorded_dict
from medicomut.api.problems import fault
from medicomut.api.registered import Registered, inami_of, register_of, registered
from medicomut.api.room import refuse_unknown_query
from medicomut.api.trail import note, note_question
from medicomut.calendar import minute_of_day

CALENDAR, HTML = "text/calendar", "text/html"
TIMETABLE: Final = ("profession", "agreement", "hours", "readings", "week_of", "name", "lang")
LONGEST_CSV: Final = 64_000
MASKED_BELOW: Final = 5
"""Of fewer persons no count is public: `medicomut register stats` has them for whoever holds the register."""
MASKED_AT_MOST: Final = 10
"""What more may be asked to be hidden takes longer to find out than a request may."""

router = APIRouter(prefix="/v1/register", tags=["register"], dependencies=[Depends(refuse_unknown_query)])
_EVERYBODY = [Depends(authorise("read"))]

Number = Annotated[str, Path(max_length=20, description="An INAMI number, 11 digits")]
Declarer = Annotated[Principal, Depends(authorise("declare"))]
AgreementId = Annotated[str, Query(max_length=50, description="An agreement", examples=["be/amm/2020"])]
KnownAt = Annotated[datetime | None, Query(description="What was recorded until an instant, with its offset")]
On = Annotated[date | None, Query(description="The day; else today")]
Lang = Annotated[str | None, Query(description="fr, nl, de or en; else Accept-Language")]


# --- rules and counts, for everybody -----------------------------------------------------------------------------


@router.post("/timetable", summary="A timetable judged", response_class=Response, dependencies=_EVERYBODY,
             responses=described.JUDGED, openapi_extra=described.TIMETABLE)  # fmt: skip
async def timetable(
    request: Request,
    profession: Annotated[str | None, Query(description="gp or specialist, with a CSV body")] = None,
    agreement: Annotated[str | None, Query(max_length=50, description="With a CSV body")] = None,
    lang: Lang = None,
) -> Response:
    """Say whether hours off tariff keep to the agreement, each broken sub-clause, and what would mend it.

    With `Accept: text/calendar` the hours come as a calendar, with `text/html` as a notice for the door. Nothing is
    kept.
    """
    sent = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    asked: dict[str, Any] = {"profession": profession, "agreement": agreement, "lang": lang}
    if sent == CSV:
        hours = timetables.hours_of_text(await _text(request))
    else:
        given = await json_object(request, TIMETABLE)
        asked |= given
        hours = timetables.hours_of_rows(given.get("hours"))
    spoken = language(request, asked["lang"])
    found = timetables.judged(
        agreement_named(asked["agreement"] or "be/amm/2020"),
        timetables.profession_of(asked["profession"]),
        hours,
        _readings(asked.get("readings")),
        _day(asked.get("week_of"), "week_of"),
    )
    kind = wanted(request, (JSON, CALENDAR, HTML))
    if kind == JSON:
        return json_answer(found.to_dict(spoken), headers={"Content-Language": spoken})
    if kind == CALENDAR:
        return timetables.calendar_answer(found, spoken)
    return timetables.notice_answer(found, spoken, str(asked.get("name") or "")[:100])


async def _text(request: Request) -> str:
    content = await request.body()
    if len(content) > LONGEST_CSV:
        raise fault("too_many_values", f"more than {LONGEST_CSV} bytes of hours", "write hours that touch as one")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise fault("not_utf8", "the body is no text in UTF-8", "send it as UTF-8") from None


def agreement_named(name: object) -> Agreement:
    """Return an agreement by its id; raises `Problems` (`unknown_agreement`)."""
    if name not in available():
        known = f"known: {', '.join(available())}"
        raise fault("unknown_agreement", f"no agreement {str(name)[:100]!r}", known, "agreement")
    return load(str(name))


def _readings(given: object) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise fault("bad_readings", "readings are no object of names and values", field="readings")
    return given


def _day(text: object, field: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise fault("bad_day", f"{field} {str(text)[:40]!r} is not a day", "write it as 2020-02-04", field) from None


@router.get("/window", summary="The window to refuse", response_class=Response, dependencies=_EVERYBODY,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def window(
    request: Request,
    agreement: AgreementId,
    published: Annotated[date | None, Query(description="Publication; else that of the agreement")] = None,
    extended: Annotated[date | None, Query(description="Day to which the online service stays open")] = None,
) -> Response:
    """Say until which day one may refuse or accede partly, and when the agreement is in force."""
    content = window_asked(request, agreement, published, extended).to_dict()
    return public(request, content, [content], {})


def window_asked(request: Request, named: str, published: date | None, extended: date | None = None) -> Window:
    """Return the window of an agreement; raises `Problems`: `unknown_agreement`, `not_published`, `bad_extension`."""
    signed, here = agreement_named(named), registered(request)
    day = published or (here.publications.get(named) if here else None)
    return window_of(signed, load_law(signed.heading.country), day, extended)


@router.get("/quorum", summary="The running count and the quorum", response_class=Response, dependencies=_EVERYBODY,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def quorum(
    request: Request,
    agreement: AgreementId,
    published: Annotated[date | None, Query(description="Publication; else that of the agreement")] = None,
    known_at: KnownAt = None,
    unverified: Annotated[bool, Query(description="Let tests decide too that are known only second-hand")] = False,
) -> Response:
    """Count the refusals by region and profession and hold them against the law, as of the last day of the window.

    What comes in after the legal cut-off does not count; `known_at` freezes what was known. Counts only.
    """
    content = await to_thread.run_sync(
        lambda: quorum_counted(
            register_of(request), window_asked(request, agreement, published), known_at, all_decide=unverified
        )
    )
    return public(request, content, content["regions"], {})


def quorum_counted(
    here: Registered, asked: Window, known_at: datetime | None = None, *, all_decide: bool = False
) -> dict[str, Any]:
    """Return the quorum of the register as plain values, with its window.

    Raises `Problems`: `no_counts` where nobody is active on its last day, `no_time_zone`.
    """
    rows = here.public.quorum(asked.last_day, known_at)
    if not rows:
        what = f"nobody in the register is active on {asked.last_day}"
        raise fault("no_counts", what, "register practitioners first")
    signed = load(asked.agreement)
    law = load_law(signed.heading.country)
    found = quorum_of(law, rows, Denominator.active, asked.published, all_decide=all_decide)
    return {"agreement": signed.id, "window": asked.to_dict()} | found.to_dict()


@router.get("/statistics", summary="Adhesion on a day", response_class=Response, dependencies=_EVERYBODY,
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def adhesion(
    request: Request,
    by: Annotated[str, Query(max_length=100, description=f"Some of {', '.join(ATTRIBUTES)}")] = "region,profession",
    on: On = None,
    since: Annotated[date | None, Query(description="Show what changed since a day, in persons and points")] = None,
    mask: Annotated[
        int, Query(ge=MASKED_BELOW, le=MASKED_AT_MOST, description="Counts of fewer persons are hidden")
    ] = MASKED_BELOW,
    known_at: KnownAt = None,
    lang: Lang = None,
) -> Response:
    """Count who is active, full, partly and not conventioned, with every total, the rate and its change. Counts only.

    Counts of fewer than `mask` persons are null, and with them as many others as it takes that nobody can compute them
    from this answer. A table too fine for that is refused (`too_fine`).
    """
    here, names, spoken = register_of(request), attributes(by), language(request, lang)
    day = on or here.today()
    if since is not None and since >= day:
        what = f"since {since} is not before {day}, the day that is counted"
        raise fault("bad_since", what, "name an earlier day, or a later one with on", "since")

    def counted() -> list[dict[str, Any]]:
        rows = here.public.rows(day, names, mask, known_at)
        earlier = changes(here.public.rows(since, names, mask, known_at), rows) if since else None
        return records(rows, names, spoken, mask, earlier)

    rows = await to_thread.run_sync(counted)
    content = {"on": day.isoformat(), "since": since.isoformat() if since else None, "by": names, "mask": mask}
    return public(request, content | {"rows": rows}, rows, {"Content-Language": spoken})


def attributes(by: str) -> list[str]:
    """Return attributes by which is counted; raises `Problems` (`bad_attribute`) for others, or one named twice."""
    names = [name.strip() for name in by.split(",") if name.strip()]
    if not names or len(set(names)) < len(names) or not set(names) <= set(ATTRIBUTES):
        mend = f"write some of: {','.join(ATTRIBUTES)}"
        raise fault("bad_attribute", f"by {by[:100]!r} does not name attributes, each once", mend, "by")
    return names


# --- one practitioner --------------------------------------------------------------------------------------------


@router.get("/status/{number}", summary="The status of a practitioner", response_class=Response,
            dependencies=[Depends(authorise("people"))], responses=describe.answers(describe.OBJECT))  # fmt: skip
async def status(
    request: Request,
    number: Number,
    on: On = None,
    known_at: KnownAt = None,
    time: Annotated[str | None, Query(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="HH:MM")] = None,
    site: Annotated[str | None, Query(max_length=100, description="At which site, with `time`")] = None,
    lang: Lang = None,
) -> Response:
    """Say what holds on a day, why and by which clause; with `time`, whether that hour is off tariff."""
    here, spoken = register_of(request), language(request, lang)
    history = await to_thread.run_sync(here.history, number, known_at)
    found = history.status(on or here.today(), here.terms)
    content = found.to_dict(spoken) | {"profession": history.profession}
    if time is not None:
        content |= {"time": time, "site": site, "off_tariff": found.free_at(minute_of_day(time), site)}
    note_question(request, "read", "success", f"register/{history.number}")
    return json_answer(content, headers={"Content-Language": spoken})


@router.get("/practitioners/{number}/history", summary="What was declared", response_class=Response,
            responses=describe.answers(describe.OBJECT))  # fmt: skip
async def history(request: Request, number: Number, who: Declarer, known_at: KnownAt = None) -> Response:
    """Give every declaration of a practitioner in the order of recording: for them, and for the secretariat."""
    here = register_of(request)
    may_see(who, inami_of(number))
    await note(request, "read", "success", f"register/{inami_of(number)}/history")
    found = await to_thread.run_sync(here.history, number, known_at)
    return json_answer({"number": found.number, "profession": found.profession, "region": found.region,
                        "items": [recorded_dict(one) for one in found.recorded]})  # fmt: skip


@router.post("/practitioners/{number}/declarations", status_code=201, summary="Declare", response_class=Response,
             responses=described.DECLARED, openapi_extra=describe.body(described.DECLARATION))  # fmt: skip
async def declare(
    request: Request,
    number: Number,
    who: Declarer,
    idempotency_key: Annotated[str | None, Header(max_length=100, description="Sent again, nothing is added")] = None,
) -> Response:
    """Record a declaration durably, or name every reason against it with its clause (201; 200 where it was there).

    A practitioner declares for themselves; the secretariat for anybody, and who is registered or has ended.
    """
    here = register_of(request)
    given = await json_object(request, described.DECLARATION["properties"])
    asked = read_declaration(here, who, inami_of(number), given)
    outcome = await declared(request, here, asked, idempotency_key)
    content = recorded_dict(outcome.event) | {"recorded": outcome.new, "after_cut_off": outcome.after_cut_off}
    return json_answer(content, 201 if outcome.new else 200)


@router.get("/table", summary="The table of statuses", response_class=Response,
            dependencies=[Depends(authorise("register"))],
            responses=describe.answers(describe.OBJECT, describe.CSV_TEXT))  # fmt: skip
async def table(request: Request, known_at: KnownAt = None) -> Response:
    """Give from when to when everybody had which status, as CSV that `medicomut check --practitioners` reads."""
    here = register_of(request)
    await note(request, "read", "success", "register/table")
    kind = wanted(request, (CSV, JSON))
    rows = await to_thread.run_sync(lambda: list(status_rows(here.register.histories(known_at), here.terms)))
    if kind == JSON:
        return json_answer({"columns": list(COLUMNS), "rows": rows})
    headers = {"Cache-Control": KEPT_BY_NOBODY, "Content-Disposition": 'attachment; filename="practitioners.csv"'}
    body = as_csv(rows) if rows else ",".join(COLUMNS) + "\n"
    return Response(body, 200, headers, "text/csv; charset=utf-8")
