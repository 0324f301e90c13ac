"""A publication judged whole: its contradictions and the counts behind it.

It is light to load: servers judge a stranger's table in a process of its own, which is ended when it takes too long.
"""

from __future__ import annotations

from typing import Any

from medicomut.errors import Problems
from medicomut.money import Lang
from medicomut.observatory.figures import Publication
from medicomut.observatory.published import decode
from medicomut.observatory.reconstruct import reconstruct
from medicomut.observatory.verify import verify


def judge(found: Publication, lang: Lang) -> dict[str, dict[str, Any]]:
    """Return `verification` and `reconstruction` of a publication, as plain values for JSON.

    Findings say what follows from the other figures as the reader writes it, too (`said`). Where figures contradict
    each other past repair, `reconstruction` holds the `problems` instead.
    """
    report = verify(found)
    told = report.to_dict(lang)
    for finding, plain in zip(report.findings, told["findings"], strict=True):
        plain["said"] = finding.computed_in(lang)
    try:
        counts = reconstruct(found).to_dict()
    except Problems as refused:
        counts = {"problems": [problem.to_dict() for problem in refused.problems]}
    return {"verification": told, "reconstruction": counts}


def judge_own(content: bytes, name: str, lang: Lang) -> dict[str, dict[str, Any]]:
    """Return the same of a file of one's own. Raises `Problems`: those of the layout."""
    return judge(decode(content, name), lang)
