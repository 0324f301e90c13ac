"""The data sets that may be taken away: their columns, sources, licence and rounding, and their rows.

What they say of themselves is data (`data/observatory/datasets.yaml`), in four languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, Final, Literal

from medicomut.errors import Problem, Problems
from medicomut.geography import LANGUAGES, municipalities
from medicomut.observatory.headings import DATA
from medicomut.observatory.published import names as published_names
from medicomut.observatory.published import published
from medicomut.observatory.series import activity, plain, points, years
from medicomut.observatory.series import changes as changes_between
from medicomut.observatory.shortage import schemes

Kind = Literal["text", "integer", "decimal", "year"]
Value = str | int | Fraction | None
"""A cell: decimals are exact fractions, `None` is not known."""

DECIMALS: Final = 2
"""No column of decimals has more places than these; one has fewer where its figures are published so."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files, its kind, its decimal places, what it is called in four languages."""

    name: str
    kind: Kind
    places: int
    label: Mapping[str, str]

    def write(self, value: Value) -> str:
        """Write a cell as plain text: nothing for what is not known, decimals with a point."""
        if isinstance(value, Fraction):
            return plain(value, self.places)
        return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set, everything said of it in four languages; `licence` is an identifier of SPDX."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    rounding: Mapping[str, str]
    sources: Sequence[str]
    licence: str
    licence_url: str
    columns: Sequence[Column]

    def rows(self) -> list[tuple[Value, ...]]:
        """Return every row, its cells in the order of the columns."""
        return [tuple(row[column.name] for column in self.columns) for row in _ROWS[self.name]()]


@cache
def datasets() -> dict[str, Dataset]:
    """Return the data sets by name."""
    said = _said()
    return {
        name: Dataset(
            name=name,
            title=found["title"],
            description=found["description"],
            rounding=found["rounding"],
            sources=tuple(found["sources"]),
            licence=found["licence"],
            licence_url=said["licences"][found["licence"]],
            columns=tuple(_column(each, said["columns"][each]) for each in found["columns"]),
        )
        for name, found in said["datasets"].items()
    }


def _column(name: str, found: Mapping[str, Any]) -> Column:
    label = {lang: found[lang] for lang in LANGUAGES}
    return Column(name, found["type"], found.get("places", DECIMALS), label)


def dataset(name: str) -> Dataset:
    """Return a data set by name. Raises `Problems` (`unknown_dataset`)."""
    if name not in datasets():
        mend = f"the data sets are: {', '.join(datasets())}"
        raise Problems([Problem("unknown_dataset", f"there is no data set {name[:40]!r}", mend=mend)])
    return datasets()[name]


def catalogue_words() -> Mapping[str, Mapping[str, str]]:
    """Return title and description of the catalogue of all data sets."""
    found: Mapping[str, Mapping[str, str]] = _said()["catalogue"]
    return found


def label(key: str, lang: str) -> str:
    """Return the heading of a column, or a word beside a table; `KeyError` for one that does not exist."""
    said = _said()
    found: str = (said["labels"].get(key) or said["columns"][key])[lang]
    return found


def specialty_name(key: str, lang: str) -> str:
    """Return a specialty in the reader's language, as written in the table where it has no name here."""
    found: str = _said()["specialties"].get(key, {}).get(lang, key)
    return found


@cache
def _said() -> dict[str, Any]:
    from ruamel.yaml import YAML  # noqa: PLC0415 - a tenth of a second, paid only when data sets are asked for

    found: dict[str, Any] = YAML(typ="safe").load((DATA / "datasets.yaml").read_text("utf-8"))
    return found


def _series() -> Iterator[dict[str, Value]]:
    for point in points():
        yield {
            "year": point.year,
            "region": point.region,
            "profession": point.profession,
            "specialty": point.specialty or None,
            "rate_percent": point.rate,
            "active": point.active,
            "adhered": point.adhered,
            "refused": point.refused,
            "status": point.status,
            "source": point.source,
        }


def _changes() -> Iterator[dict[str, Value]]:
    """Yield the change of each group from one year in which it is known to the next."""
    groups = {point.group: sorted(each.year for each in points() if each.group == point.group) for point in points()}
    for earlier, later in sorted({pair for known in groups.values() for pair in pairwise(known)}):
        for change in changes_between(earlier, later):
            if (earlier, later) not in pairwise(groups[change.later.group]):
                continue
            yield {
                "from": earlier,
                "to": later,
                "region": change.later.region,
                "profession": change.later.profession,
                "specialty": change.later.specialty or None,
                "points": change.points,
                "points_from_persons": _hundredths(change.exact),
                "relative_percent": _hundredths(change.relative),
                "active_change": change.persons("active"),
                "adhered_change": change.persons("adhered"),
                "refused_change": change.persons("refused"),
            }


def _hundredths(value: Fraction | None) -> Fraction | None:
    """Round to two decimals, half away from zero."""
    if value is None:
        return None
    whole = int(abs(value) * 10**DECIMALS + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**DECIMALS)


def _activity() -> Iterator[dict[str, Value]]:
    for each in activity():
        yield {
            "year": each.year,
            "profession": each.profession,
            "specialty": each.specialty or None,
            "heads_percent": each.heads,
            "activity_percent": each.activity,
            "status": each.status,
            "source": each.source,
        }


def _printed() -> Iterator[dict[str, Value]]:
    for name in published_names():
        found = published(name)
        for cell in found.cells:
            yield {
                "table": name if len(found.tables) == 1 else f"{name} {cell.table}",
                "row": cell.row,
                "column": cell.column,
                "measure": cell.key.measure,
                "year": cell.key.year,
                "region": cell.key.region,
                "profession": cell.key.profession,
                "specialty": cell.key.specialty or None,
                "against": cell.key.against or None,
                "printed": cell.figure.printed,
                "value": cell.figure.value,
                "status": cell.status,
                "source": cell.source or found.head.get("source"),
            }


def _municipalities() -> Iterator[dict[str, Value]]:
    for place in municipalities().values():
        within = place.arrondissement
        yield {
            "code": place.code,
            **{f"name_{lang}": name for lang, name in place.name.items()},
            "arrondissement": within.code,
            "arrondissement_name": within.name["en"],
            "province": None if within.province is None else within.province.code,
            "region": within.region.key,
            "inhabitants": place.inhabitants,
        }


def _thresholds() -> Iterator[dict[str, Value]]:
    for scheme in schemes().values():
        for each in scheme.classes:
            yield {
                "thresholds": scheme.name,
                "class": each.key,
                "counts": scheme.measure,
                "below": each.below,
                "people_per_km2_below": each.people_per_km2_below,
                "status": scheme.status,
                "source": scheme.source,
            }


_ROWS: Final[Mapping[str, Callable[[], Iterator[dict[str, Value]]]]] = {
    "series": _series,
    "changes": _changes,
    "activity": _activity,
    "printed": _printed,
    "municipalities": _municipalities,
    "thresholds": _thresholds,
}


def temporal(name: str) -> tuple[int, int] | None:
    """Return the first and the last year a data set is about, `None` where it is about no years."""
    if name in {"series", "changes", "printed"}:
        return min(years()), max(years())
    if name == "activity":
        return min(each.year for each in activity()), max(each.year for each in activity())
    return (2020, 2020) if name == "municipalities" else None
