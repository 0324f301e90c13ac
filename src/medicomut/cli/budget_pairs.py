"""Options of the budget's commands that are written KEY=VALUE."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medicomut.errors import Problem


def pairs(option: str, given: Iterable[str] | None, problems: list[Problem]) -> list[tuple[str, str]]:
    """Return the keys and values of an option; each that is not written so is added to the faults (``bad_setting``)."""
    from medicomut.errors import Problem

    found = []
    for text in given or ():
        key, equals, value = text.partition("=")
        if equals:
            found.append((key.strip(), value.strip()))
        else:
            problems.append(Problem("bad_setting", f"{option} {text!r} has no value", mend="write KEY=VALUE"))
    return found
