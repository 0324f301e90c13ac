"""Documents as PDF: what a room has to say, laid out by its template."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def pdf_of(template: Path, content: Mapping[str, Any]) -> bytes:
    """Return a document as PDF (PDF/UA-1, tagged), the same bytes for the same content.

    A typst template reads its content as JSON from the input that bears its own name.
    """
    import typst  # noqa: PLC0415  a tenth of a second, paid when a document is written

    made: bytes = typst.compile(
        str(template),
        format="pdf",
        sys_inputs={template.stem: json.dumps(content, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    return made
