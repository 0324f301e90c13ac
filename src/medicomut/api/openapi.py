"""The description of the API, its examples asked of the API itself: none can be out of date."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from starlette.types import Message

from medicomut.api import describe

LINE = {
    "code": "101032", "date": "2020-02-04", "time": "21:01", "profession": "gp", "status": "full",
    "setting": "practice", "express_request": True, "recalled": False, "on_duty": False, "open_to_public": False,
    "third_party": "none", "preferential": False, "medical_file": False, "charged_cents": 3000,
    "informed_beforehand": True, "lang": "en",
}  # fmt: skip
BATCH = {
    "lines": [
        {"line_id": "1", "code": "101032", "date": "2020-02-04", "time": "20:59", "practitioner": "19000122003",
         "setting": "practice", "express_request": True, "charged_cents": 3000},
        {"line_id": "2", "code": "102012", "date": "2020-02-04", "practitioner": "19000320690",
         "third_party": "optional", "charged_cents": 4000},
    ],
    "practitioners": [
        {"practitioner": "19000122003", "profession": "gp", "status": "full", "valid_from": "2020-01-01"},
        {"practitioner": "19000320690", "profession": "specialist", "status": "refused"},
    ],
}  # fmt: skip
YEAR_2020 = "/v1/agreements/be/amm/2020"
PATTERN = "/v1/agreements/{country}/{body}/{term}"
BUDGET_2020, BUDGET = "/v1/budget/be/amm/2020", "/v1/budget/{country}/{body}/{term}"
DEMANDS = {"floors": {"all": "1%"}, "caps": {"consultations": "2.5%"}, "priorities": ["surgery"], "mass": 150000}

EXAMPLES: dict[tuple[str, str], tuple[str, Any]] = {
    ("post", "/v1/price"): ("/v1/price", LINE),
    ("post", "/v1/check"): ("/v1/check", BATCH),
    ("get", "/v1/agreements"): ("/v1/agreements", None),
    ("get", PATTERN): (YEAR_2020, None),
    ("get", f"{PATTERN}/clauses"): (f"{YEAR_2020}/clauses?limit=1", None),
    ("get", f"{PATTERN}/clauses/{{number}}"): (f"{YEAR_2020}/clauses/14.4", None),
    ("get", f"{PATTERN}/parameters"): (f"{YEAR_2020}/parameters?on=2020-02-04&match=ceiling&limit=1", None),
    ("get", f"{PATTERN}/index-rates"): (f"{YEAR_2020}/index-rates?code=458673", None),
    ("get", f"{PATTERN}/verification"): (f"{YEAR_2020}/verification?lang=en", None),
    ("get", f"{PATTERN}/comparison/{{other_country}}/{{other_body}}/{{other_term}}"): (
        f"{YEAR_2020}/comparison/be/amm/2024",
        None,
    ),
    ("get", "/v1/budget"): ("/v1/budget", None),
    ("get", BUDGET): (BUDGET_2020, None),
    ("get", f"{BUDGET}/identities"): (f"{BUDGET_2020}/identities", None),
    ("get", f"{BUDGET}/scenario"): (f"{BUDGET_2020}/scenario?all=1.95%25", None),
    ("get", f"{BUDGET}/comparison"): (f"{BUDGET_2020}/comparison?scenario=&scenario=all%3D1.95%2525", None),
    ("post", f"{BUDGET}/allocation"): (f"{BUDGET_2020}/allocation", DEMANDS),
    ("get", "/v1/fees"): ("/v1/fees?limit=2", None),
    ("get", "/v1/fees/{code}"): ("/v1/fees/101032", None),
}
"""For each operation with an example: the address asked, and the body sent."""

PARAMETERS = {"country": "be", "body": "amm", "term": "2020", "number": "14.4", "code": "101032",
              "other_country": "be", "other_body": "amm", "other_term": "2024"}  # fmt: skip


async def described(app: FastAPI) -> dict[str, Any]:
    """Return the description with its examples, made once."""
    if "Problem" not in app.openapi().get("components", {}).get("schemas", {}):
        content = app.openapi()
        content.setdefault("components", {}).setdefault("schemas", {}).update(describe.SCHEMAS)
        for (method, path), (address, body) in EXAMPLES.items():
            operation = content["paths"][path][method]
            answer = operation["responses"]["200"]["content"]["application/json"]
            answer["example"] = await _asked(app, method, address, body)
            if body:
                operation["requestBody"]["content"]["application/json"]["example"] = body
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["example"] = PARAMETERS[parameter["name"]]
    return app.openapi()


async def _asked(app: FastAPI, method: str, address: str, body: Any) -> Any:
    """Return what the application itself answers."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "method": method.upper(), "path": path, "raw_path": path.encode(), "headers": [],
        "query_string": query.encode(), "scheme": "http", "server": ("localhost", 80), "root_path": "", "app": app,
    }  # fmt: skip
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": json.dumps(body).encode() if body else b""}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return json.loads(b"".join(message.get("body", b"") for message in sent))
