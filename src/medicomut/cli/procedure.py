"""`medicomut procedure`: the life of an agreement, its deadlines, denunciation, letters, commitments."""

from __future__ import annotations

import typer

from medicomut.cli import procedure_commitments

app = typer.Typer(
    name="procedure",
    help="The life of an agreement: states, deadlines, denunciation, letters, commitments.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command(epilog=procedure_commitments.EPILOG)(procedure_commitments.commitments)
app.command(epilog=procedure_commitments.DASHBOARD_EPILOG)(procedure_commitments.dashboard)
