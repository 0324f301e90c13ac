"""What was found in the shipped tables is kept beside them, and never older than they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from medicomut.errors import Problems
from medicomut.observatory.kept import FOLDER, judged, judged_anew
from medicomut.observatory.published import names


def plain(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out how many steps were searched: that is the solver's affair."""
    reconstruction = {name: value for name, value in found["reconstruction"].items() if name != "steps"}
    return {**found, "reconstruction": reconstruction}


@pytest.mark.parametrize("name", names())
def test_what_is_kept_is_what_would_be_found(name: str) -> None:
    """Else `python tools/judged.py`, and read the difference."""
    kept = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    assert plain(kept) == plain(json.loads(json.dumps(judged_anew(name))))


def test_nothing_is_kept_of_a_table_that_is_gone() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(names())


def test_a_table_that_is_not_shipped_is_refused_by_name() -> None:
    with pytest.raises(Problems, match="unknown_table"):
        judged("../../words", "en")
