"""A table of one's own, judged whole: its contradictions and the counts behind it.

It is light to load: servers run it in a process of its own, which is ended when a table takes too long.
"""

from __future__ import annotations

from typing import Any

from medicomut.errors import Problems
from medicomut.observatory.published import decode
from medicomut.observatory.reconstruct import reconstruct
from medicomut.observatory.verify import verify


def judge(content: bytes, name: str, lang: str) -> dict[str, dict[str, Any]]:
    """Return `verification` and `reconstruction` of a table, as plain values for JSON.

    Raises `Problems`: those of the layout. Where figures contradict each other past repair, `reconstruction` holds
    the `problems` instead.
    """
    found = decode(content, name)
    answers = {"verification": verify(found).to_dict(lang)}
    try:
        answers["reconstruction"] = reconstruct(found).to_dict()
    except Problems as refused:
        answers["reconstruction"] = {"problems": [problem.to_dict() for problem in refused.problems]}
    return answers
