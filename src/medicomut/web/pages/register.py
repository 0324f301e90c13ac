"""The register for everybody: adhesion by place, specialty and day as a map and tables; the window and the quorum.

Counts only: nobody is named on these pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Any, Final

from anyio import to_thread
from fastapi import Request
from starlette.responses import Response

from medicomut.accession.statistics import NO_PROVINCE, Change, Row, changes, label
from medicomut.accession.wording import say, write_share
from medicomut.agreement import available, load
from medicomut.agreement.text import Interval
from medicomut.api.problems import STATUS
from medicomut.api.register import MASKED_BELOW, quorum_counted, window_asked
from medicomut.api.registered import Registered, registered
from medicomut.errors import Problem, Problems
from medicomut.geography import regions
from medicomut.money import Lang
from medicomut.observatory.figures import ALL, COUNTRY, GP, SPECIALIST
from medicomut.observatory.series import series
from medicomut.observatory.wording import say as published_name
from medicomut.web import plots, tiles
from medicomut.web.drawing import Drawing
from medicomut.web.languages import Language, translations
from medicomut.web.pictures import percent
from medicomut.web.render import KEPT_BY_NOBODY, show
from medicomut.web.routes import Day, pages
from medicomut.web.told import told
from medicomut.web.written import N_

router = pages("/register")

BREAKDOWNS: Final = {
    "region": ("region", "profession"),
    "province": ("province", "profession"),
    "arrondissement": ("arrondissement", "profession"),
    "specialty": ("specialty",),
}
"""How the counts may be broken down, by the word of the choice."""

LIMITS: Final = (Fraction(80, 100), Fraction(85, 100), Fraction(90, 100))
"""Where the colours of the map part: the same on every day, so that two maps can be compared."""

BY_SHOWN: Final = dict(
    zip(BREAKDOWNS, (N_("by region"), N_("by province"), N_("by arrondissement"), N_("by specialty")), strict=True)
)


@router.get("")
async def rates(request: Request, lang: Language, by: str = "region", on: Day = None, against: Day = None) -> Response:
    """Show who adheres on a day, by region, province, arrondissement or specialty, and what changed since another."""
    here = registered(request)
    chosen = by if by in BREAKDOWNS else "region"
    shown: dict[str, Any] = {
        "by": chosen, "on": on, "against": against, "breakdowns": BY_SHOWN, "registered": here, "drawing": None,
        "places": [], "total": None, "total_parts": [], "years": [], "across": None, "least": MASKED_BELOW,
    }  # fmt: skip
    if here is not None:
        day = on or latest(here)
        shown |= {"on": day} | await to_thread.run_sync(lambda: counted(here, chosen, day, against, lang))
    return show(request, lang, "register.html", **shown)


def latest(here: Registered) -> date:
    """Return today, or the last day of the latest agreement where that is over."""
    today = here.today()
    ends = [term.interval.end for term in here.terms if term.interval.start <= today]
    covered = any(today in term.interval for term in here.terms)
    return today if covered or not ends else max(end or today for end in ends)


def counted(here: Registered, by: str, day: date, against: date | None, lang: Lang) -> dict[str, Any]:
    """Return the counts of a day as groups of rows, each with its change since a day, their map, the years."""
    names = BREAKDOWNS[by]
    rows = here.public.rows(day, names, MASKED_BELOW)
    changed = changes(here.public.rows(against, names, MASKED_BELOW), rows) if against else {}
    lines: dict[str, list[Line]] = {}
    for row in rows:
        if row.key[0] is not None:
            name = say("together", lang) if row.key[-1] is None else label(names[-1], row.key[-1], lang)
            lines.setdefault(label(names[0], row.key[0], lang), []).append(Line(name, row, changed.get(row.key)))
    whole = (None,) * len(names)
    everybody = next((row for row in rows if row.key == whole), None)
    total = Line(say("all", lang), everybody, changed.get(whole)) if everybody else None
    told = total is not None and total.rate is not None
    years = yearly(here)
    return {
        "places": sorted(lines.items()),
        "total": total,
        "total_parts": [Line("", row, None) for row in rows if row.key[0] is None and row.key != whole],
        "drawing": drawn(by, rows, lang) if by in tiles.LEVELS and told else None,
        "years": years,
        "across": across(years, lang) if total else None,
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: its name, its counts, what changed since another day; small counts are masked."""

    name: str
    row: Row
    change: Change | None

    @property
    def figures(self) -> Mapping[str, int | None]:
        """The counts by name, None for those masked."""
        return self.row.figures(MASKED_BELOW)

    @property
    def rate(self) -> Fraction | None:
        """The adhesion rate, None where one of its two counts is masked."""
        return None if None in (self.figures["adhered"], self.figures["active"]) else self.row.rate

    @property
    def shown(self) -> Change | None:
        """What changed, where neither day is masked."""
        if self.change is None or self.change.to_dict(MASKED_BELOW)["persons"] is None:
            return None
        return self.change


