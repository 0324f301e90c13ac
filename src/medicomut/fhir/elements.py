"""A FHIR document as a tree of elements, the same from JSON and from XML; every value is kept as written.

Numbers stay text: an amount of 2.10 euro never passes through a binary fraction. Comments of XML are no
elements, and a document type is refused, since its entities could expand without end.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from medicomut.errors import Place, Problem

NAMESPACE: Final = "http://hl7.org/fhir"
# Elements FHIR lets repeat, among those read here: their places carry an index even when they stand alone.
_REPEATING: Final = frozenset(
    {
        "addItem", "adjudication", "careTeam", "careTeamSequence", "class", "coding", "destination", "entry",
        "extension", "focus", "identifier", "informationSequence", "insurance", "issue", "item", "supportingInfo",
    }
)  # fmt: skip


@dataclass(slots=True)
class Element:
    """An element: its value as text if it is primitive, its children, and where it stands.

    `path` is a FHIRPath from the root (`Bundle.entry[5].resource.ofType(Claim).item[0]`); `order` counts the
    elements of the document; `line` is known for XML only. A resource is the one child of the element that
    holds it and bears the name of its type.
    """

    name: str
    value: str | None = None
    line: int | None = None
    path: str = ""
    order: int = 0
    children: list[Element] = field(default_factory=list)

    def all(self, *names: str) -> list[Element]:
        """Return every element reached by these names, one level a name, in the order of the document."""
        found = [self]
        for name in names:
            found = [child for element in found for child in element.children if child.name == name]
        return found

    def first(self, *names: str) -> Element | None:
        """Return the first element reached by these names."""
        return next(iter(self.all(*names)), None)

    def text(self, *names: str) -> str | None:
        """Return the value of the first element reached by these names; an empty one counts as not there."""
        found = self.first(*names)
        return found.value or None if found is not None else None

    def codes(self, *names: str, system: str) -> list[str]:
        """Return the codes of the concepts reached by these names whose system ends with `/system`."""
        codings = [coding for concept in self.all(*names) for coding in concept.all("coding")]
        matching = [c for c in codings if (c.text("system") or "").endswith(f"/{system}")]
        return [code for coding in matching if (code := coding.text("code"))]

    def extension(self, name: str) -> Element | None:
        """Return the extension whose address ends with `/name`."""
        found = (e for e in self.all("extension") if (e.text("url") or "").endswith(f"/{name}"))
        return next(found, None)


class Refused(Exception):  # noqa: N818  (it stops a parser, and is turned into a fault)
    """A document that is refused whole: a stable code, what is wrong, how to mend it."""

    def __init__(self, code: str, what: str, mend: str) -> None:
        super().__init__(what)
        self.code, self.mend = code, mend


def read_document(path: Path, problems: list[Problem]) -> Element | None:
    """Read a JSON or XML document; None when it cannot be read, and `problems` says why.

    Faults: `missing_file`, `not_utf8`, `bad_json`, `repeated_key`, `bad_xml`, `doctype`, `too_deep`.
    """
    here = Place(file=path.name)
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = _from_xml(text) if text.lstrip().startswith("<") else _from_json(text)
        _place(root, root.name, count())
    except OSError as fault:
        problem = Problem("missing_file", f"{path}: {fault.strerror}", here, mend="name a file that can be read")
    except UnicodeDecodeError as fault:
        problem = Problem("not_utf8", f"byte {fault.start} is no UTF-8", here, mend="save it as UTF-8")
    except json.JSONDecodeError as fault:
        where = Place(file=path.name, line=fault.lineno, column=fault.colno)
        problem = Problem("bad_json", fault.msg, where, mend="fetch the file again; it may be cut short")
    except expat.ExpatError as fault:
        where = Place(file=path.name, line=fault.lineno, column=fault.offset + 1)
        what = expat.ErrorString(fault.code)
        problem = Problem("bad_xml", what, where, mend="fetch the file again; it may be cut short")
    except Refused as fault:
        problem = Problem(fault.code, str(fault), here, mend=fault.mend)
    except RecursionError:
        problem = Problem("too_deep", "elements are nested without end", here, mend="give a FHIR document")
    else:
        return root
    problems.append(problem)
    return None


def resource_tree(resource: Mapping[str, Any], problems: list[Problem]) -> Element | None:
    """Return a resource held as plain values as a tree; None when it cannot be one, and `problems` says why.

    Whole numbers and `Decimal` are read as written; a binary fraction is not a value (`exact.read_json` makes
    none), so an amount given as one is a named fault. Faults: `bad_json`, `too_deep`.
    """
    try:
        kind = resource.get("resourceType")
        root = _object(kind if isinstance(kind, str) and kind else "document", resource)
        _place(root, root.name, count())
    except (AttributeError, ValueError):  # a number of thousands of digits cannot be written out
        problems.append(Problem("bad_json", "the document is no object of JSON", mend="give one FHIR resource"))
    except RecursionError:
        problems.append(Problem("too_deep", "elements are nested without end", mend="give a FHIR resource"))
    else:
        return root
    return None


def _place(element: Element, path: str, orders: Iterator[int]) -> None:
    element.path, element.order = path, next(orders)
    counts, seen = Counter(child.name for child in element.children), Counter[str]()
    for child in element.children:
        if child.name[:1].isupper():  # a resource inside the element that holds it
            step = f"ofType({child.name})"
        elif child.name in _REPEATING or counts[child.name] > 1:
            step = f"{child.name}[{seen[child.name]}]"
        else:
            step = child.name
        seen[child.name] += 1
        _place(child, f"{path}.{step}", orders)


# --- JSON ---------------------------------------------------------------------------------------------------


def _from_json(text: str) -> Element:
    document = json.loads(
        text, parse_float=str, parse_int=str, parse_constant=no_number, object_pairs_hook=no_key_twice
    )
    if not isinstance(document, dict):
        raise Refused("bad_json", "the document is not an object", "give one FHIR resource")
    kind = document.get("resourceType")
    return _object(kind if isinstance(kind, str) and kind else "document", document)


def no_number(word: str) -> str:
    """Refuse NaN and the infinities, which are no numbers of JSON; raises `Refused`."""
    raise Refused("bad_json", f"{word} is not a number of JSON", "write an amount in plain notation")


def no_key_twice(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of a JSON object; raises `Refused` where a name stands twice."""
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise Refused("repeated_key", f"{key!r} stands twice in one object", "keep the one that is meant")
        members[key] = value
    return members


