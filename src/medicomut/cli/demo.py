"""`make demo`: a synthetic register and a file of lines of care, made, checked and summed up."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from medicomut.cli.common import named_errors

NAMES = ("practitioners.csv", "lines.csv", "checked.csv", "fees")
"""What the demonstration writes; it clears nothing else away."""


@named_errors
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the files, made anew each time.")] = Path("out/demo"),
    practitioners: Annotated[int, typer.Option(min=1, help="How many practitioners.")] = 2_000,
    lines: Annotated[int, typer.Option(min=1, help="How many lines of care.")] = 200_000,
) -> None:
    """Make a synthetic register and synthetic lines of care, check them, show a summary and where the files lie."""
    from medicomut.cli import check, synth
    from medicomut.tariff.book import AGREEMENT

    _make_room(out)
    people_file, lines_file, checked_file, fees_folder = (out / name for name in NAMES)
    typer.echo(f"The agreement {AGREEMENT}, held against itself\n\n{_verified(AGREEMENT)}")
    typer.echo("\nA synthetic register and synthetic lines of care, no person behind any of them\n")
    synth.fees(fees_folder)
    typer.echo(
        f"The fees that no source publishes are made up by this demonstration and marked synthetic in {fees_folder}:\n"
        "no amount in euro below is a finding about real care.\n"
    )
    synth.practitioners(people_file, practitioners, 1)
    synth.lines(lines_file, people_file, lines, 1, fees=fees_folder)
    typer.echo("\nThe lines checked\n")
    check.check(lines_file, practitioners=people_file, out=checked_file, fees=fees_folder)
    typer.echo(f"\nThe files are in {out}. Open {checked_file.name} in a spreadsheet, or ask why one line came out so:")
    typer.echo(
        f"  .venv/bin/medicomut check {lines_file} --practitioners {people_file} --fees {fees_folder} "
        f"--explain {_a_line_to_ask_about(checked_file)}"
    )


def _make_room(out: Path) -> None:
    from medicomut.errors import Place, Problem, Problems

    out.mkdir(parents=True, exist_ok=True)
    others = sorted(path.name for path in out.iterdir() if path.name not in NAMES)
    if others:
        raise Problems([Problem("folder_in_use", f"the folder holds {', '.join(others[:3])}", Place(file=str(out)),
                                "the demonstration clears its folder", "name a folder of its own")])  # fmt: skip
    for path in out.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _verified(agreement: str) -> str:
    from medicomut.agreement import load, verify

    report = verify(load(agreement)).to_dict("en")
    counts = (("printed totals", "totals"), ("pro-ratas of the year", "prorata"), ("internal references", "references"))
    held = "\n".join(f"  {report[key]['held']} of {report[key]['of']} {name} hold" for name, key in counts)
    return f"{held}\n  {len(report['findings'])} contradictions, gaps and errata of the text are named"


def _a_line_to_ask_about(checked: Path) -> int:
    """Return the first line with an excess, else the first."""
    import polars as pl

    excess = pl.scan_csv(checked).filter(pl.col("verdict") == "excess").select("line_id").head(1).collect()
    return int(excess.item()) if len(excess) else 0


if __name__ == "__main__":
    typer.run(demo)
