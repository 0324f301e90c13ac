"""`medicomut procedure`: the life of an agreement, its deadlines, denunciation, letters."""

from __future__ import annotations

import typer

app = typer.Typer(
    name="procedure",
    help="The life of an agreement: states, deadlines, denunciation, letters.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
