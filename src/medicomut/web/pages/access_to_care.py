"""Access to care: how many general practitioners a municipality needs, and a list of one's own on the map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from anyio import to_thread
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from medicomut.api import csrf, observing
from medicomut.api.problems import STATUS, fault
from medicomut.api.registered import register_of, registered
from medicomut.errors import Problem, Problems
from medicomut.geography import find, municipalities
from medicomut.money import Lang, format_number, ratio
from medicomut.observatory.access import Access, Level, access
from medicomut.observatory.shortage import CLASSES, PER, WITHHELD, Scheme, schemes, word
from medicomut.observatory.withheld import Public
from medicomut.web.drawing import Drawing
from medicomut.web.languages import Language, translations
from medicomut.web.render import ASKED_AGAIN, KEPT_BY_NOBODY, show
from medicomut.web.routes import pages
from medicomut.web.tiles import Words, tile_map
from medicomut.web.told import told
from medicomut.web.written import N_

router = pages("/observatory/access")

FILE: Final = "file"
MOST_SHOWN: Final = 60
"""Municipalities listed, those with the fewest practitioners for their inhabitants first."""
LIMITS: Final = (Fraction(50), Fraction(90))


@router.get("")
async def start(request: Request, lang: Language, q: str = "", code: str = "", number: str = "") -> Response:
    """Find a municipality; say how many practitioners it needs, and what a number of them means."""
    place = municipalities().get(code)
    given = _number(number)
    judged = None
    if place is not None and given is not None:
        density = given * PER / place.inhabitants
        judged = {"density": density, "classes": [(each, each.judge(density)) for each in schemes().values()]}
    asked = {
        "q": q[:60],
        "found": find(q[:60]) if q else [],
        "place": place,
        "number": number[:10],
        "wrong": N_("This is no number.") if number and given is None else "",
        "judged": judged,
        "needed": [] if place is None else _needed(place.inhabitants),
    }
    return _form(request, lang, asked)


@router.get("/register")
async def of_register(request: Request, lang: Language, thresholds: str = "heads") -> Response:
    """Count the practitioners of this server's register, those of municipalities with few of them withheld."""
    here = register_of(request)
    found = await to_thread.run_sync(observing.counted, here, here.today())
    scheme = schemes().get(thresholds, schemes()["heads"])
    return await to_thread.run_sync(_shown, request, lang, found, scheme, here.today())


@router.post("")
async def own(request: Request, lang: Language) -> Response:
    """Count the practitioners of a list that was sent, by municipality and arrondissement, and keep nothing of it."""
    form = await csrf.form_of(request)
    sent, chosen = form.get(FILE), form.get("thresholds")
    body = await sent.read(observing.LARGEST_LIST + 1) if isinstance(sent, UploadFile) else b""
    name = (sent.filename or "")[:100] if isinstance(sent, UploadFile) else ""
    await request.close()
    scheme = schemes().get(chosen if isinstance(chosen, str) else "", next(iter(schemes().values())))
    try:
        if not body:
            raise fault("no_list", "no file was chosen", "choose a file")
        supply = await to_thread.run_sync(observing.read_practitioners, body, name)
    except Problems as refused:
        return _form(request, lang, {}, refused.problems)
    public = Public(supply, frozenset(), supply.nowhere, supply.others)
    return await to_thread.run_sync(_shown, request, lang, public, scheme)


def _form(request: Request, lang: Lang, asked: Mapping[str, Any], problems: Sequence[Problem] = ()) -> Response:
    """Show the search and the form for a list; a municipality that was asked for, or the faults of a list."""
    empty: dict[str, Any] = {
        "q": "",
        "found": [],
        "place": None,
        "number": "",
        "wrong": "",
        "judged": None,
        "needed": [],
    }
    return show(
        request,
        lang,
        "access.html",
        status=STATUS.get(problems[0].code, 422) if problems else 200,
        cache_control=KEPT_BY_NOBODY if problems else ASKED_AGAIN,
        problems=told(problems),
        schemes=list(schemes().values()),
        has_register=registered(request) is not None,
        word_of=lambda key: word(key, lang),
        per_100000=_written(lang),
        **{**empty, **asked},
    )


def _shown(request: Request, lang: Lang, found: Public, scheme: Scheme, day: date | None = None) -> Response:
    """Show who is served by how many: of a list, or of the register on a day."""

    def served(level: Level) -> list[Access]:
        return access(found.supply, scheme, level, withheld=found.withheld)

    places, arrondissements = sorted(served("municipality"), key=lambda each: each.order), served("arrondissement")
    classes = (*CLASSES, WITHHELD)
    counted = Counter(each.judged for each in places)
    people = {key: sum(each.inhabitants for each in places if each.judged == key) for key in classes}
    return show(
        request, lang, "access_of.html", cache_control=KEPT_BY_NOBODY if day is None else ASKED_AGAIN, day=day,
        drawing=_map(arrondissements, lang, day is not None), places=places[:MOST_SHOWN], total=len(places),
        counted=[(key, counted[key], people[key]) for key in classes], regions=served("region"), found=found,
        scheme=scheme, schemes=list(schemes().values()), word_of=lambda key: word(key, lang),
        measure="heads" if found.supply.fte is None else "fte", per_100000=_written(lang),
    )  # fmt: skip


def _written(lang: Lang) -> Callable[[Fraction], str]:
    return lambda value: format_number(value, lang, 1)


def _map(arrondissements: list[Access], lang: Lang, registered: bool) -> Drawing:
    _ = translations(lang).gettext
    of_list = N_("Counted from the list that was sent, against the inhabitants of 1 January 2020.")
    of_register = N_("Counted from this server's register, against the inhabitants of 1 January 2020.")
    words = Words(_(N_("Arrondissement")), _(N_("Per 100,000 inhabitants")), _(N_("not known")))
    return tile_map(
        "density", _(N_("General practitioners per 100,000 inhabitants, by arrondissement")),
        _(of_register if registered else of_list), "arrondissement",
        {each.code: each.density for each in arrondissements}, _written(lang), words, lang,
        short=lambda value: format_number(value, lang), limits=LIMITS,
    )  # fmt: skip


def _needed(inhabitants: int) -> list[tuple[Scheme, str, int]]:
    """Return, for each threshold that needs no area, how many practitioners are enough."""
    return [
        (scheme, each.key, scheme.enough(inhabitants, each.key))
        for scheme in schemes().values()
        for each in scheme.classes
        if each.below is not None and each.people_per_km2_below is None
    ]


def _number(text: str) -> Fraction | None:
    """Read a number of practitioners, whole or with decimals; `None` for what is none."""
    try:
        found = ratio(text.strip().replace(",", ".")[:10])
    except Problems:
        return None
    return found if found >= 0 else None
