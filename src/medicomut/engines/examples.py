"""An example of what could not be read in a file of lines, so that a person sees what to mend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from medicomut.engines.files import Source
from medicomut.tariff.line import read_line

_WITH_HEADER = (".csv", ".xlsx")


def first_unreadable(source: Source, columns: Iterable[str]) -> dict[str, tuple[int, Any]]:
    """Return for each column its first value that cannot be read, and the row it stands in.

    Rows count from 1, the header included where the format has one, as a spreadsheet counts them.
    """
    missing, found = list(columns), {}
    row = 2 if source.path.suffix.lower() in _WITH_HEADER else 1
    for chunk in source.chunks():
        for column in [name for name in missing if name not in found]:
            values = chunk[column]
            bad = next((v for v in values.unique(maintain_order=True) if read_line({column: v}).unreadable), None)
            if bad is not None:
                found[column] = (row + int((values == bad).arg_true()[0]), bad)
        if len(found) == len(missing):
            break
        row += len(chunk)
    return found
