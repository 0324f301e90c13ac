"""A copy of the shipped agreement in which tests plant faults."""

import shutil
from pathlib import Path

import pytest

from medicomut.agreement import loading

SHIPPED = Path(loading.__file__).resolve().parent.parent / "data" / "agreements" / "be" / "amm"


class Copy:
    """A folder with the agreement of 2020, to be changed and loaded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def change(self, file: str, old: str, new: str) -> int:
        """Replace the only occurrence of ``old``; return the line it began on."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1


@pytest.fixture
def copied(tmp_path: Path) -> Copy:
    folder = tmp_path / "copy"
    shutil.copytree(SHIPPED / "2020", folder)
    return Copy(folder)


@pytest.fixture
def copied_2024(tmp_path: Path) -> Copy:
    """The partial agreement: small, so that many faults can be planted in little time."""
    folder = tmp_path / "copy"
    shutil.copytree(SHIPPED / "2024", folder)
    return Copy(folder)
