"""Which index rate applies to a fee.

The most specific answer of the table wins, code before article before group.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from medicomut.agreement.figures import write_figure
from medicomut.agreement.model import Agreement, cited_in
from medicomut.agreement.tables import IndexTable, RateGroup
from medicomut.agreement.text import LANGUAGES, Text
from medicomut.errors import Problem, Problems
from medicomut.identifiers import check_nomenclature


@dataclass(frozen=True, slots=True)
class IndexRate:
    """An index rate, why it is this one, and since when.

    ``rate`` is a fraction (1.95 % is 39/2000); ``level`` is what decided: ``code``, ``article`` or ``group``;
    ``printed_in`` says whether the clause gives the rate or, where the clause is silent, the annex;
    ``status`` and ``source`` say how it is known that the fee belongs to the group.
    """

    rate: Fraction
    level: str
    group: str
    label: Text
    start: date
    printed_in: str
    status: str
    source: str | None
    cites: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; the rate in percent."""
        return {
            "rate_percent": write_figure(self.rate * 100),
            "level": self.level,
            "group": self.group,
            "label": self.label.to_dict(),
            "from": self.start.isoformat(),
            "printed_in": self.printed_in,
            "status": self.status,
            "source": self.source,
            "cites": list(self.cites),
        }


def index_rate(
    agreement: Agreement, *, code: str | None = None, article: str | None = None, group: str | None = None
) -> IndexRate:
    """Return the index rate of a fee from what is known of it.

    The most specific that the table names decides.

    ``code`` is a nomenclature code of six digits, ``article`` an article of the nomenclature (``17bis``),
    ``group`` a fee group by its id or its name in any language. Raises ``Problems``: ``no_index_table``,
    ``bad_code``, ``unknown_group``, or ``rate_not_stated`` when the agreement fixes no rate for it.
    """
    table = agreement.index_rates
    if table is None:
        raise _refused("no_index_table", f"{agreement.id} holds no index rates", "ask an agreement that does")
    for level, entry in _candidates(table, code, article, group):
        if entry is not None:
            return _answer(agreement, table, level, entry)
    asked = " ".join(
        f"{name} {value}" for name, value in (("code", code), ("article", article), ("group", group)) if value
    )
    groups = [entry.id for entry in table.groups]
    raise _refused(
        "rate_not_stated",
        f"{agreement.id} fixes no index rate for {asked or 'nothing'}",
        f"name its group: --group {groups[0]}; the groups are {', '.join(groups)}" if groups else "",
        cited_in(agreement.id, table.cites),
    )


def _candidates(
    table: IndexTable, code: str | None, article: str | None, group: str | None
) -> Iterator[tuple[str, RateGroup | None]]:
    if code is not None:
        checked = check_nomenclature(code)
        if not checked.valid:
            raise _refused("bad_code", f"code {code!r}: {checked.why}", "check the digits")
        yield "code", _first(table.exceptions, lambda entry: code in entry.codes)
        yield "code", _first(table.groups, lambda entry: code in entry.codes)
    if article is not None:
        wanted = article.casefold().replace(" ", "").removeprefix("art.").removeprefix("article")
        yield "article", _first(table.groups, lambda entry: wanted in entry.articles)
    if group is not None:
        yield "group", _named(table, group)


def _first(entries: tuple[RateGroup, ...], fits: Callable[[RateGroup], bool]) -> RateGroup | None:
    return next(filter(fits, entries), None)


def _named(table: IndexTable, name: str) -> RateGroup:
    """Return the group or exception of that id or name; an unknown name is refused with the near ones."""
    wanted = name.casefold().strip()
    known: dict[str, RateGroup] = {}
    for entry in (*table.groups, *table.exceptions):
        for word in (entry.id, *(entry.label.in_language(language) for language in LANGUAGES)):
            known.setdefault(word.casefold(), entry)
    if wanted in known:
        return known[wanted]
    near = [word for word in known if wanted in word] or get_close_matches(wanted, known, n=3)
    ids = dict.fromkeys(known[word].id for word in near) or [entry.id for entry in table.groups]
    raise _refused("unknown_group", f"no fee group {name!r}", f"did you mean one of: {', '.join(ids)}")


def _answer(agreement: Agreement, table: IndexTable, level: str, entry: RateGroup) -> IndexRate:
    return IndexRate(
        rate=entry.in_force,
        level=level,
        group=entry.id,
        label=entry.label,
        start=table.start,
        printed_in="annex" if entry.rate is None else "clause",
        status=entry.status,
        source=entry.source,
        cites=cited_in(agreement.id, entry.cites),
    )


def _refused(code: str, what: str, mend: str, cites: tuple[str, ...] = ()) -> Problems:
    return Problems([Problem(code=code, what=what, mend=mend, cites=cites)])
