"""Finding and loading agreements.

Every file read strictly, every fault reported at once with file and line.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

from medicomut.agreement import reading, reading_statements, reading_tables
from medicomut.agreement.coherence import check_agreement, check_law
from medicomut.agreement.model import Agreement, Heading, Law
from medicomut.agreement.text import Spot
from medicomut.agreement.yaml_lines import Faults, Item, read_yaml
from medicomut.errors import Problem, Problems

T = TypeVar("T")

_DATA = Path(__file__).resolve().parent.parent / "data"
_AGREEMENTS = _DATA / "agreements"
_LAW = _DATA / "law"
_ALWAYS = ("agreement.yaml", "actors.yaml", "sources.yaml", "parameters.yaml")
_WHEN_COMPLETE = (
    "ambiguities.yaml",
    "index_rates.yaml",
    "annex.yaml",
    "denunciation.yaml",
    "commitments.yaml",
    "errata.yaml",
    "statements.yaml",
)


def available() -> tuple[str, ...]:
    """Return the identifiers of the shipped agreements, in order (``be/amm/2020``)."""
    found = (path.parent.relative_to(_AGREEMENTS).as_posix() for path in _AGREEMENTS.rglob("agreement.yaml"))
    return tuple(sorted(found))


def load(source: str | Path) -> Agreement:
    """Return the agreement of a shipped identifier (loaded once) or of a folder of the same layout.

    Raises ``Problems``: ``unknown_agreement`` when ``source`` is neither, otherwise every fault of its files.
    """
    if str(source) in available():
        return _shipped(str(source))
    folder = Path(source)
    if (folder / "agreement.yaml").is_file():
        return _Folder(folder, str(folder)).agreement()
    raise Problems(
        [
            Problem(
                code="unknown_agreement",
                what=f"no agreement {str(source)!r}",
                why="it is neither a shipped agreement nor a folder with an agreement.yaml",
                mend=f"known: {', '.join(available())}",
            )
        ]
    )


def agreements_on(day: date) -> tuple[Agreement, ...]:
    """Return the shipped agreements whose term covers ``day``; empty when there is none."""
    return tuple(load(heading.id) for heading in headings() if day in heading.term)


@cache
def headings() -> tuple[Heading, ...]:
    """Return the cover sheets of the shipped agreements, in order, without loading the rest of them."""
    return tuple(_Folder(_AGREEMENTS / id_, id_).heading() for id_ in available())


@cache
def load_law(country: str) -> Law:
    """Return what binds beside any agreement in ``country`` (``be``): parameters and sources.

    Raises ``Problems``: ``unknown_country``, otherwise every fault of the files.
    """
    known = sorted(path.name for path in _LAW.iterdir() if path.is_dir())
    if country not in known:
        raise Problems(
            [Problem(code="unknown_country", what=f"no law for {country!r}", mend=f"known: {', '.join(known)}")]
        )
    return _Folder(_LAW / country, f"law/{country}").law(country)


@cache
def _shipped(id_: str) -> Agreement:
    return _Folder(_AGREEMENTS / id_, id_).agreement()


def data_hash(folder: Path) -> str:
    """Return the SHA-256 of a folder's data files: the same on every machine, whatever its line endings."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml"), key=lambda path: path.relative_to(folder).as_posix()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        # Lengths keep the end of one file apart from the beginning of the next.
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


class _Folder:
    """One folder of data being read, with the faults met so far."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self._faults = Faults()

    def heading(self) -> Heading:
        heading = self._one("agreement.yaml", reading.read_heading)
        self._faults.raise_if_any()
        if heading is None:
            raise Problems([Problem(code="missing_file", what=f"{self._file('agreement.yaml')} is missing")])
        return heading

    def law(self, country: str) -> Law:
        self._require(("parameters.yaml", "sources.yaml"))
        law = Law(
            country=country,
            parameters=self._many("parameters.yaml", reading.read_parameters),
            sources=self._many("sources.yaml", reading.read_sources),
            data_hash=data_hash(self._path),
        )
        check_law(law, self._faults)
        self._faults.raise_if_any()
        return law

    def agreement(self) -> Agreement:
        heading = self._one("agreement.yaml", reading.read_heading)
        complete = heading is not None and heading.coverage == "complete"
        self._require((*_ALWAYS, *(_WHEN_COMPLETE if complete else ())))
        self._refuse_strangers()
        if heading is None:
            # Without a heading there is no agreement to check the rest against; why there is none is
            # recorded.
            raise Problems(self._faults.problems)
        errata = self._many("errata.yaml", reading_tables.read_errata)
        clauses = (clause for name in self._clause_files() for clause in self._many(name, reading.read_clauses))
        agreement = Agreement(
            heading=heading,
            clauses=tuple(
                replace(clause, errata=tuple(erratum for erratum in errata if erratum.clause == clause.number))
                for clause in clauses
            ),
            actors=self._many("actors.yaml", reading.read_actors),
            sources=self._many("sources.yaml", reading.read_sources),
            parameters=self._many("parameters.yaml", reading.read_parameters),
            ambiguities=self._many("ambiguities.yaml", reading.read_ambiguities),
            index_rates=self._one("index_rates.yaml", reading_tables.read_index_rates),
            annex=self._one("annex.yaml", reading_tables.read_annex),
            denunciation=self._one("denunciation.yaml", reading_tables.read_denunciation),
            commitments=self._many("commitments.yaml", reading_tables.read_commitments),
            errata=errata,
            statements=self._many("statements.yaml", reading_statements.read_statements),
            data_hash=data_hash(self._path),
        )
        check_agreement(agreement, Spot(self._file("agreement.yaml"), 1), self._faults)
        self._faults.raise_if_any()
        return agreement

    def _file(self, name: str) -> str:
        return f"{self._name}/{name}"

    def _clause_files(self) -> list[str]:
        return sorted(path.relative_to(self._path).as_posix() for path in self._path.glob("clauses/*.yaml"))

    def _require(self, names: tuple[str, ...]) -> None:
        for name in names:
            if not (self._path / name).is_file():
                self._faults.add("missing_file", f"{name} is missing", self._start(name), mend="add the file")
        if "agreement.yaml" in names and not self._clause_files():
            self._faults.add(
                "missing_file", "there is no clauses/*.yaml", self._start("clauses"), mend="add the clauses"
            )

    def _refuse_strangers(self) -> None:
        """Refuse a data file nobody reads.

        A misspelt name would otherwise drop its content without a word.
        """
        known = {*_ALWAYS, *_WHEN_COMPLETE, *self._clause_files()}
        for path in sorted(self._path.rglob("*.y*ml")):
            name = path.relative_to(self._path).as_posix()
            if name not in known:
                self._faults.add("unknown_file", f"{name} is read by nothing", self._start(name), mend="rename it")

    def _start(self, name: str) -> Item:
        return Item(None, self._file(name), 1)

    def _one(self, name: str, read: Callable[[Item, Faults], T]) -> T | None:
        path = self._path / name
        if not path.is_file():
            return None
        item = read_yaml(path, self._file(name), self._faults)
        return None if item is None else read(item, self._faults)

    def _many(self, name: str, read: Callable[[Item, Faults], list[T]]) -> tuple[T, ...]:
        return tuple(self._one(name, read) or ())
