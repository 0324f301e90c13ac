"""The portal: pages in French, Dutch, German and English, rendered on the server (docs/portal.md)."""
