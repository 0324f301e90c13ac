"""Writes what is found in the observatory's shipped tables beside them: `python tools/judged.py`."""

from __future__ import annotations

import json

from medicomut.observatory.kept import FOLDER, judged_anew
from medicomut.observatory.published import names


def main() -> None:
    """Judge every shipped table in four languages."""
    FOLDER.mkdir(exist_ok=True)
    for name in names():
        text = json.dumps(judged_anew(name), ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
