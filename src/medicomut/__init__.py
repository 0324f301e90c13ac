"""The physician-insurer agreement as running software."""

__version__ = "0.1.0"
