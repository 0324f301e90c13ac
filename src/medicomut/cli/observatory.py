"""`medicomut observatory`: published figures, their contradictions, the counts behind them, what may be published."""

from __future__ import annotations

import typer

from medicomut.cli import (
    observatory_access,
    observatory_export,
    observatory_suppress,
    observatory_tables,
    observatory_verify,
)

app = typer.Typer(
    name="observatory",
    help="Published figures on accession: tables with their sources, contradictions, the counts behind rounded rates.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command(epilog=observatory_tables.TABLES_EPILOG)(observatory_tables.tables)
app.command(epilog=observatory_tables.SHOW_EPILOG)(observatory_tables.show)
app.command(epilog=observatory_verify.VERIFY_EPILOG)(observatory_verify.verify)
app.command(epilog=observatory_verify.RECONSTRUCT_EPILOG)(observatory_verify.reconstruct)
app.command(epilog=observatory_suppress.SUPPRESS_EPILOG)(observatory_suppress.suppress)
app.command(epilog=observatory_suppress.AUDIT_EPILOG)(observatory_suppress.audit)
app.command(epilog=observatory_access.ACCESS_EPILOG)(observatory_access.access)
app.command(epilog=observatory_access.SUPPLEMENTS_EPILOG)(observatory_access.supplements)
app.command(epilog=observatory_export.EXPORT_EPILOG)(observatory_export.export)
app.command(epilog=observatory_export.CATALOGUE_EPILOG)(observatory_export.catalogue)
