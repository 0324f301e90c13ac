"""What OpenAPI says of `/v1/observatory`."""

from __future__ import annotations

from typing import Any, Final

from medicomut.api import describe
from medicomut.observatory.downloads import MEDIA_TYPES

_TEXT: describe.Schema = {"type": "string"}
_FINDING: describe.Schema = {
    "type": "object",
    "required": ["kind", "severity", "cell", "printed", "computed", "why", "repair", "unique"],
}
VERIFICATION: Final[describe.Schema] = {
    "type": "object",
    "required": ["table", "figures", "findings", "repaired"],
    "properties": {"table": _TEXT, "findings": {"type": "array", "items": _FINDING}},
}
RECONSTRUCTION: Final[describe.Schema] = {
    "type": "object",
    "properties": {
        "unique": {"type": "boolean"},
        "counts": {
            "type": "array",
            "items": {"type": "object", "required": ["region", "profession", "active", "adhered"]},
        },
    },
}
ACCESS: Final[describe.Schema] = {
    "type": "object",
    "required": ["thresholds", "measure", "places"],
    "properties": {
        "places": {"type": "array", "items": {"type": "object", "required": ["code", "per_100000", "class"]}}
    },
}


def _takes(example: str) -> dict[str, Any]:
    content = {"text/csv": {"schema": _TEXT, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


TABLE: Final = _takes("# year: 2024\n# profession: gp\nregion;active;adhered;rate\nBelgium;24067;22284;92,59 %\n")
LIST: Final = _takes("municipality,profession\nEupen,gp\n62063,gp\n")

FILES: Final = describe.answers(describe.OBJECT)
FILES[200]["content"] |= {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()
                          if kind != "application/json"}  # fmt: skip

CATALOGUE: Final = describe.answers(describe.OBJECT)
CATALOGUE[200]["content"] = {"application/ld+json": {"schema": describe.OBJECT}}
