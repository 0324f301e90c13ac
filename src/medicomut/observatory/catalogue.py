"""The catalogue of the data sets: DCAT as the European profile (DCAT-AP) has it, in JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from medicomut.observatory.datasets import Dataset, catalogue_words, datasets, temporal
from medicomut.observatory.downloads import MEDIA_TYPES, SIDE

_AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
_FILE_TYPES: Final = {"csv": "CSV", "excel.csv": "CSV", "xlsx": "XLSX", "parquet": "PARQUET", "json": "JSON"}
_LANGUAGES: Final = {"fr": "FRA", "nl": "NLD", "de": "DEU", "en": "ENG"}
_CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalogue(publisher: str, base: str = "") -> dict[str, Any]:
    """Return the catalogue. Files lie at `base` and their name; without one, where the catalogue itself lies.

    `publisher` is who publishes this copy of the data.
    """
    agent = {"@type": "foaf:Agent", "@id": f"{base}catalogue.jsonld#publisher", "foaf:name": publisher}
    words = catalogue_words()
    return {
        "@context": _CONTEXT,
        "@id": f"{base}catalogue.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _texts(words["title"]),
        "dct:description": _texts(words["description"]),
        "dct:publisher": agent,
        "dct:language": [{"@id": f"{_AUTHORITY}/language/{code}"} for code in _LANGUAGES.values()],
        "dct:spatial": {"@id": f"{_AUTHORITY}/country/BEL"},
        "dcat:dataset": [_dataset(found, {"@id": agent["@id"]}, base) for found in datasets().values()],
    }


def _dataset(found: Dataset, publisher: Mapping[str, str], base: str) -> dict[str, Any]:
    described = {
        "@id": f"{base}catalogue.jsonld#{found.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": found.name,
        "dct:title": _texts(found.title),
        "dct:description": _texts(found.description),
        "dct:publisher": publisher,
        "dct:spatial": {"@id": f"{_AUTHORITY}/country/BEL"},
        "dcat:theme": {"@id": f"{_AUTHORITY}/data-theme/HEAL"},
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "dct:description": list(found.sources)},
        "dcat:distribution": [_distribution(found, ending, base) for ending in MEDIA_TYPES],
    }
    years = temporal(found.name)
    if years is not None:
        described["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": f"{years[0]}", "@type": "xsd:gYear"},
            "dcat:endDate": {"@value": f"{years[1]}", "@type": "xsd:gYear"},
        }
    return described


def _distribution(found: Dataset, ending: str, base: str) -> dict[str, Any]:
    address = {"@id": f"{base}{found.name}.{ending}"}
    return {
        "@id": f"{base}catalogue.jsonld#{found.name}-{ending.replace('.', '-')}",
        "@type": "dcat:Distribution",
        "dct:title": f"{found.name}.{ending}",
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": {"@id": f"http://www.iana.org/assignments/media-types/{MEDIA_TYPES[ending]}"},
        "dct:format": {"@id": f"{_AUTHORITY}/file-type/{_FILE_TYPES[ending]}"},
        "dct:license": {"@id": found.licence_url},
        "dct:conformsTo": {"@id": f"{base}{found.name}.{SIDE}"},
    }


def _texts(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": lang} for lang, text in texts.items()]
