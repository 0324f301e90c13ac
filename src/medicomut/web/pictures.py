"""The charts and maps of the observatory, by name: drawn in pages, taken away as files, printed in the gallery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from medicomut.geography import municipalities, regions, sources
from medicomut.money import Lang, format_number
from medicomut.observatory.datasets import specialty_name
from medicomut.observatory.figures import ALL, COUNTRY, GP, REGIONS, SPECIALIST
from medicomut.observatory.series import Point, activity, changes, in_year, refusals, series, specialties
from medicomut.observatory.wording import say
from medicomut.web import plots
from medicomut.web.drawing import Drawing
from medicomut.web.languages import translations
from medicomut.web.tiles import Level, Words, tile_map
from medicomut.web.written import N_

_NO_BREAK: Final = "\u00a0"
RATE_LIMITS: Final = tuple(Fraction(each) for each in (80, 85, 90))
"""Where colours of rates part: the same in every map, so that two can be compared."""
CHANGED: Final = (2023, 2024)
"""The years whose change is drawn."""
LATEST: Final = 2024
_SOURCE: Final = N_("Figures of INAMI-RIZIV through the medical press; each with its source in the table to download.")


def percent(lang: Lang, decimals: int = 2) -> plots.Write:
    """Return how a rate is written: with its decimals, a whole one on a scale without."""

    def write(value: Fraction) -> str:
        return f"{format_number(value, lang, decimals)}{'' if lang == 'en' else _NO_BREAK}%"

    return write


def whole(lang: Lang) -> plots.Write:
    """Return how a number of persons is written."""
    return lambda value: format_number(value, lang)


def picture(name: str, lang: Lang) -> Drawing | None:
    """Return a chart or a map by its name, `None` where there is none."""
    maker = PICTURES.get(name)
    return None if maker is None else maker(name, lang)


def _scaled(lang: Lang) -> plots.Write:
    """Return how a rate is written in a plot of lines: whole on the scale, else with two decimals."""
    return lambda value: percent(lang, 0 if value.denominator == 1 else 2)(value)


def _line(name: str, found: list[Point]) -> plots.Series:
    unsure = frozenset(point.year for point in found if point.status != "published")
    return plots.Series(name, {point.year: point.rate for point in found}, unsure)


def _words(lang: Lang) -> tuple[str, str]:
    return translations(lang).gettext(N_("Year")), translations(lang).gettext(N_("not known"))


def _country(name: str, lang: Lang) -> Drawing:
    _ = translations(lang).gettext
    shown = [_line(say(profession, lang), series(COUNTRY, profession)) for profession in (GP, ALL, SPECIALIST)]
    return plots.lines(
        name,
        _(N_("Accession in Belgium since 2011")),
        _(N_("Share of active physicians who did not refuse the agreement. A hollow point is derived, "
             "a dotted line joins years with others unknown between them.")),
        shown, _scaled(lang), _words(lang), note=_(_SOURCE),
    )  # fmt: skip


def _by_region(profession: str, title: str) -> Callable[[str, Lang], Drawing]:
    def draw(name: str, lang: Lang) -> Drawing:
        _ = translations(lang).gettext
        shown = [_line(say(place, lang), series(place, profession)) for place in (*REGIONS, COUNTRY)]
        described = N_("Share of the active who did not refuse the agreement, by region and for the country.")
        return plots.lines(name, _(title), _(described), shown, _scaled(lang), _words(lang), note=_(_SOURCE))

    return draw


def _changed(name: str, lang: Lang) -> Drawing:
    _ = translations(lang).gettext
    before, after = CHANGED
    title = _(N_("Change of the accession rate from %(before)s to %(after)s, in percentage points"))
    rows = [
        plots.Bar(f"{say(each.later.region, lang)}, {say(each.later.profession, lang)}", (each.points,))
        for each in changes(before, after)
        if not each.later.specialty
    ]
    described = N_("Differences of the published rates. They are percentage points, not percent.")
    unit = _(N_("points"))
    return plots.bars(
        name, title % {"before": before, "after": after}, _(described), [unit], rows,
        lambda value: format_number(value, lang, 2), (_(N_("Group")), _words(lang)[1]), note=_(_SOURCE),
    )  # fmt: skip


def _refused(name: str, lang: Lang) -> Drawing:
    _ = translations(lang).gettext
    title = _(N_("Who refused the agreement in %(year)s, in persons")) % {"year": LATEST}
    rows = [
        plots.Bar(f"{say(part.region, lang)}, {say(part.profession, lang)}", (Fraction(part.refused or 0),))
        for part, _share in refusals(LATEST)
    ]
    described = N_("Numbers of persons reconstructed from the published rates: the only whole numbers that give them.")
    return plots.bars(
        name, title, _(described), [_(N_("persons"))], rows, whole(lang), (_(N_("Group")), _words(lang)[1]),
        note=_(_SOURCE),
    )  # fmt: skip


def _specialties(name: str, lang: Lang) -> Drawing:
    _ = translations(lang).gettext
    latest = [series(COUNTRY, SPECIALIST, each)[-1] for each in specialties() if series(COUNTRY, SPECIALIST, each)]
    rows = [
        plots.Bar(f"{specialty_name(point.specialty, lang)} ({point.year})", (point.rate,))
        for point in sorted(latest, key=lambda point: point.rate)
    ]
    described = N_("The latest rate known of each specialty in Belgium, with its year; of the others none was found.")
    return plots.bars(
        name, _(N_("Accession by specialty")), _(described), [_(N_("Accession rate"))], rows, percent(lang),
        (_(N_("Specialty")), _words(lang)[1]), note=_(_SOURCE),
    )  # fmt: skip


def _activity(name: str, lang: Lang) -> Drawing:
    _ = translations(lang).gettext
    rows = [
        plots.Bar(
            f"{specialty_name(each.specialty, lang) if each.specialty else say(each.profession, lang)} ({each.year})",
            (each.heads, each.activity),
        )
        for each in activity()
    ]
    described = N_(
        "Physicians with activity who acceded, beside the share of consultations given by conventioned ones."
    )
    names = [_(N_("by heads")), _(N_("by consultations"))]
    note = _(N_("Intermutualist agency, through the medical press."))
    return plots.bars(
        name, _(N_("Accession by heads and by activity")), _(described), names, rows, percent(lang, 0),
        (_(N_("Group")), _words(lang)[1]), note=note,
    )  # fmt: skip


def _rate_map(profession: str) -> Callable[[str, Lang], Drawing]:
    def draw(name: str, lang: Lang) -> Drawing:
        _ = translations(lang).gettext
        title = _(N_("Accession in %(year)s by region: %(who)s")) % {"year": LATEST, "who": say(profession, lang)}
        known = in_year(LATEST)
        values = {
            place.code: known[key, profession].rate for key, place in regions().items() if (key, profession) in known
        }
        words = Words(_(N_("Region")), _(N_("Accession rate")), _words(lang)[1])
        described = _(N_("One tile for each region; all maps of rates share their colours."))
        return tile_map(
            name, title, described, "region", values, percent(lang), words, lang,
            limit=percent(lang, 0), limits=RATE_LIMITS, note=_(_SOURCE),
        )  # fmt: skip

    return draw


def _population(level: Level) -> Callable[[str, Lang], Drawing]:
    def draw(name: str, lang: Lang) -> Drawing:
        _ = translations(lang).gettext
        source = sources()["municipalities"]
        titles = {
            "province": N_("Inhabitants by province, in thousands"),
            "arrondissement": N_("Inhabitants by arrondissement, in thousands"),
        }
        places = {"province": N_("Province"), "arrondissement": N_("Arrondissement")}
        words = Words(_(places[level]), _(N_("Inhabitants")), _words(lang)[1])
        described = _(N_("On 1 January 2020; a tile for each place, near where it lies."))
        return tile_map(
            name, _(titles[level]), described, level, inhabitants(level), whole(lang), words, lang,
            short=lambda value: format_number(value / 1000, lang), note=f"{source.publisher}, {source.licence}",
        )  # fmt: skip

    return draw


def inhabitants(level: Level) -> Mapping[str, Fraction]:
    """Return the inhabitants of each place of a level by NIS code."""
    found: dict[str, Fraction] = {}
    for place in municipalities().values():
        within = place.arrondissement
        upper = within.province or within.region
        code = within.code if level == "arrondissement" else upper.code if level == "province" else within.region.code
        found[code] = found.get(code, Fraction(0)) + place.inhabitants
    return found


PICTURES: Final[Mapping[str, Callable[[str, Lang], Drawing]]] = {
    "country": _country,
    "regions": _by_region(ALL, N_("Accession by region: all physicians")),
    "regions-gp": _by_region(GP, N_("Accession by region: general practitioners")),
    "regions-specialist": _by_region(SPECIALIST, N_("Accession by region: specialists")),
    "changes": _changed,
    "refusals": _refused,
    "specialties": _specialties,
    "activity": _activity,
    "map-gp": _rate_map(GP),
    "map-specialist": _rate_map(SPECIALIST),
    "map-all": _rate_map(ALL),
    "population-province": _population("province"),
    "population-arrondissement": _population("arrondissement"),
}
"""Every chart and map by its name, in the order of the gallery."""
