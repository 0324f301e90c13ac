"""Scenarios as small files: those shipped with the package, and anybody's own.

```yaml
agreement: be/amm/2020
title: {fr: …, nl: …, de: …, en: …}
set:
  all: "1.95%"
  surgery: "1.5%"
  start.b.preanaesthesia: 2020-10-01
```
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from medicomut.agreement import Text, load
from medicomut.agreement.records import Record
from medicomut.agreement.yaml_lines import UNREADABLE, Faults, Item, parse_yaml
from medicomut.budget.naming import unknown
from medicomut.budget.scenario import Maker, Scenario
from medicomut.budget.wording import DATA
from medicomut.errors import Problem, Problems

FOLDER: Final = DATA / "scenarios"


def shipped() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def load_scenario(source: str | Path) -> Scenario:
    """Return the scenario of a shipped name or of a file.

    ``Problems``: ``unknown_scenario`` with the nearest names when it is neither; otherwise every fault of the file,
    each with its line.
    """
    name = str(source)
    path = FOLDER / f"{name}.yaml" if name in shipped() else Path(source)
    if not path.is_file():
        why = "it is neither a file nor a scenario of the package"
        raise Problems([replace(unknown("scenario", name, shipped(), "the package"), what=f"no {name!r}", why=why)])
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text = "\0"  # no YAML: refused below with its place
    return read_scenario(text, name)


def read_scenario(text: str, name: str) -> Scenario:
    """Return the scenario written in YAML; ``name`` stands in the places of its faults, which come all at once."""
    faults = Faults()
    item = parse_yaml(text, name, faults)
    if item is None:
        faults.raise_if_any()
    record = Record(item or Item(UNREADABLE, name, 1), faults)
    agreement = record.text("agreement")
    title = record.four("title") if "title" in record else None
    settings = record.raw("set")
    record.finish()
    made = _make(agreement, settings, title, faults, record.item)
    if made is None:
        faults.raise_if_any()
        raise Problems([Problem("no_scenario", f"{name} sets nothing", mend="add `agreement:` and `set:`")])
    faults.raise_if_any()
    return made


def write_scenario(scenario: Scenario) -> str:
    """Return a scenario as a file that `read_scenario` reads back."""
    lines = [f"agreement: {scenario.agreement}"]
    if scenario.title is not None:
        lines.append("title:")
        lines += [f"  {lang}: {_quoted(text)}" for lang, text in scenario.title.to_dict().items()]
    settings = scenario.settings()
    lines += ["set:", *(f"  {_quoted(key)}: {_quoted(value)}" for key, value in settings)] if settings else ["set: {}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Quote a text so that YAML reads it back as text: a nomenclature code is no number there."""
    return json.dumps(text, ensure_ascii=False)


def _make(agreement: str, settings: Item | None, title: Text | None, faults: Faults, whole: Item) -> Scenario | None:
    if not agreement or settings is None:
        return None
    if not isinstance(settings.value, dict):
        faults.add("wrong_type", f"'set' is {settings.kind}, not a mapping", settings, mend="write `key: value` lines")
        return None
    try:
        maker = Maker(load(agreement))
    except Problems as refused:
        faults.take(refused, whole)
        return None
    for key, item in settings.value.items():
        try:
            if item.value is not UNREADABLE:
                maker.put(key, _written(item))
        except Problems as refused:
            faults.take(refused, item)
    if faults.problems:
        return None
    try:
        return maker.scenario(title)
    except Problems as refused:
        faults.take(refused, settings)
        return None


def _written(item: Item) -> str:
    """Return a value as it would be written in a link; a value that is no text, number or day is no setting."""
    if isinstance(item.value, date):
        return item.value.isoformat()
    if isinstance(item.value, dict | list | bool) or item.value is None:
        what = f"{item.kind} where a rate, an amount or a day is expected"
        raise Problems([Problem("wrong_type", what, mend='write one value, such as "1.95%"')])
    return str(item.value)
