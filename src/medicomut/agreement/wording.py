"""Words a room says to its readers, read from a data file: each key in four languages."""

from __future__ import annotations

from pathlib import Path

from medicomut.agreement.text import Text
from medicomut.agreement.yaml_lines import Faults, read_yaml


def read_words(path: Path) -> dict[str, Text]:
    """Return every word of a file by its key. ``Problems`` names a key without one of the languages."""
    from medicomut.agreement.records import Record  # noqa: PLC0415  only where a word is asked for

    faults = Faults()
    item = read_yaml(path, f"{path.parent.name}/{path.name}", faults)
    faults.raise_if_any()
    if item is None:
        return {}
    record = Record(item, faults)
    found = {key: record.four(key) for key in item.value}
    faults.raise_if_any()
    return found
