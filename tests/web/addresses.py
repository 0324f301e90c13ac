"""The addresses of the portal: one of every kind of page, after the language."""

from __future__ import annotations

LANGUAGES = ("fr", "nl", "de", "en")

AGREEMENT = "/agreements/be/amm/2020"

ADDRESSES = (
    "/",
    "/search",
    "/search?q=supplement",
    "/search?q=19000122003",
    "/pay",
    "/agreements",
    AGREEMENT,
    f"{AGREEMENT}/14",
    f"{AGREEMENT}/14.4?on=2020-07-01",
    f"{AGREEMENT}/4.1",
    f"{AGREEMENT}/parameters",
    f"{AGREEMENT}/index-rates?code=458673",
    f"{AGREEMENT}/annex",
    f"{AGREEMENT}/verification",
    "/agreements/be/amm/2024",
    "/agreements/be/amm/2024/9.2.4",
    "/fees",
    "/fees?q=101",
    "/fees/101032",
    "/fees/102233",
    "/fees/458673",
    "/check",
    "/sign-in",
    "/glossary",
    "/sources",
    "/api",
)

NOT_THERE = "/no-such-page"
