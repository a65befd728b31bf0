"""The embedded model's own attempts, and what it is worth (docs/learned.md)."""
