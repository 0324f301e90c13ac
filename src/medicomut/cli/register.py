"""`medicomut register`: who has acceded; timetables, the window, the quorum, declarations, status on any day."""

from __future__ import annotations

import typer

from medicomut.cli import (
    register_correction,
    register_declare,
    register_import,
    register_keep,
    register_stats,
    register_status,
    register_timetable,
    register_window,
)

app = typer.Typer(
    name="register",
    help="Who has acceded: timetables, the window to refuse, the quorum, declarations, status on any day.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command(epilog=register_timetable.EPILOG)(register_timetable.timetable)
app.command(epilog=register_window.WINDOW_EPILOG)(register_window.window)
app.command(epilog=register_window.QUORUM_EPILOG)(register_window.quorum)
app.command(epilog=register_declare.EPILOG)(register_declare.declare)
app.command("import", epilog=register_import.EPILOG)(register_import.import_file)
app.command(epilog=register_status.EPILOG)(register_status.status)
app.command(epilog=register_stats.STATS_EPILOG)(register_stats.stats)
app.command(epilog=register_stats.TABLE_EPILOG)(register_stats.table)
app.command(epilog=register_stats.DEMO_EPILOG)(register_stats.demo)
app.command(epilog=register_keep.VERIFY_EPILOG)(register_keep.verify)
app.command(epilog=register_keep.BACKUP_EPILOG)(register_keep.backup)
app.command(epilog=register_keep.RESTORE_EPILOG)(register_keep.restore)
app.add_typer(register_correction.app)
