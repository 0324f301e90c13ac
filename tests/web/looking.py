"""A page taken apart: what it links to, loads and says."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "out" / "screens"


class Page(HTMLParser):
    """The tags of a page with their attributes, and its words; what only styles or runs is no word."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def values(self, *names: str) -> list[str]:
        return [value for _, attributes in self.tags for name, value in attributes.items() if name in names and value]


WITHOUT_END = {"meta", "link", "input", "br", "img", "hr", "source", "col", "wbr"}


class Spoken(HTMLParser):
    """The words of a page with the language each is said in; code is no word of any."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.said: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in WITHOUT_END:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        languages = [lang for _, lang in self.open if lang]
        if data.strip() and not {tag for tag, _ in self.open} & {"code", "pre", "script", "style", "abbr"}:
            self.said.append((languages[-1] if languages else "", " ".join(data.split())))