def yearly(here: Registered) -> list[tuple[int, Line]]:
    """Return the adhesion on the last day of each year under an agreement, or today in the year that runs."""
    today, found = here.today(), []
    for year in sorted({year for term in here.terms for year in _years(term.interval, today)}):
        rows = here.public.rows(min(date(year, 12, 31), today), ("profession",), MASKED_BELOW)
        whole = next((row for row in rows if row.key == (None,) and row.active), None)
        if whole is not None:
            found.append((year, Line(str(year), whole, None)))
    return found


def across(years: Sequence[tuple[int, Line]], lang: Lang) -> Drawing:
    """Return the rates of this register beside those published for the country, over the years, in percent."""
    gettext = translations(lang).gettext
    shown = [_published(profession, lang) for profession in (GP, ALL, SPECIALIST)]
    own = {year: 100 * line.rate for year, line in years if line.rate is not None}
    if own:
        shown.append(plots.Series(gettext(N_("this register")), own))  # last: it lies on top
    described = N_(
        "This register at the end of each year, today in the year that runs; by profession, the rates published for "
        "Belgium. A hollow point is derived, a dotted line joins years with others unknown between them."
    )

    def write(rate: Fraction) -> str:
        return percent(lang, 0)(rate) if rate.denominator == 1 else write_share(rate / 100, lang)

    note = gettext(N_("Each published rate stands in the observatory with its source."))
    words, title = (gettext(N_("Year")), gettext(N_("not known"))), gettext(N_("Adhesion rate over the years"))
    return plots.lines("years", title, gettext(described), shown, write, words, note=note)


def _published(profession: str, lang: Lang) -> plots.Series:
    points = series(COUNTRY, profession)
    unsure = frozenset(point.year for point in points if point.status != "published")
    return plots.Series(published_name(profession, lang), {point.year: point.rate for point in points}, unsure)


def _years(interval: Interval, today: date) -> range:
    return range(interval.start.year, min(interval.end or today, today).year + 1)


def drawn(level: str, rows: Sequence[Row], lang: Lang) -> Drawing:
    """Return the map of adhesion rates, both professions together."""
    codes = {region.key: region.code for region in regions().values()} | {NO_PROVINCE: regions()["Brussels"].code}
    values: dict[str, Fraction | None] = {}
    for row in rows:
        place, other = row.key
        if place is not None and other is None and row.figures(MASKED_BELOW)["adhered"] is not None:
            values[codes.get(place, place)] = row.rate
    gettext = translations(lang).gettext
    words = tiles.Words(say(level, lang), say("rate", lang), gettext(N_("not known")))
    title = gettext(N_("Adhesion rate, general practitioners and specialists together"))
    told_of = gettext(N_("Each square is a place, near where it lies on the map; the darker, the more adhere."))
    wanted: tiles.Level = "region" if level == "region" else "province" if level == "province" else "arrondissement"
    return tiles.tile_map(
        "adhesion", title, told_of, wanted, values, partial(write_share, lang=lang), words, lang,
        short=lambda rate: percent(lang, 0)(Fraction(int(rate * 100))), limits=LIMITS,
    )  # fmt: skip


@router.get("/window")
async def window(request: Request, lang: Language, agreement: str = "", published: Day = None) -> Response:
    """Show the window to refuse, the count as it runs, and whether too many have refused by region."""
    here = registered(request)
    named_one = agreement or _under_way(here)
    problems: list[Problem] = []
    found, quorum = None, None
    try:
        found = window_asked(request, named_one, published)
        asked = found
        if here is not None:
            quorum = await to_thread.run_sync(lambda: quorum_counted(here, asked))
    except Problems as refused:
        problems = refused.problems
    today = here.today() if here else date.today()  # noqa: DTZ011 - the reader's own day is what is shown
    left = (found.last_day - today).days if found else None
    status = STATUS.get(problems[0].code, 422) if problems and agreement else 200
    return show(
        request, lang, "register_window.html", status=status, cache_control=KEPT_BY_NOBODY, registered=here,
        window=found, quorum=quorum, problems=told(problems), named=named_one, published=published, left=left,
        today=today, agreements=[load(name) for name in available()], regions=_region_names(lang),
        first_day=found.published if found else None, day=timedelta(days=1),
    )  # fmt: skip


def _under_way(here: Registered | None) -> str:
    """Return the agreement whose term is the latest that a publication is known of."""
    known = [name for name in available() if load(name).heading.published or (here and name in here.publications)]
    return known[-1]


def _region_names(lang: Lang) -> dict[str, str]:
    return {region.key: region.name[lang] for region in regions().values()}
