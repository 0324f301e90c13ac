"""Our own bundles, whole or with a change made to them, as the tests of lines read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from medicomut.fhir import BundleLines, read_bundle
from medicomut.identifiers import synthetic_inami

BUNDLES = Path(__file__).parent / "bundles"
OFFICIAL = Path(__file__).parents[2].parent / "shared/fixtures/fhir"
CLAIM = "00000000-0000-4000-8000-000000000009"
GP, HOLDER, SPECIALIST = (
    synthetic_inami(serial, competence) for serial, competence in ((101, "004"), (102, "003"), (201, "580"))
)

Bundle = dict[str, Any]


def own(name: str) -> BundleLines:
    return read_bundle(BUNDLES / name)


def changed(tmp_path: Path, change: Callable[[Bundle, Bundle], object], name: str = "eattest_general_practice") -> Path:
    """Write one of our bundles with a change made to it; the change sees the bundle and its claim."""
    bundle = json.loads((BUNDLES / f"{name}.json").read_text())
    change(bundle, bundle["entry"][-1]["resource"])
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(bundle))
    return path


def found(read: BundleLines) -> list[tuple[str, str, str]]:
    """Each fault as its severity, its code and its place within the claim."""
    places = [str(problem.where.field if problem.where else "") for problem in read.problems]
    return [
        (problem.severity, problem.code, place.partition("ofType(Claim).")[2] or place)
        for problem, place in zip(read.problems, places, strict=True)
    ]
