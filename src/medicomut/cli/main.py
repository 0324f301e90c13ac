"""The commands of `medicomut`, brought together."""

from __future__ import annotations

import os
import signal
import threading
from typing import Annotated

import typer

from medicomut import __version__
from medicomut.cli.common import runs_alone
from medicomut.cli.lazily import Lazily

app = typer.Typer(
    name="medicomut",
    cls=Lazily,
    help="The physician-insurer agreement as running software: what it says, what a line of care costs, and why.",
    epilog="\b\nExamples:\n"
    "  medicomut price --code 101032 --date 2020-02-04 --time 21:01\n"
    "  medicomut check lines.csv --practitioners doctors.csv --out checked.csv\n"
    "  medicomut agreement show be/amm/2020 --clause 14.4",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"medicomut {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    del version


def main() -> None:
    """Run the command line; a request to end (SIGTERM) tidies up as Ctrl-C does."""
    _end_as_if_interrupted()
    runs_alone()
    app()


def _end_as_if_interrupted() -> None:
    """Answer SIGTERM at once, even while Polars works: Python's own handler would wait until that is done.

    The number of each signal arrives through a pipe at a thread of its own, which then interrupts the program.
    """
    if os.name != "posix":
        return
    heard, told = os.pipe()
    os.set_blocking(told, False)

    def wait() -> None:
        while os.read(heard, 1)[0] != signal.SIGTERM:
            pass
        os.kill(os.getpid(), signal.SIGINT)

    signal.set_wakeup_fd(told)
    signal.signal(signal.SIGTERM, lambda *_: None)
    threading.Thread(target=wait, daemon=True).start()
