"""`medicomut synth`: synthetic practitioners, fees and lines of care, about nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medicomut.cli.common import named_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

app = typer.Typer(
    name="synth",
    help="Synthetic data for trials: the same seed gives the same rows; no person behind any of them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Out = Annotated[Path, typer.Option(help="File to write: .csv, .parquet, .xlsx or .jsonl.", show_default=False)]
Seed = Annotated[int, typer.Option(help="Another seed gives other rows.")]


@app.command(epilog="Example: medicomut synth practitioners --rows 1000 --seed 1 --out doctors.csv")
@named_errors
def practitioners(out: Out, rows: Annotated[int, typer.Option(min=1, help="How many.")] = 1000, seed: Seed = 1) -> None:
    """Make a table of practitioners as `check --practitioners` reads it."""
    from medicomut.engines import files, synthetic
    from medicomut.errors import Problem, Problems

    if rows > synthetic.MOST_PRACTITIONERS:
        raise Problems(
            [
                Problem(
                    "too_many_rows",
                    f"{rows} practitioners",
                    mend=f"at most {synthetic.MOST_PRACTITIONERS} can be made",
                )
            ]
        )
    table = synthetic.practitioners(rows, seed)
    files.write(out, table.schema, lambda: iter([table]), rows)
    typer.echo(f"{rows} synthetic practitioners: {out}", err=True)


@app.command(
    epilog="Example: medicomut synth lines --rows 100000 --seed 1 --practitioners doctors.csv --out lines.parquet"
)
@named_errors
def lines(
    out: Out,
    practitioners: Annotated[
        Path | None,
        typer.Option(
            help="Whose lines, a table that `synth practitioners` made; else it makes one.", show_default=False
        ),
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="How many.")] = 10_000,
    seed: Seed = 1,
    year: Annotated[int, typer.Option(min=1990, max=2079, help="Year of the care.")] = 2020,
    fees: Annotated[Path | None, typer.Option(help="Fees charged, a folder.", show_default=False)] = None,
    faults: Annotated[int, typer.Option(min=0, max=1000, help="Faults planted in a thousand lines.")] = 10,
    unstated: Annotated[int, typer.Option(min=0, max=1000, help="Lines in a thousand that leave a fact unstated.")] = 5,
) -> None:
    """Make lines of care; the last column, `planted`, names the faults put in on purpose."""
    from medicomut.engines import files, synthetic
    from medicomut.tariff.conditions import Conditions
    from medicomut.tariff.fee_table import FeeTable
    from medicomut.tariff.fees import SHIPPED, FeeSchedule

    people = _people(practitioners) if practitioners else synthetic.practitioners(1000, seed)
    table = FeeTable(FeeSchedule.load(fees or SHIPPED))

    def made() -> Iterator[pl.DataFrame]:
        return synthetic.lines(
            rows, seed, people, Conditions(), table, year=year,
            faults_per_thousand=faults, unstated_per_thousand=unstated,
        )  # fmt: skip

    first = next(synthetic.lines(1, seed, people, Conditions(), table, year=year))
    files.write(out, first.schema, made, rows)
    typer.echo(f"{rows} synthetic lines of care: {out}", err=True)


def _people(path: Path) -> pl.DataFrame:
    from medicomut.engines.people import read_practitioners, read_rows
    from medicomut.errors import Place, Problem, Problems

    if not len(read_practitioners(path)):
        raise Problems(
            [Problem("no_rows", "the table names nobody", Place(file=str(path)), "a line of care is somebody's",
                     "add practitioners, or leave --practitioners out")]
        )  # fmt: skip
    return read_rows(path)


@app.command(epilog="Example: medicomut synth fees --out demo-fees")
@named_errors
def fees(
    out: Annotated[Path, typer.Option(help="Folder to write.", show_default=False)],
    year: Annotated[int, typer.Option(min=1990, max=2079, help="For codes without a fee this year.")] = 2020,
) -> None:
    """Make a folder of fees: those shipped, and made-up ones, marked synthetic, where none is known."""
    from medicomut.engines import synthetic
    from medicomut.errors import Place, Problem, Problems

    if out.exists():
        raise Problems(
            [
                Problem(
                    "folder_exists",
                    "the folder is there already",
                    Place(file=str(out)),
                    mend="name a new one",
                )
            ]
        )
    typer.echo(f"{synthetic.fees_folder(out, year)} fees made up: {out}", err=True)