def _object(name: str, members: Mapping[str, Any]) -> Element:
    element = Element(name)
    for key, value in members.items():
        if key != "resourceType" and not key.startswith("_"):
            element.children += [_value(key, v) for v in (value if isinstance(value, list) else [value])]
    for key, value in members.items():  # `_value` holds the extensions of the primitive `value`
        if key.startswith("_"):
            siblings = element.all(key[1:])
            extras = value if isinstance(value, list) else [value]
            for sibling, extra in zip(siblings, extras, strict=False):
                if isinstance(extra, dict):
                    sibling.children += _object(key, extra).children
    return element


def _value(name: str, value: Any) -> Element:
    if isinstance(value, dict):
        kind = value.get("resourceType")
        if isinstance(kind, str) and kind:
            return Element(name, children=[_object(kind, value)])
        return _object(name, value)
    if isinstance(value, bool):
        return Element(name, value="true" if value else "false")
    if isinstance(value, int | Decimal):
        return Element(name, value=str(value))
    return Element(name, value=value if isinstance(value, str) else None)


# --- XML ----------------------------------------------------------------------------------------------------


class _Tree:
    """Builds the tree as the parser reads; elements of other namespaces (the narrative) are left out."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.stack: list[Element] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.doctype

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        element = Element(local, value=attributes.get("value"), line=self.parser.CurrentLineNumber)
        if "url" in attributes:
            element.children.append(Element("url", value=attributes["url"], line=element.line))
        if not self.stack:
            self.root = element if namespace == NAMESPACE else Element("document", line=element.line)
        elif namespace == NAMESPACE:
            self.stack[-1].children.append(element)
        self.stack.append(element)

    def end(self, _name: str) -> None:
        self.stack.pop()

    def doctype(self, *_declaration: object) -> None:
        raise Refused("doctype", "the file declares a document type", "remove it")


def _from_xml(text: str) -> Element:
    tree = _Tree()
    tree.parser.Parse(text.encode(), True)
    return tree.root or Element("document")
