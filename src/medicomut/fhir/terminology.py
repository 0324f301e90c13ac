"""What we publish ourselves: code systems with words in four languages, their value sets, our extensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from medicomut import __version__, words
from medicomut.fhir import names
from medicomut.fhir.exact import Resource
from medicomut.fhir.metadata import operation_definition
from medicomut.fhir.reject_codes import DISPLAYS
from medicomut.fhir.search import read_one, searchset
from medicomut.fhir.structure import EXTENSIONS, structure_definition
from medicomut.tariff import book
from medicomut.tariff.vocabulary import BASES, VERDICTS

CONVENTION_WORDS: Final = {
    "conventioned": {
        "fr": "Conventionné", "nl": "Geconventioneerd", "de": "Vertragsgebunden", "en": "Conventioned",
    },
    "partial": {
        "fr": "Partiellement conventionné", "nl": "Gedeeltelijk geconventioneerd", "de": "Teilweise vertragsgebunden",
        "en": "Partly conventioned",
    },
    "not": {
        "fr": "Non conventionné", "nl": "Niet geconventioneerd", "de": "Nicht vertragsgebunden",
        "en": "Not conventioned",
    },
}  # fmt: skip
"""The accession of a doctor to the agreement, which no code system of the Belgian guides can say."""

AMOUNT_WORDS: Final = {
    "fee": {"fr": "Honoraire", "nl": "Honorarium", "de": "Honorar", "en": "Fee"},
    "reimbursement": {"fr": "Remboursement", "nl": "Terugbetaling", "de": "Erstattung", "en": "Reimbursement"},
    "patient-share": {"fr": "Ticket modérateur", "nl": "Remgeld", "de": "Eigenanteil", "en": "Patient share"},
    "charged": {"fr": "Montant demandé", "nl": "Aangerekend", "de": "Verlangt", "en": "Charged"},
    "supplement": {"fr": "Supplément", "nl": "Supplement", "de": "Zuschlag", "en": "Supplement"},
    "excess": {"fr": "Supplément illicite", "nl": "Ongeoorloofd supplement", "de": "Unzulässiger Zuschlag",
               "en": "Unlawful supplement"},
}  # fmt: skip
"""What an amount is."""

_TITLES: Final = {
    names.CONVENTION: "Accession of a doctor to the agreement",
    names.BASIS: "Why the fee of the agreement binds or not",
    names.REASON: "What a reader of a result must be told",
    names.VERDICT: "Whether a charge respects the agreement and the law",
    names.AMOUNT: "What an amount is",
    names.PROBLEM: "Faults of a request, each explained where it is given: the codes are not listed",
    names.EFACT_REJECT: "Reject codes of electronic invoices about supplements: a fragment, displays in our words",
}


def read_terminology(kind: str, identifier: str) -> Resource:
    """Return one of our resources (`kind` as in `metadata.SEARCHES`), or an OperationOutcome `not_found`.

    The resources are made once and shared: they are for reading.
    """
    return read_one(_all().get(kind, {}).get(identifier), kind, identifier)


def search_terminology(kind: str, url: str | None = None) -> Resource:
    """Return our resources of a kind, those with a `url` if one is asked for, as a searchset."""
    return searchset(found for found in _all().get(kind, {}).values() if url in (None, found["url"]))


@cache
def _all() -> dict[str, dict[str, Resource]]:
    systems = list(_code_systems())
    resources = [
        *systems,
        *(_value_set(system) for system in systems if "concept" in system),
        operation_definition(),
        *(structure_definition(url, *said) for url, said in EXTENSIONS.items()),
    ]
    found: dict[str, dict[str, Resource]] = {}
    for resource in resources:
        found.setdefault(resource["resourceType"], {})[resource["id"]] = resource
    return found


def _code_systems() -> Iterator[Resource]:
    yield _code_system(names.CONVENTION, CONVENTION_WORDS)
    yield _code_system(names.AMOUNT, AMOUNT_WORDS)
    for url, kind, codes in (
        (names.BASIS, "bases", [word for word, _ in BASES.values()]),
        (names.REASON, "reasons", list(book.REASONS)),
        (names.VERDICT, "verdicts", list(VERDICTS)),
    ):
        labels = {code: {lang: words.label(kind, code, lang) for lang in words.LANGUAGES} for code in codes}
        yield _code_system(url, labels, {code: words.says(kind, code, "en") for code in codes})
    yield _code_system(names.EFACT_REJECT, {code: {"en": text} for code, text in DISPLAYS.items()}, content="fragment")
    yield _code_system(names.PROBLEM, {}, content="not-present")


def _code_system(
    url: str,
    labels: Mapping[str, Mapping[str, str]],
    says: Mapping[str, str] | None = None,
    *,
    content: str = "complete",
) -> Resource:
    concepts = []
    for code, label in labels.items():
        concept: Resource = {"code": code, "display": label["en"]}
        if says is not None:
            concept["definition"] = says[code]
        others = [{"language": lang, "value": text} for lang, text in label.items() if lang != "en"]
        concepts.append(concept | ({"designation": others} if others else {}))
    return {
        "resourceType": "CodeSystem",
        "id": url.rsplit("/", 1)[-1],
        "language": "en",
        "url": url,
        "version": __version__,
        "name": _name(url),
        "title": _TITLES[url],
        "status": "draft",
        "caseSensitive": True,
        "content": content,
        **({"count": len(concepts), "concept": concepts} if concepts else {}),
    }


def _value_set(system: Resource) -> Resource:
    return {
        "resourceType": "ValueSet",
        "id": system["id"],
        "url": f"{names.CANONICAL}/ValueSet/{system['id']}",
        "version": __version__,
        "name": system["name"],
        "title": system["title"],
        "status": "draft",
        "compose": {"include": [{"system": system["url"]}]},
    }


def _name(url: str) -> str:
    return "".join(part.capitalize() for part in url.rsplit("/", 1)[-1].split("-"))
