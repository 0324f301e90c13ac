"""Every page on paper and as PDF: tagged, in its language, with its title, and nothing drawn that is not told."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from addresses import ADDRESSES
from playwright.sync_api import Page


def test_every_page_prints_as_a_tagged_document(browse: Callable[..., Page]) -> None:
    """A printed page is read aloud too: language, title, one first heading, an alternate text for each drawing."""
    page = browse("nl")
    broken = {}
    for address in ADDRESSES:
        page.goto(f"/nl{address}")
        with pikepdf.open(io.BytesIO(page.pdf(format="A4", tagged=True))) as pdf:
            if found := list(faults(pdf, page.title())):
                broken[address] = found
    assert broken == {}


def faults(pdf: pikepdf.Pdf, title: str) -> Iterator[str]:
    root = pdf.Root
    if not bool(root.get("/MarkInfo", {}).get("/Marked", False)) or "/StructTreeRoot" not in root:
        yield "not tagged"
        return
    if str(root.get("/Lang", "")) != "nl":
        yield f"language {root.get('/Lang')}"
    if str(pdf.docinfo.get("/Title", "")) != title:
        yield "another title"
    kinds = [str(node.S) for node in nodes(root.StructTreeRoot)]
    if kinds.count("/H1") != 1:
        yield f"{kinds.count('/H1')} first headings"
    if any(str(node.S) == "/Figure" and not str(node.get("/Alt", "")) for node in nodes(root.StructTreeRoot)):
        yield "a drawing without alternate text"


def nodes(node: Any) -> Iterator[Any]:
    """Yield the elements of the structure below one, in their order."""
    children = node.get("/K")
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from nodes(child)
