"""The addresses of the portal: one of every kind of page, after the language."""

from __future__ import annotations

LANGUAGES = ("fr", "nl", "de", "en")

ADDRESSES = ("/",)

NOT_THERE = "/no-such-page"
