"""`make demo`: a synthetic register and a file of lines of care, made, checked and summed up."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import typer

PRACTITIONERS, LINES = 2_000, 200_000


def main() -> None:
    """Run the demonstration into a folder, anew each time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out/demo"))
    run(parser.parse_args().out)


def run(out: Path) -> None:
    """Make the files, check them and print what was found and where it lies."""
    from medicomut.cli import agreement, check, synth

    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    people, lines, checked, fees = (out / name for name in ("practitioners.csv", "lines.csv", "checked.csv", "fees"))
    typer.echo("The national agreement of 2020, verified against itself")
    agreement.verify("be/amm/2020")
    typer.echo("\nA synthetic register and synthetic lines of care (no person behind any of them)")
    synth.fees(fees)
    synth.practitioners(people, PRACTITIONERS, 1)
    synth.lines(lines, people, LINES, 1, fees=fees)
    typer.echo("\nThe lines checked\n")
    check.check(lines, practitioners=people, out=checked, fees=fees)
    typer.echo(f"\nThe files are in {out}: open {checked.name} in a spreadsheet, or ask about one line:")
    typer.echo(f"  .venv/bin/medicomut check {lines} --practitioners {people} --fees {fees} --explain 17")


if __name__ == "__main__":
    main()
