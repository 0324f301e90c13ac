"""`medicomut procedure`: the life of an agreement, its deadlines, denunciation, letters, commitments, disputes."""

from __future__ import annotations

import typer

from medicomut.cli import procedure_commitments, procedure_denounce, procedure_disputes, procedure_life

app = typer.Typer(
    name="procedure",
    help="The life of an agreement: states, deadlines, denunciation, letters, commitments, disputes.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command(epilog=procedure_life.TIMELINE_EPILOG)(procedure_life.timeline)
app.command(epilog=procedure_life.DEADLINES_EPILOG)(procedure_life.deadlines)
app.command(epilog=procedure_life.REPLAY_EPILOG)(procedure_life.replay)
app.command(epilog=procedure_denounce.GROUNDS_EPILOG)(procedure_denounce.grounds)
app.command(epilog=procedure_denounce.DENOUNCE_EPILOG)(procedure_denounce.denounce)
app.command(epilog=procedure_denounce.LETTER_EPILOG)(procedure_denounce.letter)
app.command(epilog=procedure_commitments.EPILOG)(procedure_commitments.commitments)
app.command(epilog=procedure_commitments.DASHBOARD_EPILOG)(procedure_commitments.dashboard)
app.command(epilog=procedure_commitments.EVIDENCE_EPILOG)(procedure_commitments.evidence)
app.add_typer(procedure_disputes.app)
