"""Where a practice lies: the municipality says the arrondissement, that the province, and each of them the region."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final

from medicomut.accession.declarations import PLACES, Declaration
from medicomut.accession.wording import say
from medicomut.errors import Place, Problem, Problems
from medicomut.geography import (
    LANGUAGES,
    Arrondissement,
    Municipality,
    Province,
    Region,
    arrondissements,
    municipalities,
    provinces,
    regions,
)

Named = Region | Province | Arrondissement | Municipality
Places = tuple[str | None, str | None, str | None, str | None]
"""Region, province, arrondissement and municipality, as `PLACES` has them."""

_TABLES: Final[dict[str, Callable[[], Mapping[str, Named]]]] = {
    "region": regions,
    "province": provinces,
    "arrondissement": arrondissements,
    "municipality": municipalities,
}


def located(declared: Declaration) -> Declaration:
    """Return a declaration with the codes of its places, those that follow from a smaller one included.

    A place may be named by its code or in any of the four languages. Raises `Problems`: `unknown_place`,
    `ambiguous_place` (a name that two places bear), `place_differs` (the municipality lies elsewhere).
    """
    said = (declared.region, declared.province, declared.arrondissement, declared.municipality)
    found = _follow(said)
    if found == said:
        return declared
    region, province, arrondissement, municipality = found
    return replace(declared, region=region, province=province, arrondissement=arrondissement, municipality=municipality)


@lru_cache(maxsize=4_096)
def _follow(said: Places) -> Places:
    faults: list[Problem] = []
    known: dict[str, str] = {}
    for name, text in zip(PLACES, said, strict=True):
        try:
            known |= {} if not text else {name: code_of(name, text)}
        except Problems as unknown:
            faults += unknown.problems
    follows = dict(known)
    for name in reversed(PLACES):
        follows |= {key: value for key, value in _above(name, follows.get(name)).items() if key not in follows}
        faults += _differences(name, follows.get(name), known)
    if faults:
        raise Problems(faults)
    return follows.get("region"), follows.get("province"), follows.get("arrondissement"), follows.get("municipality")


def place_name(kind: str, code: str, lang: str) -> str:
    """Return the name of a region, province, arrondissement or municipality; the code itself where it is not known."""
    found = _TABLES[kind]().get(code)
    return code if found is None else found.name[lang]


def _above(kind: str, code: str | None) -> dict[str, str]:
    """Return the places in which one of a kind lies, by their kind."""
    if code is None:
        return {}
    if kind == "municipality":
        return {"arrondissement": municipalities()[code].arrondissement.code}
    if kind == "arrondissement":
        found = arrondissements()[code]
        return {"region": found.region.key} if found.province is None else {"province": found.province.code}
    return {"region": provinces()[code].region.key} if kind == "province" else {}


def _differences(kind: str, code: str | None, known: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(
            "place_differs",
            f"{place_name(kind, code or '', 'en')} lies in {place_name(above, lies_in, 'en')}, "
            f"not in {place_name(above, known[above], 'en')}",
            Place(field=above),
            mend=f"correct one of them, or leave the {above} out",
        )
        for above, lies_in in _above(kind, code).items()
        if known.get(above, lies_in) != lies_in
    ]


def code_of(kind: str, text: str) -> str:
    """Return the code of a place, of a region its key, that is named by it or in any of the four languages.

    Raises `Problems`: `unknown_place`, `ambiguous_place`.
    """
    found = _names(kind).get(_plain(text), set())
    if len(found) == 1:
        return next(iter(found))
    if found:
        what, mend = f"{text!r} is the name of {len(found)} places: {', '.join(sorted(found))}", "write the code"
        raise Problems([Problem("ambiguous_place", what, Place(field=kind), mend=mend)])
    mend = "write one of: " + ", ".join(_TABLES[kind]()) if kind in ("region", "province") else "write its NIS code"
    raise Problems([Problem("unknown_place", f"there is no {kind} {text[:40]!r}", Place(field=kind), mend=mend)])


@cache
def _names(kind: str) -> dict[str, set[str]]:
    """Return the codes that each name or code of a kind of place may stand for."""
    names: dict[str, set[str]] = {}
    for key, place in _TABLES[kind]().items():
        usual = [say(f"region_{key}", lang) for lang in LANGUAGES] if kind == "region" else []
        for name in (key, place.code, *place.name.values(), *usual):
            names.setdefault(_plain(name), set()).add(key)
    return names


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())
