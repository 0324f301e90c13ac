"""The command line: thin, its heavy imports inside the commands."""

from medicomut.cli.main import main

__all__ = ["main"]
