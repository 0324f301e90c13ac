"""The HTTP door: the same answers as the command line, by URL. See `docs/api.md`."""
