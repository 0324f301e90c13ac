"""An independent look at a PDF that says it is PDF/UA-1 (ISO 14289-1): what a machine can tell, read with pikepdf.

typst refuses by itself what it can see while writing; this reads the file that came out. A full validator (veraPDF)
comes with none of the registries that the project installs from.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator

import pikepdf

Node = pikepdf.Dictionary
STANDARD = frozenset(
    [
        "Document",
        "Part",
        "Sect",
        "Div",
        "H1",
        "H2",
        "H3",
        "P",
        "L",
        "LI",
        "Lbl",
        "LBody",
        "Table",
        "TR",
        "TH",
        "TD",
        "THead",
        "TBody",
        "TFoot",
        "Caption",
        "Span",
        "Strong",
        "Em",
        "Link",
        "Figure",
        "Note",
        "Reference",
    ]
)


def faults(content: bytes) -> list[str]:
    """Return every rule of PDF/UA-1 that the file breaks, of those looked at here; empty where it keeps to them."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [*_catalogue(pdf), *_structure(pdf), *_fonts(pdf), *_marked(pdf)]


def tags(content: bytes) -> Counter[str]:
    """Return how often each kind of element stands in the structure tree."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return Counter(_kind(node) for node in _nodes(pdf.Root.StructTreeRoot))


def _catalogue(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not bool(root.get("/MarkInfo", {}).get("/Marked", False)):
        yield "7.1: not marked as tagged"
    if bool(root.get("/MarkInfo", {}).get("/Suspects", False)):
        yield "7.1: suspects"
    if not str(root.get("/Lang", "")):
        yield "7.2: no language"
    if not bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)):
        yield "7.1: the title is not shown"
    if "/StructTreeRoot" not in root:
        yield "7.1: no structure tree"
    with pdf.open_metadata() as described:
        if described.get("{http://www.aiim.org/pdfua/ns/id/}part") != "1":
            yield "5: not identified as PDF/UA-1"
        if not described.get("dc:title"):
            yield "7.1: no title"
    if pdf.is_encrypted:
        yield "7.16: encrypted"


def _nodes(node: pikepdf.Object) -> Iterator[Node]:
    children = node.get("/K")
    members = children if isinstance(children, pikepdf.Array) else [children]
    for child in members:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _nodes(child)


def _kind(node: Node) -> str:
    return str(node.S).removeprefix("/")


def _attribute(node: Node, name: str) -> object:
    found = node.get("/A")
    for one in found if isinstance(found, pikepdf.Array) else [found]:
        if isinstance(one, pikepdf.Dictionary) and name in one:
            return one[name]
    return None


def _structure(pdf: pikepdf.Pdf) -> Iterator[str]:
    level = 0
    roles = {str(name) for name in pdf.Root.StructTreeRoot.get("/RoleMap", {})}
    for node in _nodes(pdf.Root.StructTreeRoot):
        kind = _kind(node)
        if kind not in STANDARD and f"/{kind}" not in roles:
            yield f"7.1: {kind} is no standard type"
        if kind == "Figure" and not str(node.get("/Alt", "")):
            yield "7.3: a figure without alternate text"
        if kind == "TH" and _attribute(node, "/Scope") is None:
            yield "7.5: a header cell without scope"
        if kind == "Table":
            rows = [one for one in _nodes(node) if _kind(one) == "TR"]
            widths = {sum(_kind(cell) in {"TH", "TD"} for cell in _nodes(row)) for row in rows}
            if len(widths) != 1:
                yield f"7.5: a table of rows {sorted(widths)} cells wide"
        if re.fullmatch("H[1-6]", kind):
            if int(kind[1]) > level + 1:
                yield f"7.4: {kind} after level {level}"
            level = int(kind[1])


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        for name, font in page.get("/Resources", {}).get("/Font", {}).items():
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            if not any(key in inner.get("/FontDescriptor", {}) for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                yield f"7.21: {name} is not embedded"
            if "/ToUnicode" not in font:
                yield f"7.21: {name} has no way to Unicode"


def _marked(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Tell text outside marked content, and pages that say no order of tabs or have no place in the tree."""
    for number, page in enumerate(pdf.pages, 1):
        if "/StructParents" not in page:
            yield f"7.1: page {number} is not in the structure"
        depth = 0
        for _, operator in pikepdf.parse_content_stream(page):
            word = str(operator)
            if word in {"BDC", "BMC"}:
                depth += 1
            elif word == "EMC":
                depth -= 1
            elif word in {"Tj", "TJ", "'", '"', "f", "S", "Do"} and depth == 0:
                yield f"7.1: page {number} paints with {word} outside marked content"
                break
